"""Whom a mailing is for: everyone, or those with tags, who took this action, and not that one, who gave so much."""

from collections.abc import Mapping
from typing import NamedTuple

from chalice.app import Blueprint, Response

from chalicelib.actions import store as actions
from chalicelib.audiences.count import Count, count
from chalicelib.audiences.query import Chosen, Query, chosen_in, compose
from chalicelib.giving import terms
from chalicelib.mailings import write_mailing
from chalicelib.mailings.mailing import Mailing
from chalicelib.people.person import LONGEST_TAG
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console import gift_target
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailings import at_home, find, front

routes = Blueprint(__name__)

MOST_TAGS = 50


class Whom(NamedTuple):
    """A query in words, each with the names that belong to it."""

    tags: list[str]
    took: list[str]
    not_took: list[str]
    gifts: list[str]

    @property
    def everyone(self) -> bool:
        return not any(self)


@screen(routes, "/console/mailings/{mailing}/audience")
def target_mailing(visit: Visit, mailing: str) -> Response:
    """The choice, and how many people it reaches now."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if not found.can_be_edited():
        return at_home(found)
    counted = count(visit.group.id, found.query) if "count" in visit.query else None
    return _choice(visit, found, chosen_in(found.query), counted=counted)


@screen(routes, "/console/mailings/{mailing}/audience", methods=["POST"])
def save_audience(visit: Visit, mailing: str) -> Response:
    """Keep the choice, and go on to where the button leads."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    query, then = _query(visit), visit.fields().get("then", "")
    if query is None:
        return visit.missing()
    if isinstance(query, dict):
        return _choice(visit, found, _chosen(visit) or Chosen(), problems=query)
    changed = write_mailing.save_query(visit.group.id, found.id, query)
    if changed is None:
        return front(visit, found, refused="It is no draft any more, so whom it is for stays as it was.", status=409)
    there = {"count": "audience?count=now", "preview": "preview"}.get(then, "audience?done=mailing-saved&count=now")
    return responses.see_other(f"/console/mailings/{found.id}/{there}")


@screen(routes, "/console/mailings/{mailing}/count", methods=["POST"])
def count_audience(visit: Visit, mailing: str) -> Response:
    """How many people a choice would reach. Keeps nothing."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    query = _query(visit)
    if query is None:
        return visit.missing()
    if isinstance(query, dict):
        return visit.show("mailing_count.html", problems=query)
    counted = count(visit.group.id, query)
    return visit.show("mailing_count.html", counted=counted, whom=in_words(visit, query), problems={})


def in_words(visit: Visit, query: Query) -> Whom:
    """Titles in the place of ids."""
    chosen = chosen_in(query)
    titles = {page.id: page.title for page in actions.pages_of(visit.group.id)} if chosen.took + chosen.not_took else {}
    return Whom(
        tags=list(chosen.tags),
        took=[titles.get(page, "an action that is gone") for page in chosen.took],
        not_took=[titles.get(page, "an action that is gone") for page in chosen.not_took],
        gifts=[gift_target.in_words(leaf, visit.group.time_zone) for leaf in chosen.gifts],
    )


def _choice(
    visit: Visit,
    mailing: Mailing,
    chosen: Chosen,
    *,
    counted: Count | None = None,
    problems: Mapping[str, str] | None = None,
) -> Response:
    """The form as it is kept; with problems, as it was sent."""
    typed = gift_target.typed(chosen.gifts, terms.of(visit.group).currency, visit.group.time_zone)
    return visit.show(
        "mailing_target.html",
        status=422 if problems else 200,
        mailing=mailing,
        chosen=chosen,
        typed=typed | (visit.fields() if problems else {}),
        problems=problems or {},
        pages=[page for page in actions.pages_of(visit.group.id) if page.title],
        counted=counted,
        whom=in_words(visit, mailing.query),
    )


def _query(visit: Visit) -> Query | dict[str, str] | None:
    """What the form says, or by field what is wrong with it; None as `_chosen` has it."""
    chosen = _chosen(visit)
    if chosen is None:
        return None
    gifts = gift_target.read(visit.fields(), terms.of(visit.group).currency, visit.group.time_zone)
    if isinstance(gifts, dict):
        return gifts
    return compose([*chosen.tags], [*chosen.took], [*chosen.not_took], gifts)


def _chosen(visit: Visit) -> Chosen | None:
    """The tags and actions; None when an action is not the group's: to leave it out would reach more."""
    lists = visit.lists()
    took, not_took = (tuple(dict.fromkeys(lists.get(name, []))) for name in ("took", "not_took"))
    if not {page.id for page in actions.pages_of(visit.group.id)}.issuperset(took + not_took):
        return None
    more = [tag for line in lists.get("more_tags", []) for tag in line.split(",")]
    tags = [clean(tag)[:LONGEST_TAG] for tag in lists.get("tag", []) + more]
    return Chosen(tuple([tag for tag in dict.fromkeys(tags) if tag][:MOST_TAGS]), took, not_took)
