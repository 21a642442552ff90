"""Which events are near: the same for everybody of a ZIP code, so that the edge may keep it."""

from typing import Any

from chalice.app import Blueprint, Request, Response

from chalicelib import clock
from chalicelib.action_types.event import listing, listing_store
from chalicelib.action_types.event_campaign.dots import map_of
from chalicelib.action_types.event_campaign.event_campaign import told
from chalicelib.actions.find_page import PublicPage
from chalicelib.people.zip_place import place_of
from chalicelib.plain_text import clean
from chalicelib.web import requests, responses
from chalicelib.web.public import action_pages, errors
from chalicelib.web.public.show import show

routes = Blueprint(__name__)

_MOST_SHOWN = 50
_ALL = "all"


@routes.route("/{group}/{slug}/near", methods=requests.READ)
def find_near(group: str, slug: str) -> Response:
    """The form's answer leads to an address of the ZIP code's own."""
    public = _campaign(group, slug)
    if public is None:
        return errors.missing(_request())
    typed = clean(requests.query(_request()).get("zip", ""))[:16]
    digits = "".join(letter for letter in typed[:5] if letter.isascii() and letter.isdigit())
    return responses.see_other(f"/{public.group.slug}/{public.page.slug}/near/{digits or _ALL}")


@routes.route("/{group}/{slug}/near/{zip_code}", methods=requests.READ)
def show_near(group: str, slug: str, zip_code: str) -> Response:
    """The nearest first; of `all`, and of a ZIP code that is not known, the soonest."""
    public, asked = _campaign(group, slug), requests.path_part(zip_code)
    if public is None or not (asked == _ALL or (asked.isascii() and asked.isdigit() and len(asked) <= 5)):
        return errors.missing(_request())
    page, coming = public.page, listing.upcoming(listing_store.each(public.page.id), clock.now())
    here = place_of(asked)
    found: list[Any] = listing.nearest(coming, here) if here else [(row, None) for row in coming]
    shown = [(row, told(page, row), km) for row, km in found[:_MOST_SHOWN]]
    return show(
        page.language, "event_campaign/near.html", group=public.group, cache=responses.PUBLIC, page=page, shown=shown,
        asked="" if asked == _ALL else asked, known=here is not None, map=map_of([row for row, _, _ in shown]),
        more=len(found) - len(shown),
    )  # fmt: skip


def _campaign(group: str, slug: str) -> PublicPage | None:
    public = action_pages.find(group, slug)
    return public if public and public.page.type == "event_campaign" else None


def _request() -> Request:
    request: Request = routes.current_request
    return request
