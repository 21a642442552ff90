"""Gifts as files, for a spreadsheet and for the FEC: all of them, those of a year, or of a month of it."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, NamedTuple

from chalice.app import Blueprint, Response

from chalicelib import clock, wall_time
from chalicelib.giving import fec, money, store
from chalicelib.giving.donation import Donation
from chalicelib.web.console import spreadsheet
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.giving import state_of

routes = Blueprint(__name__)

_HEAD = (
    *("date_utc", "email", "given_name", "family_name", "phone", "street", "city", "state", "zip_code", "country"),
    *("employer", "occupation", "amount", "currency", "often", "given_back", "fee", "state_of_gift", "dispute", "page"),
    *("source", "referrer", "website", "agreed_to", "donation", "recurring", "payment", "origin"),
)
_DATE = fec.COLUMNS.index("CONTRIBUTION DATE")


class Span(NamedTuple):
    """What is asked for: `year` and `month` are 0 for all of them; `since`, of the latter, and `until` in seconds."""

    year: int = 0
    month: int = 0
    year_since: float = 0
    since: float = 0
    until: float = 0

    @property
    def name(self) -> str:
        return f"{self.year}-{self.month:02}" if self.month else str(self.year or "all")


@screen(routes, "/console/giving/gifts.csv")
def export_gifts(visit: Visit) -> Response:
    """Every gift that was paid then, dated in UTC."""
    span = _span(visit, "UTC")
    rows = (_cells(donation) for donation in store.each_given(visit.group.id, span.since, span.until))
    return _file(visit, span, f"gifts-{span.name}.csv", _HEAD, rows)


@screen(routes, "/console/giving/fec.csv")
def export_fec(visit: Visit) -> Response:
    """The same in the columns of Schedule A, as tools for filing with the FEC import them, dated by the group's clock.

    In a month's file as well, aggregates count from the beginning of the year.
    """
    zone = visit.group.time_zone
    span = _span(visit, zone)
    given = store.each_given(visit.group.id, span.year_since, span.until)
    first = wall_time.written(span.since, zone)[:10].replace("-", "")
    rows = fec.rows([gift for gift in given if gift.currency == "USD"], zone)
    name = f"schedule-a-{span.name}.csv"
    return _file(visit, span, name, fec.COLUMNS, (row for row in rows if row[_DATE] >= first))


def _file(visit: Visit, span: Span, name: str, head: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> Response:
    try:
        return spreadsheet.download(name, head, rows)
    except spreadsheet.TooMuch:
        return visit.show("gifts_too_much.html", status=413, span=span)


def _span(visit: Visit, zone: str) -> Span:
    """By the clock of a time zone."""
    year, month = (_number(visit.query.get(name, "")) for name in ("year", "month"))
    if not 1970 <= year < 9999:
        return Span(until=clock.now() + 86400)
    month = month if 1 <= month <= 12 else 0
    after = (year, month + 1) if 1 <= month < 12 else (year + 1, 1)
    return Span(year, month, _first(year, 1, zone), _first(year, month or 1, zone), _first(*after, zone))


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 4 else 0


def _first(year: int, month: int, zone: str) -> float:
    return wall_time.moment(datetime(year, month, 1), zone) or 0  # noqa: DTZ001  (as a clock on the wall shows it)


def _cells(gift: Donation) -> tuple[Any, ...]:
    donor = gift.donor
    return (
        *(spreadsheet.moment(gift.given_at), donor.email, donor.given_name, donor.family_name, donor.phone),
        *(donor.street, donor.city, donor.state, donor.zip_code, donor.country, donor.employer, donor.occupation),
        *(money.plain(gift.amount, gift.currency), gift.currency, gift.often),
        *(money.plain(gift.refunded, gift.currency), money.plain(gift.fee, gift.currency)),
        *(state_of(gift)[0], gift.dispute, gift.title, gift.source, gift.referrer, gift.website),
        *(donor.attested, gift.id, gift.recurring, gift.payment or gift.reference, gift.origin),
    )
