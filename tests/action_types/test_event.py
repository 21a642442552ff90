"""When an event is, what organizers type about it, and the file that calendars take in."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import wall_time
from chalicelib.action_types.event import calendar_file, settings, when
from chalicelib.action_types.event.settings import Settings
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.submission import Problem
from chalicelib.network.group import Group

NEW_YORK = "America/New_York"
TYPED = {"starts": "2026-12-05T18:00", "ends": "2026-12-05T20:00", "zone": NEW_YORK, "place": "Library"}


def at(text, zone=NEW_YORK):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("language", "starts", "ends", "zone", "said"),
    [
        (
            "en",
            "2026-12-05T18:00",
            "2026-12-05T20:30",
            NEW_YORK,
            "Saturday, December 5, 2026, 6:00 PM – 8:30 PM EST (America/New_York)",
        ),
        (
            "es",
            "2026-07-05T00:30",
            "2026-07-05T12:05",
            "Europe/Madrid",
            "domingo 5 de julio de 2026, 00:30 – 12:05 CEST (Europe/Madrid)",
        ),
        (
            "en",
            "2026-12-31T23:00",
            "2027-01-01T12:00",
            "UTC",
            "Thursday, December 31, 2026, 11:00 PM – Friday, January 1, 2027, 12:00 PM UTC",
        ),
        (
            "en",
            "2026-11-01T00:30",
            "2026-11-01T04:00",
            NEW_YORK,
            "Sunday, November 1, 2026, 12:30 AM EDT – 4:00 AM EST (America/New_York)",
        ),
        ("es", "2026-01-05T09:00", "2026-01-05T10:00", "Mars/Base", "lunes 5 de enero de 2026, 09:00 – 10:00 UTC"),
    ],
)
def test_when_it_is(language, starts, ends, zone, said):
    known = "UTC" if zone == "Mars/Base" else zone
    assert when.told(language, at(starts, known), at(ends, known), zone) == said


def test_what_is_typed_comes_back_as_it_was():
    read = settings.read(TYPED | {"capacity": "1,200", "guests": "3", "waiting": "1", "form": "both"}, Settings())
    assert isinstance(read, Settings)
    assert (read.starts, read.capacity, read.guests, read.waiting) == (at("2026-12-05T18:00"), 1200, 3, "1")
    shown = settings.typed(read)
    assert (shown["starts"], shown["ends"], shown["capacity"]) == (TYPED["starts"], TYPED["ends"], "1200")
    assert settings.read(shown, read) == read


@given(
    st.datetimes(datetime.fromisoformat("1971-01-01"), datetime.fromisoformat("2090-01-01")),
    st.sampled_from(wall_time.zones()[::20]),
)
def test_every_time_that_there_is_comes_back_as_it_was(wall, zone):
    text = f"{wall:%Y-%m-%dT%H:%M}"
    read = settings.read({"starts": text, "zone": zone}, Settings())
    if isinstance(read, Settings):
        assert settings.typed(read)["starts"] == text
    else:
        assert read == [Problem("starts", "no_such_time")]


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"starts": "tomorrow"}, Problem("starts", "wrong")),
        ({"starts": "2026-12-05T18:00Z"}, Problem("starts", "wrong")),
        ({"starts": "9999-12-31T23:59"}, Problem("starts", "wrong")),
        ({"starts": "0001-01-01T00:00"}, Problem("starts", "wrong")),
        ({"starts": "2026-03-08T02:30"}, Problem("starts", "no_such_time")),
        ({"ends": "2026-12-05T18:00"}, Problem("ends", "before")),
        ({"zone": "Mars/Base"}, Problem("zone", "wrong")),
        ({"zone": "../../etc/passwd"}, Problem("zone", "wrong")),
        ({"form": "telepathy"}, Problem("form", "wrong")),
        ({"link": "javascript:alert(1)"}, Problem("link", "wrong")),
        ({"link": "meet.example.org"}, Problem("link", "wrong")),
        ({"link": "https://[::1"}, Problem("link", "wrong")),
        ({"capacity": "many"}, Problem("capacity", "wrong")),
        ({"capacity": "-1"}, Problem("capacity", "wrong")),
        ({"capacity": "٣"}, Problem("capacity", "wrong")),
        ({"guests": "21"}, Problem("guests", "wrong")),
        ({"remind": "1.5"}, Problem("remind", "wrong")),
        ({"place": "x" * 151}, Problem("place", "too_long")),
    ],
)
def test_what_is_wrong_is_named(fields, problem):
    assert settings.read(TYPED | fields, Settings()) == [problem]


@pytest.mark.parametrize(
    ("fields", "missing"),
    [
        (TYPED, []),
        (TYPED | {"form": "online"}, ["link"]),
        (TYPED | {"form": "both", "place": ""}, ["place", "link"]),
        ({}, ["starts", "ends", "place"]),
    ],
)
def test_what_people_must_know_before_it_is_published(fields, missing):
    read = settings.read(fields, Settings())
    assert isinstance(read, Settings)
    assert [problem.field for problem in settings.not_ready(read)] == missing


def calendar(title="Town hall", **own):
    known = {"starts": at("2026-12-05T18:00"), "ends": at("2026-12-05T20:00"), "zone": NEW_YORK, "place": "Library"}
    group = Group(id="1" * 32, slug="library", name="Friends; of, the \\ Library", salt="", created=0)
    page = ActionPage(
        id="2" * 32, group=group.id, type="event", title=title, slug="hall", created=1_760_000_000, edited=1_760_000_060
    )
    return calendar_file.written(group, page, Settings(**known | own), "https://muster.example/library/hall")


def unfolded(text):
    return text.replace("\r\n ", "").split("\r\n")


def test_a_calendar_takes_it_in():
    lines = unfolded(calendar(address="1 Main St\nSpringfield"))
    assert lines[0] == "BEGIN:VCALENDAR"
    assert lines[-2:] == ["END:VCALENDAR", ""]
    for line in (
        f"UID:{'2' * 32}@muster.example",
        "DTSTART:20261205T230000Z",
        "DTEND:20261206T010000Z",
        "SUMMARY:Town hall",
        "LOCATION:Library\\, 1 Main St\\, Springfield",
        "DESCRIPTION:Friends\\; of\\, the \\\\ Library: https://muster.example/library/hall",
        "SEQUENCE:60",
        "STATUS:CONFIRMED",
    ):
        assert line in lines


def test_an_event_that_is_called_off_leaves_the_calendar():
    assert "STATUS:CANCELLED" in unfolded(calendar(called_off=1.0))


def test_nobody_learns_the_link_from_the_calendar_file():
    assert "secret" not in calendar(form="both", link="https://meet.example.org/secret", instructions="secret")


@given(st.text(max_size=200))
def test_no_title_breaks_out_of_its_line(title):
    text = calendar(title=title)
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    lines = unfolded(text)
    assert len(lines) == len(unfolded(calendar()))
    [summary] = [line for line in lines if line.startswith("SUMMARY:")]
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", summary.removeprefix("SUMMARY:"))
    assert "\n" not in "".join(lines)
