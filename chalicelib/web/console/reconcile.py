"""Reconciling: Stripe's payments of a month beside ours, and a button that settles what differs."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from chalice.app import Blueprint, Response

from chalicelib import clock, log
from chalicelib.giving import accounts, money
from chalicelib.web import responses
from chalicelib.web.console import spreadsheet
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)


class Month(NamedTuple):
    """`2026-11`, from its first second to the first of the next."""

    name: str
    since: float
    until: float


@screen(routes, "/console/giving/reconcile")
def reconcile(visit: Visit) -> Response:
    """Looking changes nothing."""
    return _show(visit, _month(visit.query.get("month", "")))


@screen(routes, "/console/giving/reconcile", methods=["POST"])
def mend(visit: Visit) -> Response:
    from chalicelib.giving import reconcile as reconciling  # noqa: PLC0415  (Stripe's SDK is behind it)
    from chalicelib.giving.stripe_gateway import Later  # noqa: PLC0415

    month = _month(visit.fields().get("month", ""))
    try:
        compared = reconciling.compare(visit.group, month.since, month.until)
        reconciling.mend(visit.group, compared.differences)
    except Later as error:
        log.failure("not reconciled", error)
        return _show(visit, month)
    return responses.see_other(f"/console/giving/reconcile?month={month.name}&done=reconciled")


def _show(visit: Visit, month: Month) -> Response:
    from chalicelib.giving import reconcile as reconciling  # noqa: PLC0415
    from chalicelib.giving.stripe_gateway import Later  # noqa: PLC0415

    compared = None
    if accounts.of(visit.group).id:
        try:
            compared = reconciling.compare(visit.group, month.since, month.until)
        except Later as error:
            log.failure("not compared", error)
    return visit.show(
        "reconcile.html",
        month=month.name,
        months=[_month(name).name for name in _lately()],
        connected=bool(accounts.of(visit.group).id),
        compared=compared,
        write=money.write,
        moment=spreadsheet.moment,
    )


def _lately() -> list[str]:
    first = datetime.fromtimestamp(clock.now(), UTC).replace(day=1)
    found = []
    for _ in range(12):
        found.append(f"{first:%Y-%m}")
        first = (first - timedelta(days=1)).replace(day=1)
    return found


def _month(name: str) -> Month:
    """The month of that name; this one for what is none."""
    try:
        begin = datetime.strptime(name, "%Y-%m").replace(tzinfo=UTC)
    except ValueError:
        begin = datetime.fromtimestamp(clock.now(), UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    end = (begin + timedelta(days=32)).replace(day=1)
    return Month(f"{begin:%Y-%m}", begin.timestamp(), end.timestamp())
