"""A mailing as one person would get it, and tests of it to oneself."""

from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.mailings import preview
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.outbox import TestSend, send_later
from chalicelib.network.budget import TESTS_AN_HOUR, may_send_tests
from chalicelib.people import search
from chalicelib.people.email_address import normalise
from chalicelib.people.person import Person, Subscription
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailings import back, find

routes = Blueprint(__name__)

MOST_TESTS = 5

_ENOUGH = f"Your group has sent {TESTS_AN_HOUR} tests within an hour. Send more in the next"

_WIDTHS = {"desktop": "Desktop", "phone": "Phone", "text": "Text only"}


@screen(routes, "/console/mailings/{mailing}/preview")
def preview_mailing(visit: Visit, mailing: str) -> Response:
    """What a chosen person would get; the first one found unless somebody is chosen."""
    found = find(visit, mailing)
    return (
        _preview(visit, found, visit.query.get("as", ""), letter=_letter(found, visit.query))
        if found
        else visit.missing()
    )


@screen(routes, "/console/mailings/{mailing}/test", methods=["POST"])
def send_test(visit: Visit, mailing: str) -> Response:
    """Send it to oneself, or to a few colleagues, filled in as for the chosen person."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    fields = visit.fields()
    chosen, typed = fields.get("as", ""), fields.get("to", "")
    addresses = _addresses(typed)
    if isinstance(addresses, str):
        return _preview(visit, found, chosen, status=422, to=typed, problems={"to": addresses})
    if not may_send_tests(visit.group.id, len(addresses)):
        return _preview(visit, found, chosen, status=429, to=typed, problems={"to": _ENOUGH})
    person = _chosen(visit, chosen) or _anyone(visit)
    letter = _letter(found, fields)
    for address in addresses:
        send_later(TestSend(visit.group.id, found.id, address, clock.new_id(), person.id if person else "", letter))
    return back(found, "test-sent", "/preview")


def _preview(
    visit: Visit,
    mailing: Mailing,
    email: str,
    *,
    status: int = 200,
    to: str | None = None,
    problems: Mapping[str, Any] | None = None,
    letter: str = "",
) -> Response:
    chosen = _chosen(visit, email)
    person = chosen or _anyone(visit)
    width = visit.query.get("width", "")
    return visit.show(
        "mailing_preview.html",
        status=status,
        mailing=mailing,
        message=preview.message_for(mailing, visit.group, person, letter),
        letter=letter,
        person=person,
        email=email,
        nobody=bool(email.strip()) and chosen is None,
        width=width if width in _WIDTHS else "desktop",
        widths=_WIDTHS,
        to=visit.session.email if to is None else to,
        problems=problems or {},
        missing=preview.problems(mailing, visit.group),
    )


def _letter(mailing: Mailing, said: Mapping[str, str]) -> str:
    """Which variant is meant."""
    return said.get("variant", "") if said.get("variant", "") in mailing.letters else mailing.letters[0]


def _chosen(visit: Visit, email: str) -> Person | None:
    return search.by_email(visit.group.id, visit.group.salt, email)


def _anyone(visit: Visit) -> Person | None:
    """Somebody who would get mail; None when nobody is found soon."""
    subscribed = search.matching(standing=Subscription.SUBSCRIBED)
    return next(iter(search.look(visit.group.id, subscribed, most=1, seconds=0.3).people), None)


def _addresses(text: str) -> list[str] | str:
    """The addresses, or what is wrong with them."""
    typed = [word for word in text.replace(",", " ").replace(";", " ").split() if word]
    if not typed:
        return "Write an email address, like ada@example.org"
    if len(typed) > MOST_TESTS:
        return f"Write {MOST_TESTS} addresses at most"
    good = [normalise(word) for word in typed]
    if None in good:
        return f"“{typed[good.index(None)][:80]}” is no email address"
    return list(dict.fromkeys(address for address in good if address))
