"""Months of the calendar, in UTC as Stripe's own reports have them: what a treasurer compares by. Pure."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple


class Month(NamedTuple):
    """`2026-11`, from its first second to the first of the next."""

    name: str
    since: float
    until: float


def named(name: str, now: float) -> Month:
    """The month of that name; this one for what is none."""
    try:
        begin = datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        begin = datetime.fromtimestamp(now, UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = min(begin, _LAST) + timedelta(days=32)
    return Month(f"{begin:%Y-%m}", begin.timestamp(), end.replace(day=1).timestamp())


def lately(now: float) -> list[str]:
    """The names of the last twelve, this one first."""
    first = datetime.fromtimestamp(now, UTC).replace(day=1)
    found = []
    for _ in range(12):
        found.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return found


_LAST = datetime(9999, 11, 1, tzinfo=UTC)
