"""Who a query is about."""

import msgspec
import pytest

from chalicelib.audiences.query import (
    EVERYONE,
    All,
    AnyOf,
    Chosen,
    Gave,
    GiftAmount,
    GivesOn,
    LastGift,
    Not,
    Query,
    Tagged,
    Took,
    chosen_in,
    compose,
    matches,
)
from chalicelib.people.person import Gifts, Person

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


GAVE = Gifts(currency="USD", highest=5000, total=12000, number=3, last=2000, last_at=1000, recurring=True)
ONCE = Gifts(currency="USD", highest=100, total=100, number=1, last=100, last_at=2000)
YEN = Gifts(currency="JPY", highest=5000, total=5000, number=1, last=5000, last_at=3000)
GIVEN_BACK = Gifts(version=4)
DONORS = {
    "ada": GAVE,
    "bob": ONCE,
    "yuki": YEN,
    "zoe": GIVEN_BACK,
    "nobody": Gifts(),
    "promised": Gifts(recurring=True),
}


@pytest.mark.parametrize(
    ("query", "found"),
    [
        (Gave(), "ada bob yuki"),
        (Not(Gave()), "zoe nobody promised"),
        (GivesOn(), "ada promised"),
        (Not(GivesOn()), "bob yuki zoe nobody"),
        (GiftAmount("total", "USD", least=12000), "ada"),
        (GiftAmount("total", "USD", least=12001), ""),
        (GiftAmount("total", "USD", most=12000), "ada bob"),
        (GiftAmount("highest", "USD", least=100, most=100), "bob"),
        (GiftAmount("highest", "USD", least=101), "ada"),
        (GiftAmount("highest", "USD", most=99), ""),
        (GiftAmount("highest", "JPY", least=5000), "yuki"),
        (GiftAmount("total", "EUR", least=1), ""),
        (LastGift(since=2000), "bob yuki"),
        (LastGift(before=2000), "ada"),
        (LastGift(since=1000, before=3000), "ada bob"),
        (All((Gave(), Not(GivesOn()), LastGift(before=3000))), "bob"),
    ],
)
def test_by_gifts_a_query_finds(query, found):
    known = [msgspec.structs.replace(BOB, id=name, gifts=gifts) for name, gifts in DONORS.items()]
    kept = msgspec.json.decode(msgspec.json.encode(query), type=Query)
    assert [person.id for person in known if matches(kept, person, acted)] == found.split()


@pytest.mark.parametrize(
    "chosen",
    [
        Chosen(),
        Chosen(tags=("volunteer", "donor")),
        Chosen(took=("a", "b"), not_took=("c",)),
        Chosen(tags=("volunteer",), took=("a",), not_took=("b", "c")),
        Chosen(not_took=("b",), gifts=(Not(Gave()), Not(GivesOn()))),
        Chosen(gifts=(Gave(), GivesOn(), GiftAmount("total", "USD", 5), LastGift(1, 2))),
    ],
)
def test_what_the_form_composed_it_can_show_again(chosen):
    assert chosen_in(compose(list(chosen.tags), list(chosen.took), list(chosen.not_took), chosen.gifts)) == chosen
