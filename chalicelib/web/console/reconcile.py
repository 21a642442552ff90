"""Reconciling: Stripe's payments of a month beside ours, part by part, and a button that settles what differs."""

from chalice.app import Blueprint, Response

from chalicelib import clock, log
from chalicelib.giving import accounts, money, months, reconcile, reconcile_recurring
from chalicelib.giving.difference import WORDS
from chalicelib.giving.months import Month
from chalicelib.giving.reconcile import Compared
from chalicelib.giving.stripe_gateway import Later, Refused
from chalicelib.web import responses
from chalicelib.web.console import spreadsheet
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)


@screen(routes, "/console/giving/reconcile")
def show_differences(visit: Visit) -> Response:
    """The latest of a month, or what comes before a moment of it. Looking changes nothing."""
    month, before = months.named(visit.query.get("month", ""), clock.now()), visit.query.get("before", "")
    return _show(visit, month, before, _compared(visit, month, before))


@screen(routes, "/console/giving/reconcile", methods=["POST"])
def look_at_stripe_again(visit: Visit) -> Response:
    fields = visit.fields()
    month, before = months.named(fields.get("month", ""), clock.now()), fields.get("before", "")
    compared = _compared(visit, month, before)
    if compared is None:
        return _show(visit, month, before, None)
    reconcile.mend_later(compared.differences)
    return responses.see_other(f"/console/giving/reconcile?month={month.name}&done=reconciled")


def _show(visit: Visit, month: Month, before: str, compared: Compared | None) -> Response:
    until = _until(month, before)
    return visit.show(
        "reconcile.html",
        month=month.name,
        months=months.lately(clock.now()),
        connected=bool(accounts.of(visit.group).all),
        compared=compared,
        words=WORDS,
        until=until,
        before=int(until) if until < month.until else "",
        rest=int(compared.since) if compared and compared.since > month.since else 0,
        write=money.write,
        moment=spreadsheet.moment,
    )


def _compared(visit: Visit, month: Month, before: str) -> Compared | None:
    """Recurring donations with the first part of a month. None: nothing is connected, or Stripe does not answer."""
    if not accounts.of(visit.group).all:
        return None
    until = _until(month, before)
    try:
        found = reconcile.compare(visit.group, month.since, until)
        recurring = reconcile_recurring.compare(visit.group) if until == month.until else ()
    except (Later, Refused) as error:
        log.failure("not compared", error)
        return None
    return found._replace(differences=found.differences + recurring)


def _until(month: Month, before: str) -> float:
    """Up to where to compare: a moment of the month, or its end."""
    at = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else 0
    return at if month.since < at < month.until else month.until
