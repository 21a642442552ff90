"""Times as clocks on a wall show them: what somebody typed, and which moment that is in a time zone."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from chalicelib import texts


class NoSuchTime(Exception):
    """The clocks go forward over it on that day."""


def typed(text: str) -> datetime | None:
    """`2026-11-23T14:05`, as it stands; None for anything else."""
    try:
        found = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    return found if found.tzinfo is None else None


def moment(wall: datetime, zone: str) -> float | None:
    """Epoch seconds, None where calendars end. Where an hour comes twice, its first; one left out is a moment too."""
    try:
        at = wall.replace(tzinfo=ZoneInfo(zone), fold=0).timestamp()
        datetime.fromtimestamp(at, ZoneInfo(zone))
    except (OverflowError, ValueError):
        return None
    return at


def exact_moment(wall: datetime, zone: str) -> float | None:
    """The same, only of a time that there is. Raises NoSuchTime."""
    at = moment(wall, zone)
    if at is not None and datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None, fold=0) != wall:
        raise NoSuchTime
    return at


def written(at: float, zone: str) -> str:
    """As a `datetime-local` input wants it."""
    return f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%Y-%m-%dT%H:%M}"


def day(language: str, moment: datetime) -> str:
    """`Saturday, December 5, 2026`, in the words of a language."""
    weekday = texts.say(language, "day.weekdays").split(",")[moment.weekday()]
    month = texts.say(language, "day.months").split(",")[moment.month - 1]
    return texts.say(language, "day.written", weekday=weekday, month=month, day=moment.day, year=moment.year)


def day_at(language: str, at: float, zone: str = "UTC") -> str:
    """The same of a moment (epoch seconds)."""
    return day(language, datetime.fromtimestamp(at, ZoneInfo(zone)))


@cache
def zones() -> list[str]:
    """The time zones that one may choose from."""
    return sorted({zone for zone in available_timezones() if "/" in zone} | {"UTC"})
