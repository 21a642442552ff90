"""Where the email of a risky form leads: its link only shows, its button sends."""

from chalice.app import Blueprint, Request, Response

from chalicelib import action_types
from chalicelib.actions.find_page import PublicPage
from chalicelib.guard import confirm
from chalicelib.web import requests, responses
from chalicelib.web.public import action_pages, errors, guarding
from chalicelib.web.public.embed_look import look_of
from chalicelib.web.public.show import PRIVATE, show

routes = Blueprint(__name__)

_SHOWN = ("name", "phone", "street", "city", "zip_code")


@routes.route("/{group}/{slug}/inbox")
def show_inbox(group: str, slug: str) -> Response:
    """What to do now; the same for everyone, whether an email comes or not."""
    public = action_pages.find(group, slug)
    return inbox(public) if public else errors.missing(_request())


def inbox(public: PublicPage) -> Response:
    page, look = public.page, look_of(_request())
    return show(page.language, "public/inbox.html", group=public.group, cache=responses.PUBLIC, page=page, embed=look)


@routes.route("/{group}/{slug}/confirm/{token}")
def ask_to_confirm(group: str, slug: str, token: str) -> Response:
    """Mail scanners follow links, so this changes nothing."""
    public, secret = action_pages.find(group, slug), requests.path_part(token)
    pending = confirm.find(public.page.id, secret) if public else None
    if public is None or pending is None:
        return errors.bad_link(_request())
    shown = {name: pending.fields[name][-1] for name in _SHOWN if any(pending.fields.get(name, ()))}
    return show(
        public.page.language,
        "public/confirm.html",
        group=public.group,
        headers=PRIVATE,
        page=public.page,
        shown=shown,
        asked_for=action_types.of(public.page.type).in_short(public, pending.fields),
        carried={**guarding.carried(pending.fields), guarding.CONFIRMED: [secret]},
        email=pending.email,
    )


def _request() -> Request:
    request: Request = routes.current_request
    return request
