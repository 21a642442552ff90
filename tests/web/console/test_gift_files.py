"""Bob saves gifts as files: of a year, or of a part of it; Charlie has none of them."""

import csv
import io
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from organizers import Organizer, given

from chalicelib.network import store as network
from chalicelib.web.console import spreadsheet

GIFTS, FEC = "/console/giving/gifts.csv", "/console/giving/fec.csv"
NEW_YORK = ZoneInfo("America/New_York")


def on(*when: int, zone: ZoneInfo = NEW_YORK) -> float:
    return datetime(*when, tzinfo=zone).timestamp()  # type: ignore[arg-type]


def saved(organizer: Organizer, path: str) -> list[dict[str, str]]:
    answer = organizer.get(path)
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.html.lstrip("\ufeff"), newline="")))


@pytest.fixture
def years(bob: Organizer) -> Organizer:
    """Ada gave at the end of 2024, and twice in 2025, by the clocks of New York."""
    network.change_group(bob.group.id, time_zone="America/New_York")
    given(bob, 1000, at=on(2024, 12, 31, 23))
    given(bob, 2500, at=on(2025, 1, 15))
    given(bob, 4000, at=on(2025, 3, 31, 23, 59))
    return bob


@pytest.mark.parametrize(
    ("asked", "amounts", "aggregates"),
    [
        ("", ["10.00", "25.00", "40.00"], ["10.00", "25.00", "65.00"]),
        ("?year=&part=3", ["10.00", "25.00", "40.00"], ["10.00", "25.00", "65.00"]),
        ("?year=2024&part=", ["10.00"], ["10.00"]),
        ("?year=2025&part=", ["25.00", "40.00"], ["25.00", "65.00"]),
        ("?year=2025&part=1", ["25.00"], ["25.00"]),
        ("?year=2025&part=3", ["40.00"], ["65.00"]),
        ("?year=2025&part=2", [], []),
        ("?year=2025&part=q1", ["25.00", "40.00"], ["25.00", "65.00"]),
        ("?year=2024&part=q4", ["10.00"], ["10.00"]),
        ("?year=2024&part=12", ["10.00"], ["10.00"]),
        ("?year=2026", [], []),
    ],
)
def test_the_fec_gets_a_year_or_a_part_of_it(
    years: Organizer, asked: str, amounts: list[str], aggregates: list[str]
) -> None:
    rows = saved(years, FEC + asked)
    assert [row["CONTRIBUTION AMOUNT"] for row in rows] == amounts
    assert [row["CONTRIBUTION AGGREGATE"] for row in rows] == aggregates


def test_a_row_for_the_fec_says_who_gave_and_when(years: Organizer, charlie: Organizer) -> None:
    [row] = saved(years, f"{FEC}?year=2024")
    named = ("CONTRIBUTOR LAST NAME", "CONTRIBUTOR FIRST NAME", "CONTRIBUTION DATE")
    assert [row[name] for name in named] == ["Lovelace", "Ada", "20241231"]
    assert saved(charlie, FEC) == saved(charlie, GIFTS) == []


def test_the_spreadsheet_of_a_year_is_dated_in_utc(years: Organizer) -> None:
    assert saved(years, f"{GIFTS}?year=2024") == []
    first = min(row["date_utc"] for row in saved(years, f"{GIFTS}?year=2025"))
    assert first == "2025-01-01 04:00:00"
    assert [row["amount"] for row in saved(years, f"{GIFTS}?year=2025&part=4")] == ["40"]


@pytest.mark.parametrize(
    ("asked", "name"),
    [
        ("", "all"),
        ("?year=2025", "2025"),
        ("?year=2025&part=3", "2025-03"),
        ("?year=2025&part=q1", "2025-q1"),
        ("?part=3", "all"),
    ],
)
def test_files_are_named_by_what_they_hold(years: Organizer, asked: str, name: str) -> None:
    assert f'"gifts-{name}.csv"' in years.get(GIFTS + asked).headers["content-disposition"]
    assert f'"schedule-a-{name}.csv"' in years.get(FEC + asked).headers["content-disposition"]


@pytest.mark.parametrize("asked", ["x", "-1", "0", "1969", "9999", "12345", "9" * 500, "%D9%A2%D9%A0%D9%A2%D9%A5"])
def test_what_is_no_year_or_part_asks_for_all(years: Organizer, asked: str) -> None:
    for path in (GIFTS, FEC):
        assert len(saved(years, f"{path}?year={asked}")) == 3
        assert len(saved(years, f"{path}?year=2025&part={asked}")) == (3 if path == GIFTS else 2)


def test_a_year_and_a_part_are_chosen_on_the_screen_of_giving(years: Organizer) -> None:
    html = years.get("/console/giving").html
    form = html.partition(f'<form action="{GIFTS}"')[2].partition("</form>")[0]
    assert f'formaction="{FEC}"' in form
    assert "<option>2025</option>" in form
    assert '<option value="12">December</option>' in form
    assert '<option value="q1">January to March</option>' in form


@pytest.mark.parametrize(
    ("asked", "advice"),
    [
        ("", "Choose a year"),
        ("?year=2025", "Choose a quarter or a month of 2025"),
        ("?year=2025&part=1", "?from=2025-03-01&until=2025-03-15"),
    ],
)
def test_what_one_file_cannot_hold_is_said_with_a_way_out(
    years: Organizer, monkeypatch: pytest.MonkeyPatch, asked: str, advice: str
) -> None:
    monkeypatch.setattr(spreadsheet, "MOST_BYTES", 10)
    for path in (GIFTS, FEC):
        answer = years.get(path + asked)
        assert answer.status == 413
        assert advice in answer.text
        assert "by a tag" not in answer.text
