"""Which time a file is asked for: a year, a part of it, or from one day until another, by the clock of a time zone."""

import re
from calendar import month_name
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from chalicelib import wall_time

_DAY = 86400
_WRITTEN = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
# Parts of a year, as forms name them: the first month and the last. FEC reports are of a quarter or a month.
PARTS = {f"q{number}": (3 * number - 2, 3 * number) for number in range(1, 5)} | {
    str(month): (month, month) for month in range(1, 13)
}


def part_names() -> list[tuple[str, str]]:
    """Each part, and what it is called: `January to March`, `January`."""
    named = {part: (month_name[first], month_name[last]) for part, (first, last) in PARTS.items()}
    return [(part, first if first == last else f"{first} to {last}") for part, (first, last) in named.items()]


class Span(NamedTuple):
    """From its first second to the first after it (epoch seconds). `name`: as a file is called by it.

    `year`: the one that was asked for, '' for none; `part`: which part of it, one of PARTS.
    """

    since: float
    until: float
    name: str
    year: str = ""
    part: str = ""


def asked(query: Mapping[str, str], zone: str, now: float) -> Span | None:
    """`from` and `until` (2026-03-31, both days within), or one of them; else a `year`, or `part` of it; else all.

    None where a day cannot be read, or the last is before the first: whoever mistypes must not file something else.
    """
    first, last = (_day(query.get(name, "")) for name in ("from", "until"))
    if any(query.get(name) and not day for name, day in (("from", first), ("until", last))):
        return None
    if first and last and last < first:
        return None
    year = query.get("year", "")
    if not (first or last) and year.isascii() and year.isdigit() and len(year) == 4 and 1969 < int(year) < 9999:
        return _of_year(year, query.get("part", ""), zone)
    since = _moment(first, zone) if first else 0
    return Span(
        since,
        max(since, _moment(last + timedelta(days=1), zone) if last else now + _DAY),
        "-".join([*(["from", str(first)] if first else []), *(["until", str(last)] if last else [])]) or "all",
    )


def new_year(at: float, zone: str) -> float:
    """When the year began in which that moment is."""
    return _moment(date(int(wall_time.written(at, zone)[:4]), 1, 1), zone)


def _of_year(year: str, part: str, zone: str) -> Span:
    first, last = PARTS.get(part, (1, 12))
    after = date(int(year) + last // 12, last % 12 + 1, 1)
    part = part if part in PARTS else ""
    name = f"{year}-{part.zfill(2)}" if part else year
    return Span(_moment(date(int(year), first, 1), zone), _moment(after, zone), name, year, part)


def _day(text: str) -> date | None:
    try:
        found = date.fromisoformat(text) if _WRITTEN.fullmatch(text) else None
    except ValueError:
        return None
    return found if found and 1969 < found.year < 9999 else None


def _moment(day: date, zone: str) -> float:
    return wall_time.moment(datetime.combine(day, time()), zone) or 0
