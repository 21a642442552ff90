"""What an event answers beside its page: its calendar file, its waiting list's thank-you page, and cancelling."""

from typing import NamedTuple

from chalice.app import Blueprint, Request, Response

from chalicelib import action_types, config
from chalicelib.action_types.event import attend, calendar_file
from chalicelib.action_types.event.attend import Held
from chalicelib.action_types.event.event import Event, is_seated, told
from chalicelib.action_types.event.settings import settings_of
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.seats import Standing
from chalicelib.web import requests, responses
from chalicelib.web.public import action_pages, errors
from chalicelib.web.public.show import PRIVATE, show

routes = Blueprint(__name__)


class _Link(NamedTuple):
    """The page and the person that a link to cancel is about."""

    public: PublicPage
    person: str
    has: list[Held]


@routes.route("/{group}/{slug}/event.ics", methods=requests.READ)
def show_calendar_file(group: str, slug: str) -> Response:
    public = _event(group, slug)
    settings = settings_of(public.page) if public else None
    if public is None or settings is None or not (settings.starts and settings.ends):
        return errors.missing(_request())
    url = f"{config.public_url()}/{public.group.slug}/{public.page.slug}"
    content = calendar_file.written(public.group, public.page, settings, url)
    answer = responses.download(content, f"{public.page.slug}.ics", "text/calendar; charset=utf-8")
    answer.headers["Cache-Control"] = responses.PUBLIC
    return answer


@routes.route("/{group}/{slug}/waiting")
def show_waiting(group: str, slug: str) -> Response:
    """Thanks to somebody who waits for a seat."""
    public = _event(group, slug)
    if public is None:
        return errors.missing(_request())
    return action_pages.thanks(public, requests.query(_request()).get("code", ""), "event/waiting.html")


@routes.route("/{group}/{slug}/cancel/{token}")
def ask_to_cancel(group: str, slug: str, token: str) -> Response:
    """Mail scanners follow links, so this only asks."""
    link = _read(group, slug, token)
    if link is None:
        return errors.bad_link(_request())
    page, has = link.public.page, [one for one in link.has if one.seat.standing != Standing.CANCELLED]
    return show(
        page.language,
        "event/cancel.html",
        group=link.public.group,
        headers=PRIVATE,
        page=page,
        when=told(page),
        held=sum(one.seat.seats for one in has),
        seated=is_seated(has),
    )


@routes.route("/{group}/{slug}/cancel/{token}", methods=["POST"], content_types=["*/*"])
def cancel(group: str, slug: str, token: str) -> Response:
    link = _read(group, slug, token)
    if link is None:
        return errors.bad_link(_request())
    attend.stay_away(link.public.page, link.person)
    public = link.public
    return responses.see_other(f"/{public.group.slug}/{public.page.slug}/cancel/{requests.path_part(token)}")


def _read(group: str, slug: str, token: str) -> _Link | None:
    """None for a link that we did not make, or not for this event."""
    attendance, found = attend.read(requests.path_part(token)), _event(group, slug)
    if attendance is None or found is None or (found.page.group, found.page.id) != attendance[:2]:
        return None
    return _Link(found, attendance.person, attend.held(found.page, attendance.person))


def _event(group: str, slug: str) -> PublicPage | None:
    public = action_pages.find(group, slug)
    return public if public and isinstance(action_types.of(public.page.type), Event) else None


def _request() -> Request:
    request: Request = routes.current_request
    return request
