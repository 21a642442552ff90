"""How the console tells time and draws days."""

from datetime import UTC, datetime

import pytest

from chalicelib.web.console import charts, times

NOW = datetime(2026, 11, 23, 14, 5, tzinfo=UTC).timestamp()
HOUR, DAY = 3600, 86400


@pytest.mark.parametrize(
    ("away", "words"),
    [
        (0, "just now"),
        (-44, "just now"),
        (44, "in a moment"),
        (-50, "50 seconds ago"),
        (-60, "1 minute ago"),
        (-3599, "59 minutes ago"),
        (-HOUR, "1 hour ago"),
        (2 * HOUR + 5, "in 2 hours"),
        (-DAY, "1 day ago"),
        (-29.9 * DAY, "29 days ago"),
        (-31 * DAY, "23 Oct 2026"),
        (31 * DAY, "24 Dec 2026"),
    ],
)
def test_times_are_told_from_now(away: float, words: str) -> None:
    assert times.ago(NOW + away, NOW) == words


def test_exact_times_name_day_and_zone() -> None:
    assert times.exact(NOW, "UTC") == "Mon 23 Nov 2026, 14:05 UTC"
    assert times.exact(0, "Europe/Berlin") == "Thu 1 Jan 1970, 01:00 CET"
    assert times.exact(0, "Mars/Olympus_Mons") == "Thu 1 Jan 1970, 00:00 UTC"


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s"),
        (59.4, "59 s"),
        (60, "1 min"),
        (3599, "1 h 00 min"),
        (3600, "1 h 00 min"),
        (7500, "2 h 05 min"),
        (172799, "2 days"),
        (9711000, "112 days"),
    ],
)
def test_durations(seconds: float, words: str) -> None:
    assert times.duration(seconds) == words


def test_bars_are_as_high_as_their_numbers() -> None:
    chart = charts.chart({"2026-11-21": 0, "2026-11-22": 50, "2026-11-23": 100})
    assert [bar.height for bar in chart.bars] == [0.0, 50.0, 100.0]
    assert (chart.total, chart.highest.label) == (150, "23 Nov")


def test_a_little_is_seen_and_nothing_is_not() -> None:
    chart = charts.chart({"2026-11-21": 1, "2026-11-22": 100_000, "2026-11-23": -3})
    assert [bar.height for bar in chart.bars] == [2.0, 100.0, 0.0]


def test_no_numbers_draw_an_empty_chart() -> None:
    assert charts.chart({"2026-11-23": 0}).total == 0
