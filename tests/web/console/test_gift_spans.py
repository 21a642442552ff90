"""Bob saves gifts as files: of a year, of a quarter, for the FEC; and learns when they are too much for one."""

import csv
import io
from datetime import UTC, datetime

import pytest
from organizers import Organizer, given

from chalicelib import wall_time
from chalicelib.web.console import spans, spreadsheet

NOW = datetime(2026, 11, 28, tzinfo=UTC).timestamp()


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def opened(bob: Organizer, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(bob.get(path).html.lstrip("\ufeff"))))


@pytest.fixture
def year(bob: Organizer) -> None:
    """Ada gave $1 on New Year's Eve, and so on: $2 in January, $4 at the end of March, $8 in April; Ben gave $16."""
    for dollars, day in ((1, "2025-12-31"), (2, "2026-01-05"), (4, "2026-03-31T23:00"), (8, "2026-04-02")):
        given(bob, dollars * 100, at=at(day))
    given(bob, 1600, "ben@example.org", at=at("2026-03-01"))


@pytest.mark.parametrize(
    ("asked", "amounts"),
    [
        ("", {"1", "2", "4", "8", "16"}),
        ("?year=2026", {"2", "4", "8", "16"}),
        ("?year=2025", {"1"}),
        ("?from=2026-01-01&until=2026-03-31", {"2", "4", "16"}),
        ("?from=2026-03-31&until=2026-03-31", {"4"}),
        ("?from=2026-04-01", {"8"}),
        ("?until=2026-01-05", {"1", "2"}),
        ("?year=2025&from=2026-04-01", {"8"}),
    ],
)
def test_gifts_of_the_time_that_is_asked_for(bob: Organizer, year: None, asked: str, amounts: set[str]) -> None:
    assert {row["amount"] for row in opened(bob, f"/console/giving/gifts.csv{asked}")} == amounts


@pytest.mark.parametrize("asked", ["from=x", "until=2026-13-01", "from=2026-02-30", "from=2026-04-01&until=2026-01-01"])
def test_days_that_cannot_be_read_are_no_file(bob: Organizer, year: None, asked: str) -> None:
    for path in ("gifts.csv", "fec.csv"):
        answer = bob.get(f"/console/giving/{path}?{asked}")
        assert (answer.status, "These days cannot be read" in answer.text) == (400, True)


def test_a_quarter_for_the_fec_counts_what_was_given_before_it_in_the_year(bob: Organizer, year: None) -> None:
    def told(asked: str) -> list[tuple[str, ...]]:
        columns = ("CONTRIBUTION DATE", "CONTRIBUTION AMOUNT", "CONTRIBUTION AGGREGATE")
        return [tuple(row[name] for name in columns) for row in opened(bob, f"/console/giving/fec.csv?{asked}")]

    second = [("20260402", "8.00", "14.00")]
    assert told("from=2026-04-01&until=2026-06-30") == second
    first = [("20260105", "2.00", "2.00"), ("20260301", "16.00", "16.00"), ("20260331", "4.00", "6.00")]
    assert told("from=2026-01-01&until=2026-03-31") == first
    assert told("year=2026") == [*first, *second]
    assert told("") == [("20251231", "1.00", "1.00"), *first, *second]


def test_a_file_is_called_by_what_is_in_it(bob: Organizer) -> None:
    name = bob.get("/console/giving/fec.csv?from=2026-01-01&until=2026-03-31").headers["content-disposition"]
    assert "schedule-a-from-2026-01-01-until-2026-03-31.csv" in name


@pytest.mark.parametrize("path", ["gifts.csv", "fec.csv"])
def test_time_that_is_spent_reading_counts(bob: Organizer, monkeypatch: pytest.MonkeyPatch, path: str) -> None:
    """Of what is read nothing becomes a row: it is in another currency, or was not given."""
    given(bob, currency="EUR") if path == "fec.csv" else given(bob, state="left")
    assert bob.get(f"/console/giving/{path}").status == 200
    monkeypatch.setattr(spreadsheet, "MOST_SECONDS", -1)
    assert bob.get(f"/console/giving/{path}").status == 413


@pytest.mark.parametrize("zone", ["UTC", "America/New_York", "Pacific/Auckland"])
@pytest.mark.parametrize(
    ("query", "first", "after", "name"),
    [
        ({"year": "2026"}, "2026-01-01", "2027-01-01", "2026"),
        ({"from": "2026-02-28", "until": "2026-02-28"}, "2026-02-28", "2026-03-01", "from-2026-02-28-until-2026-02-28"),
        ({"from": "2026-01-01", "year": "x"}, "2026-01-01", "", "from-2026-01-01"),
        ({"until": "2026-12-31"}, "", "2027-01-01", "until-2026-12-31"),
        *(
            ({"year": text}, "", "", "all")
            for text in ("", "x", "٢٠٢٦", "2026-02-30", "9999", "9999-12-31", "0001-01-01", "1969-12-31", "20260101xx")
        ),
    ],
)
def test_days_are_those_of_the_time_zone(zone: str, query: dict[str, str], first: str, after: str, name: str) -> None:
    found = spans.asked(query, zone, NOW)
    assert found is not None
    assert found.name == name
    assert wall_time.written(found.since, zone) == f"{first}T00:00" if first else found.since == 0
    assert wall_time.written(found.until, zone) == f"{after}T00:00" if after else found.until > NOW
