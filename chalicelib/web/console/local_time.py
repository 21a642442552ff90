"""Times that an organizer types: as the clock on the group's wall shows them, or that on each recipient's own."""

from datetime import datetime

from chalicelib import wall_time
from chalicelib.wall_time import NoSuchTime, written

__all__ = ["read", "read_for_every_wall", "written"]

# A schedule further away than this is a slip of the finger.
_FURTHEST = 366 * 86400

_NO_TIME = "Choose a day and a time"
_PAST = "That time is past. Choose a later one"
_TOO_FAR = "Choose a day within the next year"


def read(text: str, zone: str, now: float) -> float | str:
    """Epoch seconds of `2026-11-23T14:05` in a zone, or what is wrong with it. Where an hour comes twice, its first."""
    typed = wall_time.typed(text)
    if typed is None:
        return _NO_TIME
    try:
        at = wall_time.exact_moment(typed, zone)
    except NoSuchTime:
        return f"{typed:%H:%M} does not exist on that day in {zone}: the clocks go forward then. Choose another time"
    return _TOO_FAR if at is None else _problem(at, now) or at


def read_for_every_wall(text: str, zone: str, now: float) -> datetime | str:
    """The time as typed, if it has not come in this zone yet; or what is wrong with it.

    An hour that clocks leave out is none: not everybody's clock does.
    """
    typed = wall_time.typed(text)
    if typed is None:
        return _NO_TIME
    at = wall_time.moment(typed, zone)
    return _TOO_FAR if at is None else _problem(at, now) or typed


def _problem(at: float, now: float) -> str:
    if at <= now:
        return _PAST
    return "" if at <= now + _FURTHEST else _TOO_FAR
