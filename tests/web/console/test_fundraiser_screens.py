"""Bob sets amounts and a goal, and sees what is pledged."""

import csv
import io

import pytest
from organizers import Organizer, published, saved, sign, written

TYPED = {"title": "A new roof", "currency": "EUR", "amounts": "10, 25; 1,000", "often-once": "1", "often-monthly": "1"}


def test_what_bob_sets_is_kept_and_shown_again(bob: Organizer) -> None:
    page = written(bob, "fundraiser", **TYPED, least="5", most="", raise_goal="5,000")
    assert page.own["amounts"] == [1000, 2500, 100000]
    edit = bob.get(f"/console/actions/{page.id}/edit").html
    assert 'value="10; 25; 1000"' in edit
    assert 'value="5000"' in edit
    assert "gathers pledges" in edit


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"amounts": "ten"}, "Write amounts like 10; 25; 1000"),
        ({"amounts": ""}, "Write amounts like 10; 25; 1000"),
        ({"amounts": "0"}, "Write amounts like 10; 25; 1000"),
        ({"amounts": "25,50"}, "Write amounts like 10; 25; 1000"),
        ({"amounts": "5,10,15"}, "Write amounts like 10; 25; 1000"),
        ({"amounts": "25.555"}, "Write amounts like 10; 25; 1000"),
        ({"amounts": "; ".join(map(str, range(1, 10)))}, "8 amounts at most"),
        ({"amounts": "10, 25", "least": "20"}, "between the smallest and the largest"),
        ({"amounts": "10, 25", "most": "20"}, "between the smallest and the largest"),
        ({"currency": "XXX"}, "Choose a currency"),
        ({"least": "-1"}, "Write an amount like 1"),
        ({"least": "10", "most": "5"}, "not below the smallest"),
        ({"raise_goal": "much"}, "Write an amount like 5,000"),
        ({"often-once": "", "often-monthly": ""}, "Choose how often people can give"),
    ],
)
def test_what_is_wrong_is_said_and_kept(bob: Organizer, typed: dict[str, str], words: str) -> None:
    page = written(bob, "fundraiser", **TYPED)
    answer = bob.post(f"/console/actions/{page.id}/edit", TYPED | {"opened": repr(page.edited)} | typed)
    assert (answer.status, words in answer.text) == (422, True)
    assert saved(page).own == page.own


def test_what_is_pledged(bob: Organizer) -> None:
    page = published(bob, written(bob, "fundraiser", **TYPED))
    for name, amount, often in (("Ada Lovelace", "1000", "once"), ("Grace Hopper", "2550", "monthly")):
        own = {"amount": amount, "currency": "EUR", "often": often}
        sign(bob, page, name, f"{name[:3]}@example.org".lower(), own=own)  # type: ignore[arg-type]
    text = bob.get(f"/console/actions/{page.id}").text
    assert "Pledged €35.50 On average" in text
    assert "Once 1 €10 Every month 1 €25.50" in text
    rows = csv.DictReader(io.StringIO(bob.get(f"/console/actions/{page.id}/export").html[1:], newline=""))
    assert {(row["email"], row["amount"], row["currency"], row["how_often"]) for row in rows} == {
        ("ada@example.org", "10", "EUR", "once"),
        ("gra@example.org", "25.50", "EUR", "monthly"),
    }


@pytest.mark.parametrize("typed", ["10 25 1000", "10, 25, 1000", "10; 25; 1,000", "10;25\n1000"])
def test_amounts_are_parted_as_people_part_them(bob: Organizer, typed: str) -> None:
    page = written(bob, "fundraiser", **TYPED | {"amounts": typed})
    assert page.own["amounts"] == [1000, 2500, 100000]
