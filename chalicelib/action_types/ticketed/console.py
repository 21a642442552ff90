"""Tickets that organizers give, to anybody and of any kind, as far as there are some; and giving back what was paid."""

from chalice.app import Blueprint, Response

from chalicelib.action_types.event import attend
from chalicelib.action_types.event.settings import settings_of
from chalicelib.action_types.ticketed import totals
from chalicelib.action_types.ticketed.ticketed import FIELD, GIVEN
from chalicelib.actions import find_page, store, take_action
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.consent import Agreed
from chalicelib.actions.submission import Answers, Submission
from chalicelib.actions.take_action import Sent
from chalicelib.giving import refund
from chalicelib.people.email_address import normalise
from chalicelib.people.person import person_id
from chalicelib.plain_text import clean
from chalicelib.web.console import actions
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_LONGEST_NAME = 120


@screen(routes, "/console/actions/{page}/give-ticket", methods=["POST"])
def give_ticket(visit: Visit, page: str) -> Response:
    """Whoever is given one gets the same confirmation as somebody who ordered it, and joins no list by that."""
    found, fields = actions.find(visit, page), visit.fields()
    if found is None or found.type != "ticketed":
        return visit.missing()
    email, number = normalise(clean(fields.get("email", ""))), fields.get("number", "")
    known = {ticket["id"] for ticket in found.own.get("tickets", ()) if not ticket.get("gone")}
    right = number.isascii() and number.isdigit() and len(number) < 3 and int(number) > 0
    if email is None or not right or fields.get("ticket", "") not in known:
        return actions.back(found, "ticket-wrong")
    name = clean(fields.get("name", ""))[:_LONGEST_NAME]
    ticket = {f"{FIELD}{fields['ticket']}": number, GIVEN: "1"}
    given = _give(found, visit.group.salt, Answers(email=email, name=name), ticket)
    return actions.back(found, "ticket-given" if given else "ticket-none-left")


@screen(routes, "/console/actions/{page}/give-all-back", methods=["POST"])
def give_all_back(visit: Visit, page: str) -> Response:
    """Of an event that does not take place: every order that is paid. Said again, those that still stand."""
    found = actions.find(visit, page)
    if found is None or found.type != "ticketed":
        return visit.missing()
    if not settings_of(found).called_off:
        return actions.back(found, "not-changed")
    orders = totals.paid_orders(attend.each(found))
    refund.all_later((person, order) for order, person in orders.items())
    return actions.back(found, "giving-back")


def _give(page: ActionPage, salt: str, answers: Answers, own: dict[str, str]) -> bool:
    public = find_page.read(page.group, page.id)
    if public is None:
        return False
    # What they answered when they ordered themselves stays.
    before = store.find_action(page.id, person_id(salt, answers.email))
    if before:
        answers = Answers(email=answers.email, name=answers.name, questions=before.answers)
    joins = before.joins if before else ()
    sent = Sent(answers, own, Agreed(before.consent if before else "", joins))
    return isinstance(take_action.accept_later(public, sent, {}), Submission)
