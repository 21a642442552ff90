"""Signing in by an emailed link, signing out, and choosing among one's groups."""

import re
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.mailings.outbox import SignInLink, send_later
from chalicelib.network import sign_in
from chalicelib.network import store as network
from chalicelib.network.budget import may_ask_for_link
from chalicelib.people.email_address import normalise
from chalicelib.web import requests, responses, templates
from chalicelib.web.console.door import SIGN_IN, Visit, refused, screen

routes = Blueprint(__name__)

_FORMS = [requests.FORM]
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}")
_NO_ADDRESS = "Write an email address, like ada@example.org"

# A link in an address must not travel on to other sites in a Referer.
_UNTOLD = {"Referrer-Policy": "no-referrer"}


@routes.route(SIGN_IN, methods=["GET"])
def sign_in_form() -> Response:
    """Ask for an address; or, after that, say that a link is on its way."""
    asked = requests.query(routes.current_request).get("done") == "asked"
    return _page("sign_in_asked.html") if asked else _page("sign_in.html", email="", problem="")


@routes.route(SIGN_IN, methods=["POST"], content_types=_FORMS)
def ask_for_link() -> Response:
    """Send a link. The answer and the work are the same for everyone: the queue's end drops who is no organizer."""
    if requests.from_elsewhere(routes.current_request):
        return refused(403)
    typed = _fields().get("email", "")
    email = normalise(typed)
    if email is None:
        return _page("sign_in.html", status=422, email=typed[:254], problem=_NO_ADDRESS)
    browser = _browser() or clock.new_secret()
    if may_ask_for_link(email):
        send_later(SignInLink(email, sign_in.ask(email, browser)))
    cookie = responses.set_cookie("signin", browser, sign_in.LINK_SECONDS)
    return responses.see_other(f"{SIGN_IN}?done=asked", **{"Set-Cookie": cookie})


@routes.route(SIGN_IN + "/{token}", methods=["GET"])
def sign_in_button(token: str) -> Response:
    """Mail scanners follow links, so a GET only asks; the POST signs in."""
    return _page("sign_in_link.html", token=requests.path_part(token))


@routes.route(SIGN_IN + "/{token}", methods=["POST"], content_types=_FORMS)
def use_link(token: str) -> Response:
    """Open a session, if the link is fresh, unused, and of this browser."""
    if requests.from_elsewhere(routes.current_request):
        return refused(403)
    session = sign_in.redeem(requests.path_part(token), _browser())
    if session is None:
        return _page("sign_in_refused.html", status=410)
    cookies = [responses.set_cookie("session", session, sign_in.SESSION_SECONDS), responses.drop_cookie("signin")]
    return responses.see_other("/console", **{"Set-Cookie": cookies})


@screen(routes, "/console/sign-out", methods=["POST"])
def sign_out(visit: Visit) -> Response:
    """End the session, here and in the browser."""
    sign_in.end(visit.session)
    return responses.see_other(SIGN_IN, **{"Set-Cookie": responses.drop_cookie("session")})


@screen(routes, "/console/groups")
def groups(visit: Visit) -> Response:
    """The organizer's groups."""
    known = [network.find_group(group) for group in network.groups_of(visit.session.email)]
    return visit.show("groups.html", groups=[group for group in known if group])


@screen(routes, "/console/groups", methods=["POST"])
def switch_group(visit: Visit) -> Response:
    """Work in another group."""
    if not sign_in.switch_group(visit.session, visit.fields().get("group", "")):
        return visit.missing()
    return responses.see_other("/console?done=switched")


def _page(template: str, *, status: int = 200, **values: Any) -> Response:
    return responses.page(templates.render(f"console/{template}", **values), status=status, **_UNTOLD)


def _fields() -> dict[str, str]:
    try:
        return requests.form_fields(routes.current_request)
    except (requests.TooLong, requests.Malformed):
        return {}


def _browser() -> str:
    """This browser's secret, '' when it has none; links asked for within its ten minutes all work."""
    secret = requests.cookies(routes.current_request).get("__Host-signin", "")
    return secret if _SECRET.fullmatch(secret) else ""
