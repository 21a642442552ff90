"""Gifts as files, for a spreadsheet and for the FEC: all of them, or those of a time."""

from collections.abc import Iterator
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.giving import fec, money, store
from chalicelib.giving.donation import Donation
from chalicelib.web.console import spans, spreadsheet
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.giving import state_of
from chalicelib.web.console.spans import Span

routes = Blueprint(__name__)

_HEAD = (
    *("date_utc", "email", "given_name", "family_name", "phone", "street", "city", "state", "zip_code", "country"),
    *("employer", "occupation", "amount", "currency", "often", "given_back", "fee", "state_of_gift", "dispute", "page"),
    *("source", "referrer", "website", "agreed_to", "donation", "recurring", "payment", "origin"),
)


@screen(routes, "/console/giving/gifts.csv")
def export_gifts(visit: Visit) -> Response:
    """Every gift that was paid then, dated in UTC."""
    span = spans.asked(visit.query, "UTC", clock.now())
    if span is None:
        return _unreadable(visit)
    rows = (_cells(gift) for gift in _given(visit.group.id, span.since, span.until))
    return _file(visit, span, f"gifts-{span.name}.csv", _HEAD, rows)


@screen(routes, "/console/giving/fec.csv")
def export_fec(visit: Visit) -> Response:
    """The same in the columns of Schedule A, as tools for filing with the FEC import them, dated by the group's clock.

    What donors have given in the year so far is told with each, so all of that year is read.
    """
    zone = visit.group.time_zone
    span = spans.asked(visit.query, zone, clock.now())
    if span is None:
        return _unreadable(visit)
    year_to_date = _given(visit.group.id, spans.new_year(span.since, zone), span.until)
    dollars = (gift for gift in year_to_date if gift.currency == "USD")
    rows = fec.rows(dollars, zone, span.since)
    return _file(visit, span, f"schedule-a-{span.name}.csv", fec.COLUMNS, rows)


def _unreadable(visit: Visit) -> Response:
    return visit.show("gifts_no_file.html", status=400, span=None)


def _given(group: str, since: float, until: float) -> Iterator[Donation]:
    """Every gift that was paid then, as long as there is time to read. Raises TooMuch."""
    found = spreadsheet.in_time(store.each_of_group(group, since, until))
    return (donation for donation in found if donation.is_given)


def _file(visit: Visit, span: Span, name: str, head: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> Response:
    try:
        return spreadsheet.download(name, head, rows)
    except spreadsheet.TooMuch:
        return visit.show("gifts_no_file.html", status=413, span=span)


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
