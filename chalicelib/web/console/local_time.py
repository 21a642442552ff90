"""Times that an organizer types: as the clock on the group's wall shows them."""

from datetime import datetime
from zoneinfo import ZoneInfo

# A schedule further away than this is a slip of the finger.
_FURTHEST = 366 * 86400


def read(text: str, zone: str, now: float) -> float | str:
    """Epoch seconds of `2026-11-23T14:05` in a zone, or what is wrong with it. Where an hour comes twice, its first."""
    try:
        typed = datetime.fromisoformat(text.strip())
    except ValueError:
        return "Choose a day and a time"
    if typed.tzinfo is not None:
        return "Choose a day and a time"
    try:
        at = typed.replace(tzinfo=ZoneInfo(zone), fold=0).timestamp()
        there = datetime.fromtimestamp(at, ZoneInfo(zone)).replace(tzinfo=None, fold=0)
    except (OverflowError, ValueError):
        return "Choose a day within the next year"
    if there != typed:
        return f"{typed:%H:%M} does not exist on that day in {zone}: the clocks go forward then. Choose another time"
    if at <= now:
        return "That time is past. Choose a later one"
    return at if at <= now + _FURTHEST else "Choose a day within the next year"


def written(at: float, zone: str) -> str:
    """As a `datetime-local` input wants it."""
    return f"{datetime.fromtimestamp(at, ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
