"""When an event is, in the words of a language and on the clocks of its own zone."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chalicelib import texts, wall_time


def told(language: str, starts: float, ends: float, zone: str) -> str:
    """`Saturday, December 5, 2026, 6:00 PM to 8:00 PM EST (America/New_York)`, with a dash; or with both days."""
    where = _zone(zone)
    first, last = datetime.fromtimestamp(starts, where), datetime.fromtimestamp(ends, where)
    name = "UTC" if where is UTC else f"{last:%Z} ({zone})"
    # In a night when the clocks change, each hour says whose it is.
    turned = f" {first:%Z}" if first.utcoffset() != last.utcoffset() else ""
    begin = f"{wall_time.day(language, first)}, {_hour(language, first)}{turned}"
    end = _hour(language, last)
    if first.date() != last.date():
        end = f"{wall_time.day(language, last)}, {end}"
    return f"{begin} – {end} {name}"


def _hour(language: str, moment: datetime) -> str:
    if language != texts.FALLBACK:
        return f"{moment:%H:%M}"
    return f"{moment.hour % 12 or 12}:{moment:%M} {'AM' if moment.hour < 12 else 'PM'}"


def _zone(name: str) -> tzinfo:
    """A zone that this machine does not know is told in UTC, and says so."""
    try:
        return ZoneInfo(name) if name not in ("", "UTC") else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC
