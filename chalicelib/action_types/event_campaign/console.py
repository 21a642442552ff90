"""Events of a campaign, for its organizers: begin one, and make one of what a volunteer offered, or decline that."""

from chalice.app import Blueprint, Response

from chalicelib.action_types.event import listing, listing_store
from chalicelib.action_types.event.listing import News
from chalicelib.action_types.event.listing_store import Listed, Standing
from chalicelib.action_types.event_campaign import offers
from chalicelib.actions import write_page
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console import actions
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_LONGEST_WORDS = 1000


@screen(routes, "/console/actions/{page}/events", methods=["POST"])
def begin_event(visit: Visit, page: str) -> Response:
    """A draft of an event that this campaign will list."""
    found = _campaign(visit, page)
    if found is None:
        return visit.missing()
    event = offers.begin(found, visit.group.time_zone)
    return responses.see_other(f"/console/actions/{event.id}/edit")


@screen(routes, "/console/actions/{page}/offers/{offer}/accept", methods=["POST"])
def accept_offer(visit: Visit, page: str, offer: str) -> Response:
    """Make an event of it: published at once, or (`look`) a draft to be looked over. Pressed twice, it is one event."""
    found, row = _offer(visit, page, offer)
    if found is None or row is None:
        return visit.missing()
    look = visit.fields().get("look")
    if row.standing == Standing.DECLINED and not look:
        # Whoever pressed this saw an offer that nobody had answered; the host has read a no since.
        return actions.back(found, "not-changed")
    event = offers.draft_of(found, row)
    listing.keep(event)
    if look:
        return responses.see_other(f"/console/actions/{event.id}/edit")
    published = write_page.publish(visit.group, event) if event.status == Status.DRAFT else event
    if isinstance(published, list):
        return responses.see_other(f"/console/actions/{event.id}/edit?check=1")
    return actions.back(found, "offer-accepted")


@screen(routes, "/console/actions/{page}/offers/{offer}/decline", methods=["POST"])
def decline_offer(visit: Visit, page: str, offer: str) -> Response:
    """Say no to a volunteer, in the organizer's words."""
    found, row = _offer(visit, page, offer)
    if found is None or row is None:
        return visit.missing()
    words = clean(visit.fields().get("words", ""), lines=True)[:_LONGEST_WORDS]
    declined = listing_store.decline(found.id, row.id, words)
    if declined:
        listing.tell_host(declined, News.DECLINED)
    return actions.back(found, "offer-declined" if declined else "not-changed")


def _campaign(visit: Visit, page: str) -> ActionPage | None:
    found = actions.find(visit, page)
    return found if found and found.type == "event_campaign" else None


def _offer(visit: Visit, page: str, offer: str) -> tuple[ActionPage | None, Listed | None]:
    """What a volunteer offered here: whatever became of it."""
    found = _campaign(visit, page)
    row = listing_store.find(found.id, offer) if found and is_id(offer) else None
    return found, row if row and row.host else None
