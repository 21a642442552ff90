"""Petitions: the list, one petition with its signers, and what one can do with it. `petition_form.py` writes them."""

from collections.abc import Iterator

import msgspec
from chalice.app import Blueprint, Response

from chalicelib import clock, config, counters
from chalicelib.actions import find_page, signers, store, write_page
from chalicelib.actions.action_page import ActionPage, Status, goal_now
from chalicelib.web import responses
from chalicelib.web.console import charts, spreadsheet
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.public import action_pages
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_HEAD = ("email", "given_name", "family_name", "zip_code", "comment", "signed_utc", "source", "referrer", "website")


@screen(routes, "/console/actions")
def actions(visit: Visit) -> Response:
    """Every petition of the group, newest first."""
    pages = store.pages_of(visit.group.id)
    return visit.show("actions.html", pages=pages, counts=signers.count(page.id for page in pages))


@screen(routes, "/console/actions/{page}")
def petition(visit: Visit, page: str) -> Response:
    """One petition: its state, how it grows, who signed."""
    found = find(visit, page)
    if found is None:
        return visit.missing()
    after = visit.query.get("after", "")
    signed, following = signers.page_of(visit.group.id, found.id, after if is_id(after) else "")
    [growth] = charts.daily(f"page#{found.id}", clock.now(), "actions")
    totals = counters.read(f"page#{found.id}")
    return visit.show(
        "petition.html",
        page=found,
        address=address(visit, found),
        totals=totals,
        goal=goal_now(found, totals.get("actions", 0)),
        growth=growth,
        signed=signed,
        after=after,
        following=following,
    )


@screen(routes, "/console/actions/{page}/preview")
def preview_petition(visit: Visit, page: str) -> Response:
    """The page as people will see it, before anybody can."""
    public = find_page.read(visit.group.id, page) if is_id(page) else None
    if public is None:
        return visit.missing()
    as_open = msgspec.structs.replace(public.page, status=Status.PUBLISHED)
    return action_pages.petition_page(public._replace(page=as_open))


@screen(routes, "/console/actions/{page}/publish", methods=["POST"])
def publish_petition(visit: Visit, page: str) -> Response:
    """Let people sign, for the first time or again."""
    found = find(visit, page)
    if found is None or write_page.publish(visit.group.id, found.id) is None:
        return visit.missing()
    return back(found, "reopened" if found.status == Status.CLOSED else "published")


@screen(routes, "/console/actions/{page}/close", methods=["POST"])
def close_petition(visit: Visit, page: str) -> Response:
    """Let nobody sign any more."""
    found = find(visit, page)
    if found is None or write_page.close(visit.group.id, found.id) is None:
        return visit.missing()
    return back(found, "closed")


@screen(routes, "/console/actions/{page}/export")
def export_signers(visit: Visit, page: str) -> Response:
    """Everyone who signed, as a file."""
    found = find(visit, page)
    if found is None:
        return visit.missing()
    try:
        return spreadsheet.download(f"{found.slug}.csv", _HEAD, _rows(signers.each(visit.group.id, found.id)))
    except spreadsheet.TooMuch:
        return visit.show("too_much.html", status=413, back=f"/console/actions/{found.id}")


def find(visit: Visit, page: str) -> ActionPage | None:
    """A page of the visitor's own group."""
    return store.find_page(visit.group.id, page, consistent=True) if is_id(page) else None


def address(visit: Visit, page: ActionPage) -> str:
    """Where the public finds it."""
    return f"{config.public_url()}/{visit.group.slug}/{page.slug}"


def back(page: ActionPage, done: str) -> Response:
    return responses.see_other(f"/console/actions/{page.id}?done={done}")


def _rows(signed: Iterator[signers.Signer]) -> Iterator[tuple[str, ...]]:
    for action, person in signed:
        known = (person.email, person.given_name, person.family_name, person.zip_code) if person else ("",) * 4
        came_by = (action.source, action.referrer, action.website)
        yield (*known, action.comment, spreadsheet.moment(action.at), *came_by)
