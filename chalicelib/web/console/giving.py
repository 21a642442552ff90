"""Giving: what was raised and how, what is to come, the latest gifts, and files of them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import clock, counters, lambdas, wall_time
from chalicelib.giving import accounts, fec, forecast, money, outside, recurring_store, statement, store, sums, terms
from chalicelib.giving import send_statements as sending
from chalicelib.giving.donation import Donation
from chalicelib.giving.sums import Sum
from chalicelib.web import responses
from chalicelib.web.console import charts, giving_ways, spans, spreadsheet
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_LATEST = 25
_HEAD = (
    *("date_utc", "email", "given_name", "family_name", "phone", "street", "city", "state", "zip_code", "country"),
    *("employer", "occupation", "amount", "currency", "often", "given_back", "fee", "state_of_gift", "dispute", "page"),
    *("source", "referrer", "website", "agreed_to", "donation", "recurring", "payment", "origin"),
)


@screen(routes, "/console/giving")
def giving(visit: Visit) -> Response:
    """Numbers come from sums that are kept; only the latest gifts are read."""
    group, now = visit.group, clock.now()
    currency = _currency(visit)
    totals, days = sums.of_group(group.id), _days(now)
    by_day = sums.of_days(group.id, days[0], days[-1])
    raised = {day: by_day.get(day, {}).get(currency, Sum()).kept for day in days}
    found = totals.get(currency, Sum())
    return visit.show(
        "giving.html",
        account=accounts.of(group),
        currency=currency,
        currencies=sorted(totals),
        total=found,
        shown=found.written(currency),
        median=money.write(sums.median(group.id, currency), currency),
        chart=charts.chart(raised),
        in_words=lambda amount: money.write(max(amount, 0), currency),
        forecast=forecast.of_group(group.id).get(currency),
        ways=giving_ways.ways(group.id, currency),
        last_year=int(wall_time.written(now, group.time_zone)[:4]) - 1,
        latest=[_line(donation) for donation in store.latest(group.id, _LATEST)],
    )


@screen(routes, "/console/giving/gifts.csv")
def export_gifts(visit: Visit) -> Response:
    """Every gift that was paid in a year, from one day until another, or ever."""
    span = spans.asked(visit.query, "UTC", clock.now())
    rows = (_cells(gift) for gift in _given(visit.group.id, span.since, span.until))
    return _file(visit, f"gifts-{span.name}.csv", _HEAD, rows)


@screen(routes, "/console/giving/fec.csv")
def export_fec(visit: Visit) -> Response:
    """The same in the columns of Schedule A, as tools for filing with the FEC import them.

    What donors have given in the year so far is told with each, so all of that year is read.
    """
    zone = visit.group.time_zone
    span = spans.asked(visit.query, zone, clock.now())
    year_to_date = _given(visit.group.id, spans.new_year(span.since, zone), span.until)
    dollars = (gift for gift in year_to_date if gift.currency == "USD")
    return _file(visit, f"schedule-a-{span.name}.csv", fec.COLUMNS, fec.rows(dollars, zone, span.since))


@screen(routes, "/console/giving/statements", methods=["POST"])
def send_statements(visit: Visit) -> Response:
    """To everybody who gave in a year that is over; whoever has theirs gets no other."""
    year = statement.year_of(visit.fields().get("year", ""))
    if year is None or statement.span(year, visit.group.time_zone)[1] > clock.now():
        return responses.see_other("/console/giving?done=statements-not-yet")
    lambdas.start("tell", {"group": visit.group.id, "page": "", "news": sending.NEWS, "about": str(year)})
    return responses.see_other("/console/giving?done=statements-sent")


@screen(routes, "/console/giving/recurring")
def recurring(visit: Visit) -> Response:
    """Everybody who gives again and again, newest first, a hundred at a time."""
    asked = visit.query.get("after", "")
    after = asked if all(map(is_id, asked.split("."))) else ""
    found, following = recurring_store.of_group(visit.group.id, after)
    shown = [{"one": each, "amount": money.write(each.amount, each.currency)} for each in found]
    return visit.show("recurring.html", shown=shown, following=following)


def _given(group: str, since: float, until: float) -> Iterator[Donation]:
    """Every gift that was paid then, as long as there is time to read. Raises TooMuch."""
    found = spreadsheet.in_time(store.each_of_group(group, since, until))
    return (donation for donation in found if donation.is_given)


def _file(visit: Visit, name: str, head: tuple[str, ...], rows: Iterator[tuple[Any, ...]]) -> Response:
    try:
        return spreadsheet.download(name, head, rows)
    except spreadsheet.TooMuch:
        return visit.show("too_much.html", status=413, back="/console/giving")


def _currency(visit: Visit) -> str:
    """The one that is asked for, or that the group's terms are in."""
    asked = visit.query.get("currency", "")
    return asked if asked in money.CURRENCIES else terms.of(visit.group).currency


def _days(now: float) -> list[str]:
    last = datetime.fromtimestamp(now, UTC)
    return [counters.day((last - timedelta(days=back)).timestamp()) for back in reversed(range(charts.DAYS))]


def lines_of(person: str) -> list[dict[str, Any]]:
    """All that somebody gave or began to give, newest first, as rows of a table."""
    return [_line(donation) for donation in reversed(store.of_person(person))]


def _line(donation: Donation) -> dict[str, Any]:
    name = f"{donation.donor.given_name} {donation.donor.family_name}".strip()
    return {
        "gift": donation,
        "name": name or donation.donor.email,
        "amount": money.write(donation.amount, donation.currency),
        "state": state_of(donation),
        "taken_by": outside.NAMES.get(donation.origin, ""),
    }


def state_of(donation: Donation) -> tuple[str, str]:
    """In words, and in which tone."""
    if donation.dispute in ("open", "lost"):
        return {"open": ("Disputed", "bad"), "lost": ("Lost to its bank", "bad")}[donation.dispute]
    if donation.refunded:
        return ("Given back", "warm") if donation.refunded >= donation.amount else ("Partly given back", "warm")
    return {
        "given": ("Given", "good"),
        "processing": ("Its bank is at work", "calm"),
        "promised": ("Begins later", "calm"),
        "started": ("At Stripe", "calm"),
        "failed": ("Failed", "bad"),
        "left": ("Not finished", ""),
    }[donation.state]


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
