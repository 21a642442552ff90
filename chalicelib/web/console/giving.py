"""Giving: what was raised and how, what is to come, and the latest gifts (`gift_files.py` has files of them)."""

from datetime import UTC, datetime, timedelta
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import clock, counters, lambdas, wall_time
from chalicelib.giving import accounts, forecast, money, outside, recurring_store, statement, store, sums, terms
from chalicelib.giving.donation import Donation
from chalicelib.giving.recurring import Recurring
from chalicelib.giving.sums import Sum
from chalicelib.mailings.outbox import GiftWord
from chalicelib.people import store as people
from chalicelib.people.person import Person
from chalicelib.web import responses
from chalicelib.web.console import charts, giving_ways, spans
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_LATEST = 25


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
        this_year=int(wall_time.written(now, group.time_zone)[:4]),
        parts=spans.part_names(),
        latest=[_line(donation) for donation in store.latest(group.id, _LATEST)],
    )


@screen(routes, "/console/giving/statements", methods=["POST"])
def send_statements(visit: Visit) -> Response:
    """To everybody who gave in a year that is over; whoever has theirs gets no other."""
    year = statement.year_of(visit.fields().get("year", ""))
    if year is None or statement.span(year, visit.group.time_zone)[1] > clock.now():
        return responses.see_other("/console/giving?done=statements-not-yet")
    lambdas.start("tell", {"group": visit.group.id, "page": "", "news": GiftWord.STATEMENT, "about": str(year)})
    return responses.see_other("/console/giving?done=statements-sent")


@screen(routes, "/console/giving/recurring")
def recurring(visit: Visit) -> Response:
    """The recurring donations, newest first, a hundred at a time, with who gives each."""
    asked = visit.query.get("after", "")
    after = asked if all(map(is_id, asked.split("."))) else ""
    found, following = recurring_store.of_group(visit.group.id, after)
    donors = people.find_many(visit.group.id, {each.person for each in found})
    shown = [_recurring_line(each, donors.get(each.person)) for each in found]
    return visit.show("recurring.html", shown=shown, following=following)


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


def _recurring_line(one: Recurring, donor: Person | None) -> dict[str, Any]:
    name = (donor.full_name or donor.email) if donor else "No name"
    return {"one": one, "name": name, "amount": money.write(one.amount, one.currency)}


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
