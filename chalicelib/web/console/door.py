"""Who may open a console screen: a signed-in organizer, for their own group, with this session's CSRF token on POST."""

import hmac
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.network import accent
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.network.sign_in import Session, find_session
from chalicelib.web import requests, responses, templates
from chalicelib.web.console import notices, times

SIGN_IN = "/console/sign-in"

# What a Lambda can be given: 6 MB, of which base64 takes a quarter.
MULTIPART_LIMIT = 4 * 1024 * 1024

_PLACES = (
    ("", "/console", "Home"),
    ("people", "/console/people", "People"),
    ("actions", "/console/actions", "Actions"),
    ("mailings", "/console/mailings", "Mailings"),
    ("giving", "/console/giving", "Giving"),
)


class Visit:
    """One organizer's request: the session, the group it works in, and what was sent."""

    places = _PLACES

    def __init__(self, request: Any, session: Session, group: Group) -> None:
        self.request, self.session, self.group = request, session, group

    @property
    def query(self) -> dict[str, str]:
        return dict(requests.query(self.request))

    def fields(self) -> dict[str, str]:
        return requests.form_fields(self.request)

    def lists(self) -> dict[str, list[str]]:
        return requests.form_lists(self.request)

    def form(self) -> tuple[dict[str, str], dict[str, requests.Upload]]:
        """The fields and the files of a form with pictures or long texts."""
        return requests.form_with_files(self.request, MULTIPART_LIMIT)

    def show(self, template: str, *, status: int = 200, forms_to: str = "", **values: Any) -> Response:
        """A console page within the frame; a type's own is named with its folder: `petition/deliver.html`.

        `forms_to`: another origin that a form of it may send to.
        """
        name = template if "/" in template else f"console/{template}"
        html = templates.render(name, group=self.group, csrf=self.session.csrf, visit=self, **values)
        return responses.page(html, status=status, forms_to=forms_to)

    def missing(self) -> Response:
        """There is no such thing in this group; whether another group has it is nobody's business."""
        return self.show("missing.html", status=404)

    # What the frame and its parts ask for.

    @property
    def place(self) -> str:
        """The first part of the path behind /console: `people`, `mailings`, ... or '' at home."""
        part = (str(self.request.context.get("resourcePath", "")) + "//").split("/")[2]
        return "people" if part == "imports" else part

    @property
    def notice(self) -> str:
        return notices.said(self.query.get("done", ""))

    @property
    def colours(self) -> str:
        """The group's accent and what is readable on it, as CSS."""
        colour = accent.usable(self.group.accent)
        return f"--accent: {colour}; --on-accent: {accent.on_accent(colour)}"

    def ago(self, at: float) -> str:
        return times.ago(at, clock.now())

    def exact(self, at: float) -> str:
        return times.exact(at, self.group.time_zone)


Screen = Callable[..., Response]


def screen(
    routes: Blueprint, path: str, *, methods: list[str] | None = None, accepts: tuple[str, ...] = (requests.FORM,)
) -> Callable[[Screen], Screen]:
    """Mount a console screen. It is called with the Visit, then its path parameters (decoded)."""
    verbs = methods or ["GET"]

    def mount(show: Screen) -> Screen:
        @wraps(show)
        def guarded(**path_parts: str) -> Response:
            return _guard(routes.current_request, show, path_parts)

        content_types = list(accepts) if "POST" in verbs else ["application/json"]
        routes.route(path, methods=verbs, name=show.__name__, content_types=content_types)(guarded)
        return show

    return mount


def _guard(request: Any, show: Screen, path_parts: Mapping[str, str]) -> Response:
    session = find_session(requests.cookies(request).get("__Host-session", ""))
    group = network.find_group(session.group, consistent=True) if session else None
    if session is None or group is None:
        return _to_sign_in(request)
    try:
        if request.method == "POST" and not _meant(request, session):
            return _once_more(request, session.csrf) if requests.from_here(request) else refused(403)
        visit = Visit(request, session, group)
        return show(visit, **{name: requests.path_part(value) for name, value in path_parts.items()})
    except requests.TooLong:
        return refused(413)
    except requests.Malformed:
        return refused(400)


def _to_sign_in(request: Any) -> Response:
    if "hx-request" in request.headers:
        # htmx would follow a redirect and put the sign-in page into whatever part of this one asked.
        return responses.part(401, **{"HX-Redirect": SIGN_IN})
    if request.method == "POST" and requests.from_here(request):
        return _once_more(request, "")
    return responses.see_other(SIGN_IN)


def _once_more(request: Any, csrf: str) -> Response:
    """What was typed while a session ended can be sent again. `csrf`: of the session there is now, '' for none.

    Only of what a page of ours sent: nobody else may lay words before an organizer to be sent with one click.
    """
    try:
        fields = requests.form_lists(request, MULTIPART_LIMIT)
    except (requests.TooLong, requests.Malformed) as error:
        return refused(413 if isinstance(error, requests.TooLong) else 400)
    typed = [(name, value) for name, values in fields.items() for value in values if name != "csrf"]
    html = templates.render("console/once_more.html", typed=typed, csrf=csrf, sign_in=SIGN_IN)
    return responses.page(html, status=403 if csrf else 401)


def refused(status: int) -> Response:
    """A form that we do not take: 403 not sent by the organizer's own page, 413 too long, 400 not a form."""
    return responses.page(templates.render("console/refused.html", status=status), status=status)


def _meant(request: Any, session: Session) -> bool:
    """True when the organizer's own page sent this: same site, and with the session's token."""
    if requests.from_elsewhere(request):
        return False
    sent = _csrf_field(request)
    return hmac.compare_digest(sent.encode(), session.csrf.encode())


def _csrf_field(request: Any) -> str:
    fields, _ = requests.form_with_files(request, MULTIPART_LIMIT)
    return fields.get("csrf", "")
