"""A time on the wall of each recipient: when it is that time where they live."""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.mailing import Mailing
from chalicelib.people import time_zone


def earliest(wall: str, zone: str) -> int:
    """When it is `2026-11-24T09:00` for the first people: by their ZIP code, or in the zone of all without one."""
    return min(moment(wall, time_zone.EARLIEST), moment(wall, zone))


def moment(wall: str, zone: str) -> int:
    """Epoch seconds. Where clocks leave out that hour it is an hour later; where it comes twice, the first."""
    return int(datetime.fromisoformat(wall).replace(tzinfo=ZoneInfo(zone), fold=0).timestamp())


def dues(mailing: Mailing, zone: str, now: float) -> Callable[[Recipient], int]:
    """When each recipient is due: 0 for at once, and so for those whose time was over by `now`.

    Whoever has no ZIP code lives in `zone`.
    """
    if not mailing.own_time:
        return lambda _recipient: 0

    @cache
    def due_in(where: str) -> int:
        due = moment(mailing.own_time, where)
        return due if due > now else 0

    return lambda recipient: due_in(time_zone.of_zip_code(recipient.zip_code) or zone)
