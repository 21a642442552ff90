"""Leaving a list by the link in every email. Mail scanners follow links, so a GET only asks; the POST acts."""

from typing import NamedTuple

from chalice.app import Blueprint, Request, Response

from chalicelib.mailings import unsubscribe
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people.person import Person, Subscription
from chalicelib.web import requests
from chalicelib.web.public import errors
from chalicelib.web.public.show import PRIVATE, show

routes = Blueprint(__name__)

# Mail programs send whatever content type they like (RFC 8058 allows two), and leaving must never fail over that.
_ANYTHING = ["*/*"]


class Link(NamedTuple):
    """Whom a link is about. `person` is None when the group no longer knows them."""

    leaver: Leaver
    group: Group
    person: Person | None

    @property
    def language(self) -> str:
        return (self.person.language if self.person else "") or self.group.language


# Whoever is not on the list may still get an email about what they did, and can say that it is the last.
_MAY_LEAVE = (Subscription.SUBSCRIBED, Subscription.OUTSIDE)


@routes.route("/u/{token}")
def ask_to_leave(token: str) -> Response:
    link = _read(token)
    if link is None:
        return errors.bad_link(_request())
    wanted = link.person is not None and link.person.subscription in _MAY_LEAVE
    return _show("ask" if wanted else "left", link)


@routes.route("/u/{token}", methods=["POST"], content_types=_ANYTHING)
def leave_or_come_back(token: str) -> Response:
    """Leave, also when a mail program's own button asks (RFC 8058): no cookies, no redirect. `back=1` undoes it."""
    link = _read(token)
    if link is None:
        return errors.bad_link(_request())
    if _fields().get("back") == "1":
        unsubscribe.come_back(link.leaver)
        return _show("back", link)
    unsubscribe.leave(link.leaver)
    return _show("left", link)


def _read(token: str) -> Link | None:
    leaver = unsubscribe.read(requests.path_part(token))
    group = network.find_group(leaver.group) if leaver else None
    if leaver is None or group is None:
        return None
    return Link(leaver, group, people.find(leaver.group, leaver.person, consistent=True))


def _fields() -> dict[str, str]:
    try:
        return requests.form_fields(_request())
    except (requests.TooLong, requests.Malformed):
        return {}


def _show(state: str, link: Link) -> Response:
    email = masked(link.person.email) if link.person else ""
    return show(link.language, "public/unsubscribe.html", group=link.group, headers=PRIVATE, state=state, email=email)


def masked(email: str) -> str:
    """Enough for its owner to know it by: `a***@example.org`."""
    local, _, domain = email.rpartition("@")
    return f"{local[:1]}***@{domain}"


def _request() -> Request:
    request: Request = routes.current_request
    return request
