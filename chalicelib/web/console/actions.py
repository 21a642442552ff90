"""Action pages of every type: the list, a new one, and what one can do with one. `action_edit.py` writes them,
`action_results.py` shows what came of them.
"""

import msgspec
from chalice.app import Blueprint, Response

from chalicelib import action_types, config
from chalicelib.actions import find_page, signers, store, write_page
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.web import responses
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.public import action_pages
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)


@screen(routes, "/console/actions")
def actions(visit: Visit) -> Response:
    """Every page of the group, newest first."""
    pages = store.pages_of(visit.group.id)
    words = {page.id: action_types.of(page.type).words for page in pages}
    return visit.show("actions.html", pages=pages, counts=signers.count(page.id for page in pages), words=words)


@screen(routes, "/console/actions/new")
def choose_type(visit: Visit) -> Response:
    """What kinds of page there are."""
    return visit.show("action_new.html", types=action_types.each())


@screen(routes, "/console/actions/new", methods=["POST"])
def begin_action(visit: Visit) -> Response:
    """An empty draft, to be written."""
    kind = action_types.find(visit.fields().get("type", ""))
    if kind is None:
        return visit.missing()
    page = write_page.begin(visit.group, kind.name)
    return responses.see_other(f"/console/actions/{page.id}/edit")


@screen(routes, "/console/actions/{page}/preview")
def preview_action(visit: Visit, page: str) -> Response:
    """The page as people will see it, before anybody can."""
    public = find_page.read(visit.group.id, page) if is_id(page) else None
    return as_open(public) if public else visit.missing()


@screen(routes, "/console/actions/{page}/publish", methods=["POST"])
def publish_action(visit: Visit, page: str) -> Response:
    """Let people act, for the first time or again."""
    found = find(visit, page)
    if found is None:
        return visit.missing()
    published = write_page.publish(visit.group, found)
    if isinstance(published, list):
        return responses.see_other(f"/console/actions/{found.id}/edit?check=1")
    return back(found, "reopened" if found.status == Status.CLOSED else "published")


@screen(routes, "/console/actions/{page}/close", methods=["POST"])
def close_action(visit: Visit, page: str) -> Response:
    """Let nobody act any more."""
    found = find(visit, page)
    if found is None or write_page.close(visit.group.id, found.id) is None:
        return visit.missing()
    return back(found, "closed")


@screen(routes, "/console/actions/{page}/duplicate", methods=["POST"])
def duplicate_action(visit: Visit, page: str) -> Response:
    """A new draft that says the same."""
    found = find(visit, page)
    if found is None:
        return visit.missing()
    copy = write_page.duplicate(found)
    return responses.see_other(f"/console/actions/{copy.id}/edit?done=duplicated")


def find(visit: Visit, page: str) -> ActionPage | None:
    """A page of the visitor's own group."""
    return store.find_page(visit.group.id, page, consistent=True) if is_id(page) else None


def as_open(public: find_page.PublicPage) -> Response:
    """A page as people will see it once it is published."""
    page = msgspec.structs.replace(public.page, status=Status.PUBLISHED)
    return action_pages.action_page(public._replace(page=page))


def address(visit: Visit, page: ActionPage) -> str:
    """Where the public finds it, '' while it has no name."""
    return f"{config.public_url()}/{visit.group.slug}/{page.slug}" if page.slug else ""


def back(page: ActionPage, done: str) -> Response:
    return responses.see_other(f"/console/actions/{page.id}?done={done}")
