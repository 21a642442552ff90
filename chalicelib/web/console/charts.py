"""Charts that answer one question each: how many, day by day. `console/chart.html` draws them, with a table twin."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalicelib import counters

DAYS = 30


class Bar(NamedTuple):
    """One day; `height` is a percentage of the highest day, and zero only for zero."""

    day: str
    label: str
    value: int
    height: float


class Chart(NamedTuple):
    bars: list[Bar]
    total: int
    highest: Bar


def daily(counted: str, now: float, *names: str) -> list[Chart]:
    """The last 30 days of a counter, one chart for each of its named numbers, in one read."""
    last = datetime.fromtimestamp(now, UTC)
    days = [f"{last - timedelta(days=back):%Y-%m-%d}" for back in reversed(range(DAYS))]
    counts = counters.read_days(counted, days[0], days[-1])
    return [chart({day: counts.get(day, {}).get(name, 0) for day in days}) for name in names]


def chart(values: Mapping[str, int]) -> Chart:
    """A bar for each day (`2026-11-23`), in the order given. The axis begins at zero."""
    most = max(1, *values.values())
    bars = [Bar(day, _label(day), value, _height(value, most)) for day, value in values.items()]
    return Chart(bars, sum(values.values()), max(bars, key=lambda bar: bar.value))


def _height(value: int, most: int) -> float:
    return round(max(2.0, 100 * value / most), 2) if value > 0 else 0.0


def _label(day: str) -> str:
    moment = datetime.strptime(day, "%Y-%m-%d").replace(tzinfo=UTC)
    return f"{moment.day} {moment:%b}"
