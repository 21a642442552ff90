"""Who a query is about."""

import pytest

from chalicelib.audiences.query import EVERYONE, All, AnyOf, Chosen, Not, Tagged, Took, chosen_in, compose, matches
from chalicelib.people.person import Person

ADA = Person(id="ada", group="g", email="ada@example.org", tags=frozenset({"volunteer"}))
BOB = Person(id="bob", group="g", email="bob@example.org")
SIGNED = {("save-the-library", "ada"), ("save-the-park", "bob")}


def acted(page, person):
    return (page, person) in SIGNED


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (EVERYONE, "ada bob"),
        (Tagged("volunteer"), "ada"),
        (Not(Tagged("volunteer")), "bob"),
        (Took("save-the-library"), "ada"),
        (AnyOf((Took("save-the-library"), Took("save-the-park"))), "ada bob"),
        (All((Tagged("volunteer"), Took("save-the-park"))), ""),
        (AnyOf(()), ""),
        (Not(All(())), ""),
    ],
)
def test_a_query_finds(query, found):
    assert [person.id for person in (ADA, BOB) if matches(query, person, acted)] == found.split()


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(),
        Chosen(tags=("volunteer", "donor")),
        Chosen(took=("a", "b"), not_took=("c",)),
        Chosen(tags=("volunteer",), took=("a",), not_took=("b", "c")),
    ],
)
def test_what_the_form_composed_it_can_show_again(chosen):
    assert chosen_in(compose(list(chosen.tags), list(chosen.took), list(chosen.not_took))) == chosen
