"""A yearly statement: all that one donor gave a group in a year of the group's own calendar, for their taxes. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from chalicelib import wall_time
from chalicelib.giving.donation import Donation, Donor

FIRST_YEAR = 2000


class Statement(NamedTuple):
    """Gifts oldest first; `totals` of what is left of them in minor units by currency; `donor` as they said last."""

    year: int
    donor: Donor
    gifts: Sequence[Donation]
    totals: dict[str, int]


def year_of(text: str) -> int | None:
    """A year as an address or a form has it."""
    year = int(text) if text.isascii() and text.isdigit() and len(text) == 4 else 0
    return year if year >= FIRST_YEAR else None


def span(year: int, zone: str) -> tuple[float, float]:
    """From its first second to the first of the next (epoch seconds)."""
    first, last = (datetime(each, 1, 1, tzinfo=ZoneInfo(zone)).timestamp() for each in (year, year + 1))
    return first, last


def of_year(donations: Iterable[Donation], year: int, zone: str) -> Statement | None:
    """None of a year without a gift; what went back was none."""
    gifts = sorted((each for each in donations if _counts(each, year, zone)), key=lambda gift: gift.given_at)
    totals: dict[str, int] = {}
    for gift in gifts:
        totals[gift.currency] = totals.get(gift.currency, 0) + gift.kept
    return Statement(year, gifts[-1].donor, gifts, totals) if gifts else None


def years(donations: Iterable[Donation], zone: str) -> list[int]:
    """Those for which there is a statement, newest first."""
    return sorted({_year(each, zone) for each in donations if is_stated(each)}, reverse=True)


def is_stated(donation: Donation) -> bool:
    """Tickets are no gifts, and whoever else took a gift says so themselves."""
    return donation.kept > 0 and not donation.tickets and donation.is_ours


def _counts(donation: Donation, year: int, zone: str) -> bool:
    return is_stated(donation) and _year(donation, zone) == year


def _year(donation: Donation, zone: str) -> int:
    return int(wall_time.written(donation.given_at, zone)[:4])
