"""Reconciling: Stripe's payments of a month beside ours, part by part, and a button that settles what differs."""

from typing import TYPE_CHECKING

from chalice.app import Blueprint, Response

from chalicelib import clock, log
from chalicelib.giving import accounts, money, months
from chalicelib.giving.months import Month
from chalicelib.web import responses
from chalicelib.web.console import spreadsheet
from chalicelib.web.console.door import Visit, screen

if TYPE_CHECKING:
    from chalicelib.giving.reconcile import Compared

routes = Blueprint(__name__)


@screen(routes, "/console/giving/reconcile")
def reconcile(visit: Visit) -> Response:
    """The latest of a month, or what comes before a moment of it. Looking changes nothing."""
    month, before = months.named(visit.query.get("month", ""), clock.now()), visit.query.get("before", "")
    return _show(visit, month, before, _compared(visit, month, before))


@screen(routes, "/console/giving/reconcile", methods=["POST"])
def mend(visit: Visit) -> Response:
    from chalicelib.giving import reconcile as reconciling  # noqa: PLC0415  (Stripe's SDK is behind it)

    fields = visit.fields()
    month, before = months.named(fields.get("month", ""), clock.now()), fields.get("before", "")
    compared = _compared(visit, month, before)
    if compared is None:
        return _show(visit, month, before, None)
    reconciling.mend_later(visit.group, compared.differences)
    return responses.see_other(f"/console/giving/reconcile?month={month.name}&done=reconciled")


def _show(visit: Visit, month: Month, before: str, compared: "Compared | None") -> Response:
    until = _until(month, before)
    return visit.show(
        "reconcile.html",
        month=month.name,
        months=months.lately(clock.now()),
        connected=bool(accounts.of(visit.group).id),
        compared=compared,
        until=until,
        before=int(until) if until < month.until else "",
        rest=int(compared.since) if compared and compared.since > month.since else 0,
        write=money.write,
        moment=spreadsheet.moment,
    )


def _compared(visit: Visit, month: Month, before: str) -> "Compared | None":
    """None where nothing is connected, or Stripe does not answer."""
    from chalicelib.giving import reconcile as reconciling  # noqa: PLC0415
    from chalicelib.giving.stripe_gateway import Later, Refused  # noqa: PLC0415

    if not accounts.of(visit.group).id:
        return None
    try:
        return reconciling.compare(visit.group, month.since, _until(month, before))
    except (Later, Refused) as error:
        log.failure("not compared", error)
        return None


def _until(month: Month, before: str) -> float:
    """Up to where to compare: a moment of the month, or its end."""
    at = int(before) if before.isascii() and before.isdigit() and len(before) < 12 else 0
    return at if month.since < at < month.until else month.until
