"""A gift belongs to the time in which it was paid, however long ago it began: in each file, statement and comparison."""

from datetime import UTC, datetime

import pytest
from giving.gifts import DAY, at, gift
from msgspec.structs import replace

from chalicelib import clock
from chalicelib.giving import months, statement, store
from chalicelib.giving.donation import State

BEGUN = at("2026-12-01T10:00:00")


@pytest.fixture
def roof(aws):
    """A group's id: nobody else's gifts are in it."""
    return clock.new_id()


def begin(group, begun, **words):
    donation = gift(id=clock.new_id(), group=group, person=clock.new_id(), at=begun, **words)
    begins = replace(donation, state=State.STARTED, given_at=0)
    assert store.add(begins)
    return begins


def pay(begins, paid):
    given = replace(begins, state=State.GIVEN, given_at=paid, payment="pi_1")
    assert store.change(begins, given)
    return store.find(begins.person, begins.id)


def spans(begun, paid):
    """The months and years around a gift, by their name."""
    found = {}
    for moment in (begun, paid, paid - 40 * DAY, paid + 40 * DAY):
        day = datetime.fromtimestamp(moment, UTC)
        found[str(day.year)] = statement.span(day.year, "UTC")
        found[f"{day:%Y-%m}"] = months.named(f"{day:%Y-%m}", paid)[1:]
    return found


@pytest.mark.parametrize("began", [BEGUN, at("2026-12-31T23:59:59"), at("2027-01-01"), at("2027-02-28T23:00:00")])
@pytest.mark.parametrize("days", [0, 1 / 86400, 1 / 24, 20, 21, 22, 35, 62, 119, 121, 400])
def test_a_gift_is_asked_for_by_when_it_was_paid(roof, began, days):
    paid = began + round(days * DAY)
    known = pay(begin(roof, began), paid)
    assert (known.at, known.given_at) == (began, paid)
    shown = {name for name, span in spans(began, paid).items() if list(store.each_given(roof, *span))}
    day = datetime.fromtimestamp(paid, UTC)
    assert shown == {f"{day:%Y}", f"{day:%Y-%m}"}


def test_what_was_begun_in_december_and_paid_in_january_is_a_gift_of_january(roof):
    begins = begin(roof, BEGUN)
    december, january = (months.named(name, BEGUN)[1:] for name in ("2026-12", "2027-01"))
    assert [each.id for each in store.each_of_group(roof, *december)] == [begins.id]
    assert list(store.each_given(roof, *december)) == []
    given = pay(begins, at("2027-01-05"))
    assert list(store.each_given(roof, *december)) == list(store.each_of_group(roof, *december)) == []
    assert list(store.each_given(roof, *january)) == [given]


def test_a_gift_of_the_first_second_of_a_year_is_in_that_year_alone(roof):
    given = pay(begin(roof, BEGUN), at("2027-01-01"))
    assert list(store.each_given(roof, *statement.span(2026, "UTC"))) == []
    assert list(store.each_given(roof, *statement.span(2027, "UTC"))) == [given]


def test_it_stays_there_when_something_goes_back_later(roof):
    given = pay(begin(roof, BEGUN), at("2027-01-05"))
    assert store.change(given, replace(given, refunded=100))
    [known] = store.each_given(roof, *statement.span(2027, "UTC"))
    assert (known.at, known.given_at, known.refunded) == (BEGUN, at("2027-01-05"), 100)


def test_the_latest_are_those_paid_or_begun_last(roof):
    late = pay(begin(roof, BEGUN), BEGUN + 50 * DAY)
    begun = begin(roof, BEGUN + 30 * DAY)
    early = pay(begin(roof, BEGUN + 10 * DAY), BEGUN + 20 * DAY)
    assert [each.id for each in store.latest(roof, 25)] == [late.id, begun.id, early.id]
    assert [each.id for each in store.latest(roof, 1)] == [late.id]
