"""One gift, or one recurring donation: what is known of it, giving it back, and what its donor asked to be changed."""

from collections.abc import Callable

from chalice.app import Blueprint, Response

from chalicelib import clock, log
from chalicelib.actions import consent_store
from chalicelib.giving import change, links, money, outside, recurring_store, refund, store, terms
from chalicelib.giving.donation import Donation
from chalicelib.giving.recurring import Recurring, Standing
from chalicelib.giving.stripe_gateway import Later, Refused
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.giving import state_of
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_PAUSE_SECONDS = 30 * 86400


@screen(routes, "/console/giving/gifts/{person}/{gift}")
def show_gift(visit: Visit, person: str, gift: str) -> Response:
    """Everything that is stored of it, and the recurring donation that it belongs to."""
    found = _gift(visit, person, gift)
    if found is None:
        return visit.missing()
    recurring = recurring_store.find(person, found.recurring) if found.recurring else None
    attested = consent_store.texts_of(visit.group.id, [found.donor.attested])
    left, asked = refund.refundable(found), terms.of(visit.group)
    above = terms.above(asked, store.of_person(person), clock.now())
    return visit.show(
        "gift.html",
        gift=found,
        stands=state_of(found),
        amount=money.write(found.amount, found.currency),
        left=money.plain(left, found.currency) if left else "",
        back=money.write(found.refunded, found.currency),
        fee=money.write(found.fee, found.currency),
        above=money.write(above, asked.currency) if above else "",
        recurring=recurring,
        taken=money.write(recurring.amount, recurring.currency) if recurring else "",
        taken_by=outside.NAMES.get(found.origin, ""),
        attested=attested.get(found.donor.attested, ""),
        donors_page=links.for_donor(found, clock.now()) if found.is_ours else "",
    )


@screen(routes, "/console/giving/gifts/{person}/{gift}/refund", methods=["POST"])
def refund_gift(visit: Visit, person: str, gift: str) -> Response:
    found = _gift(visit, person, gift)
    if found is None:
        return visit.missing()
    fields = visit.fields()
    amount = money.read(clean(fields.get("amount", "")), found.currency)
    if not amount or not refund.may_go_back(found, amount, fields.get("seen", "")):
        return _back(person, gift, "not-given-back")
    try:
        return _try(lambda: refund.give_back(found, amount), person, gift, "given-back")
    except refund.NotTaken:
        return _back(person, gift, "bank-refused")


@screen(routes, "/console/giving/gifts/{person}/{gift}/change", methods=["POST"])
def change_recurring(visit: Visit, person: str, gift: str) -> Response:
    """What a donor asked for by telephone: pause, go on, or end it."""
    found = _gift(visit, person, gift)
    recurring = recurring_store.find(person, found.recurring) if found and found.recurring else None
    if found is None or recurring is None or not recurring.is_ours or recurring.standing == Standing.ENDED:
        return visit.missing()
    verb = visit.fields().get("do", "")
    return _try(lambda: _change(recurring, verb), person, gift, "gift-changed")


def _change(recurring: Recurring, verb: str) -> None:
    if verb == "pause":
        change.pause(recurring, clock.now() + _PAUSE_SECONDS)
    elif verb == "resume":
        change.resume(recurring)
    elif verb == "cancel":
        change.cancel(recurring)


def _try(do: Callable[[], object], person: str, gift: str, done: str) -> Response:
    try:
        do()
    except (Later, Refused) as error:
        log.failure("gift not changed", error, donation=gift)
        return _back(person, gift, "gift-not-changed")
    return _back(person, gift, done)


def _gift(visit: Visit, person: str, gift: str) -> Donation | None:
    found = store.find(person, gift) if is_id(person) and is_id(gift) else None
    return found if found and found.group == visit.group.id else None


def _back(person: str, gift: str, done: str) -> Response:
    return responses.see_other(f"/console/giving/gifts/{person}/{gift}?done={done}")
