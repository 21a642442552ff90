"""Bob chooses whom he writes to by what they gave."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from organizers import Organizer
from written import at, now

from chalicelib.audiences.query import Gave, GiftAmount, GivesOn, LastGift, Not, OfGifts, chosen_in
from chalicelib.giving import money
from chalicelib.mailings.mailing import Mailing
from chalicelib.network import store as network
from chalicelib.people import gift_store
from chalicelib.people.person import Gifts, person_id
from chalicelib.web.console import gift_target


def moment(day: str) -> float:
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("fields", "conditions"),
    [
        ({}, ()),
        ({"gave": "", "recurring": "", "total_least": " ", "last_since": ""}, ()),
        ({"gave": "yes", "recurring": "no"}, (Gave(), Not(GivesOn()))),
        ({"gave": "no"}, (Not(Gave()),)),
        ({"total_least": "$1,000"}, (GiftAmount("total", "USD", 100000),)),
        ({"highest_least": "25.50", "highest_most": "100"}, (GiftAmount("highest", "USD", 2550, 10000),)),
        ({"highest_most": "3000", "currency": "JPY"}, (GiftAmount("highest", "JPY", 0, 3000),)),
        ({"total_least": "5", "currency": "XXX"}, (GiftAmount("total", "USD", 500),)),
        ({"last_before": "2026-01-31"}, (LastGift(0, moment("2026-01-31")),)),
        (
            {"last_since": "2025-01-01", "last_before": "2025-01-02"},
            (LastGift(moment("2025-01-01"), moment("2025-01-02")),),
        ),
        ({"gave": "perhaps", "recurring": "'; --"}, ()),
    ],
)
def test_what_the_form_says_is_kept_and_shown_again(fields: dict[str, str], conditions: tuple[OfGifts, ...]) -> None:
    assert gift_target.read(fields, "USD", "UTC") == conditions
    shown = gift_target.typed(conditions, "USD", "UTC")
    assert gift_target.read(shown, "EUR", "UTC") == conditions


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"total_least": "many"}, "total_least"),
        ({"total_least": "-5"}, "total_least"),
        ({"total_least": "0"}, "total_least"),
        ({"highest_most": "9" * 12}, "highest_most"),
        ({"highest_most": "9" * 9000}, "highest_most"),
        ({"highest_least": "50.50", "currency": "JPY"}, "highest_least"),
        ({"total_least": "50", "total_most": "49"}, "total_most"),
        ({"last_since": "yesterday"}, "last_since"),
        ({"last_since": "2026-02-30"}, "last_since"),
        ({"last_since": "2026-01-01T10:00"}, "last_since"),
        ({"last_before": "1969-01-01"}, "last_before"),
        ({"last_before": "9999-12-31"}, "last_before"),
        ({"last_since": "2026-01-02", "last_before": "2026-01-02"}, "last_before"),
        ({"gave": "no", "total_least": "5"}, "gave"),
    ],
)
def test_what_cannot_be_meant_is_said_beside_its_field(fields: dict[str, str], wrong: str) -> None:
    assert list(gift_target.read(fields, "USD", "UTC")) == [wrong]


@given(
    st.sampled_from(sorted(money.CURRENCIES)), st.integers(1, 10**11), st.integers(0, 10**11), st.booleans(),
    st.sampled_from(["UTC", "America/New_York", "Pacific/Apia", "Europe/Berlin"]), st.dates(),
)  # fmt: skip
def test_whatever_was_kept_the_form_shows_as_it_is(currency, least, more, highest, zone, day) -> None:
    of = "highest" if highest else "total"
    days = {"last_since": day.isoformat()} if 1971 < day.year < 2100 else {}
    fields = {"currency": currency, f"{of}_least": money.plain(least, currency)}
    fields |= {f"{of}_most": money.plain(min(least + more, 10**11), currency)} | days
    kept = gift_target.read(fields, "USD", zone)
    assert gift_target.typed(kept, "USD", zone) == fields
    assert all(gift_target.in_words(leaf, zone) for leaf in kept)


def gave(bob: Organizer, email: str, **gifts: object) -> None:
    gift_store.keep(bob.group.id, person_id(bob.group.salt, email), Gifts(currency="USD", number=1, version=1, **gifts))


def test_bob_writes_to_those_who_gave_fifty_dollars_and_sees_how_many(bob: Organizer, mailing: Mailing) -> None:
    gave(bob, "ada@example.org", highest=5000, total=9000, last=4000, last_at=moment("2026-03-01"))
    gave(bob, "jose@example.org", highest=1000, total=1000, last=1000, last_at=moment("2026-03-01"))
    chosen = {"highest_least": "50", "last_since": "2026-01-01", "then": "count"}
    answer = bob.post(at(mailing, "/audience"), chosen)
    assert answer.status == 303
    page = bob.get(answer.location)
    assert "would get it now 1" in page.text
    assert (
        "Found: people whose highest gift was at least $50 and whose last gift was on 2026-01-01 or later." in page.text
    )
    assert 'value="50"' in page.html
    assert chosen_in(now(mailing).query).gifts == (
        GiftAmount("highest", "USD", 5000),
        LastGift(gift_target.read({"last_since": "2026-01-01"}, "USD", "Europe/Berlin")[0].since),
    )
    assert "the subscribed among people whose highest gift" in bob.get(at(mailing, "/review")).text
    never = bob.post(at(mailing, "/count"), {"gave": "no"})
    assert "would get it now 0" in never.text
    assert "Found: people who never gave." in never.text


def test_what_is_wrong_is_said_and_nothing_is_lost(bob: Organizer, mailing: Mailing) -> None:
    wrong = {"total_least": "many", "gave": "yes", "more_tags": "volunteer", "last_since": "2026-01-01"}
    answer = bob.post(at(mailing, "/audience"), wrong)
    assert answer.status == 422
    assert answer.html.count("Write an amount like 50, or nothing") == 2
    for kept in ('value="many"', '<option value="yes" selected>', 'value="volunteer" checked', 'value="2026-01-01"'):
        assert kept in answer.html
    assert now(mailing).query == mailing.query
    counted = bob.post(at(mailing, "/count"), wrong)
    assert (counted.status, "Not counted: Write an amount" in counted.text) == (200, True)


def test_amounts_are_read_in_the_groups_currency(bob: Organizer, mailing: Mailing) -> None:
    network.change_group(bob.group.id, giving={"currency": "JPY"})
    assert "In JPY" in bob.get(at(mailing, "/audience")).text
    bob.post(at(mailing, "/audience"), {"total_least": "3000"})
    assert chosen_in(now(mailing).query).gifts == (GiftAmount("total", "JPY", 3000),)
