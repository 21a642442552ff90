"""How the console tells time: from now in words, and exactly in the group's own zone."""

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_STEPS = ((60, "second", 1), (3600, "minute", 60), (86400, "hour", 3600), (30 * 86400, "day", 86400))


def ago(at: float, now: float) -> str:
    """`just now`, `3 minutes ago`, `in 2 hours`; beyond 30 days the date says more: `4 Oct 2026`."""
    distance = abs(now - at)
    if distance < 45:
        return "just now" if at <= now else "in a moment"
    for below, unit, seconds in _STEPS:
        if distance < below:
            count = max(1, int(distance // seconds))
            words = f"{count} {unit}{'' if count == 1 else 's'}"
            return f"{words} ago" if at <= now else f"in {words}"
    return _date(datetime.fromtimestamp(at, UTC))


def exact(at: float, zone: str) -> str:
    """`Mon 23 Nov 2026, 14:05 CET`."""
    moment = datetime.fromtimestamp(at, _zone(zone))
    return f"{moment:%a} {_date(moment)}, {moment:%H:%M %Z}"


def day(at: float, zone: str) -> str:
    """`2026-11-23`, which every language reads alike."""
    return datetime.fromtimestamp(at, _zone(zone)).date().isoformat()


def on_the_wall(wall: str) -> str:
    """A time of everybody's own zone, as `2026-11-24T09:00`: `Tue 24 Nov 2026, 09:00`."""
    moment = datetime.fromisoformat(wall)
    return f"{moment:%a} {_date(moment)}, {moment:%H:%M}"


def duration(seconds: float) -> str:
    """How long something takes, roughly: `40 s`, `3 min`, `2 h 05 min`, `3 days`."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes = round(whole / 60)
    if minutes >= 48 * 60:
        return f"{round(minutes / (24 * 60))} days"
    return f"{minutes} min" if minutes < 60 else f"{minutes // 60} h {minutes % 60:02d} min"


def _zone(name: str) -> tzinfo:
    """A zone that this machine does not know is told in UTC, and says so."""
    try:
        return ZoneInfo(name) if name != "UTC" else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def _date(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
