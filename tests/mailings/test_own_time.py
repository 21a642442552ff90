"""When it is nine in the morning where somebody lives."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import zipcodes
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mailings import own_time
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.mailing import Mailing

ZIPS = [one["zip_code"] for one in zipcodes.list_all()[::97]]
MINUTES = st.integers(0, 2 * 365 * 24 * 60)
WALLS = MINUTES.map(lambda minute: f"{datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minute):%Y-%m-%dT%H:%M}")
ZONES = st.sampled_from(["America/New_York", "Pacific/Pago_Pago", "Pacific/Auckland", "Europe/Berlin", "UTC"])


def due(wall, zip_code, zone="America/New_York", now=0.0):
    mailing = Mailing(id="1", group="1", created=0, own_time=wall)
    return own_time.dues(mailing, zone, now)(Recipient("1", "ada@example.org", zip_code=zip_code))


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("wall", "zip_code", "moment"),
    [
        ("2026-11-24T09:00", "10001", "2026-11-24T14:00"),
        ("2026-11-24T09:00", "90210", "2026-11-24T17:00"),
        ("2026-11-24T09:00", "90210-1234", "2026-11-24T17:00"),
        ("2026-07-01T09:00", "90210", "2026-07-01T16:00"),
        # Arizona and Hawaii keep their clocks as they are.
        ("2026-07-01T09:00", "85001", "2026-07-01T16:00"),
        ("2026-11-24T09:00", "85001", "2026-11-24T16:00"),
        ("2026-07-01T09:00", "96813", "2026-07-01T19:00"),
        ("2026-11-24T09:00", "96813", "2026-11-24T19:00"),
        # On both sides of the date line.
        ("2026-11-24T09:00", "96913", "2026-11-23T23:00"),
        ("2026-11-24T09:00", "96960", "2026-11-23T21:00"),
        ("2026-11-24T09:00", "96799", "2026-11-24T20:00"),
        # 8 March 2026: clocks go from 2:00 to 3:00, an hour later in each zone, and in Arizona not at all.
        ("2026-03-08T02:30", "10001", "2026-03-08T07:30"),
        ("2026-03-08T03:30", "10001", "2026-03-08T07:30"),
        ("2026-03-08T02:30", "90210", "2026-03-08T10:30"),
        ("2026-03-08T02:30", "85001", "2026-03-08T09:30"),
        # 1 November 2026: 1:30 comes twice.
        ("2026-11-01T01:30", "10001", "2026-11-01T05:30"),
        ("2026-11-01T01:30", "90210", "2026-11-01T08:30"),
        ("2026-11-01T01:30", "85001", "2026-11-01T08:30"),
        # Of whom no place is known.
        ("2026-11-24T09:00", "", "2026-11-24T14:00"),
        ("2026-11-24T09:00", "K1A 0B1", "2026-11-24T14:00"),
        ("2026-11-24T09:00", "９０２１０", "2026-11-24T14:00"),
        ("2026-11-24T09:00", "09001", "2026-11-24T14:00"),
        ("2026-11-24T09:00", "99634", "2026-11-24T14:00"),
    ],
)
def test_each_is_due_when_their_own_clock_says_so(wall: str, zip_code: str, moment: str) -> None:
    assert due(wall, zip_code) == utc(moment)


def test_whose_time_is_over_is_due_at_once() -> None:
    noon = utc("2026-11-24T15:00")
    assert due("2026-11-24T09:00", "10001", now=noon) == 0
    assert due("2026-11-24T09:00", "60601", now=noon) == 0
    assert due("2026-11-24T09:00", "80202", now=noon) == utc("2026-11-24T16:00")


def test_a_mailing_for_everybody_at_one_time_is_due_at_once() -> None:
    assert due("", "90210") == 0


@given(WALLS, st.sampled_from(ZIPS), ZONES)
def test_nobodys_time_is_sooner_than_the_earliest_and_all_is_over_in_27_hours(
    wall: str, zip_code: str, zone: str
) -> None:
    first = own_time.earliest(wall, zone)
    assert first <= due(wall, zip_code, zone) <= first + 27 * 3600


@given(WALLS, st.sampled_from(["America/New_York", "America/Phoenix", "America/Adak", "Pacific/Guam", "Europe/Berlin"]))
def test_at_that_moment_the_wall_says_so_or_an_hour_more_where_there_is_no_such_hour(wall: str, zone: str) -> None:
    typed, moment = datetime.fromisoformat(wall), own_time.moment(wall, zone)
    there = datetime.fromtimestamp(moment, ZoneInfo(zone)).replace(tzinfo=None)
    assert there - typed in (timedelta(0), timedelta(hours=1))
    if there == typed:
        before = datetime.fromtimestamp(moment - 3600, ZoneInfo(zone)).replace(tzinfo=None)
        assert before != typed
