"""What came of an action page, alike for every type: how it grows, the answers, how people came, who they are."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import action_types, clock, counters
from chalicelib.actions import results, signers
from chalicelib.actions.action_page import goal_now
from chalicelib.actions.question import Answer, Question
from chalicelib.actions.store import Action
from chalicelib.network import store as network
from chalicelib.people.person import Person
from chalicelib.web.console import actions, charts, spreadsheet
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.public import embed_code
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_PERSON = ("email", "given_name", "family_name", "phone", "street", "city", "zip_code")
_MOMENTS = ("first_utc", "last_utc")
_CAME_BY = ("source", "referrer", "website")
_AGREED = ("joined_lists", "agreed_to")


@screen(routes, "/console/actions/{page}")
def action_results(visit: Visit, page: str) -> Response:
    """One page: its state, its numbers, its people."""
    found = actions.find(visit, page)
    if found is None:
        return visit.missing()
    kind = action_types.of(found.type)
    after = visit.query.get("after", "")
    taken, following = signers.page_of(visit.group.id, found.id, after if is_id(after) else "")
    [growth] = charts.daily(f"page#{found.id}", clock.now(), "actions")
    totals = counters.read(f"page#{found.id}")
    asked = kind.questions(found)
    shown: dict[str, Any] = {
        "totals": totals,
        "goal": goal_now(found, totals.get("actions", 0)),
        "growth": growth,
        "answers": results.charts(found, asked),
        "ways": results.ways(found),
        "asked": [question for question in asked if not question.removed],
        "taken": taken,
        "after": after,
        "following": following,
        "embed": embed_code.offered(visit.group.slug, found),
    }
    own = kind.results(found)
    address = actions.address(visit, found)
    return visit.show("action.html", page=found, kind=kind, words=kind.words, address=address, **(shown | own))


@screen(routes, "/console/actions/{page}/export")
def export_actions(visit: Visit, page: str) -> Response:
    """Everyone who acted, and what they answered, as a file."""
    found = actions.find(visit, page)
    if found is None:
        return visit.missing()
    kind, name_of = action_types.of(found.type), cache(_name_of)
    asked = kind.questions(found)
    head = (*_PERSON, *kind.columns, *_columns(asked), *_MOMENTS, *_CAME_BY, *_AGREED)
    taken = signers.each(visit.group.id, found.id)
    cells = kind.cells(found)
    rows = ((*_known(person), *cells(action), *_done(action, asked, name_of)) for action, person in taken)
    try:
        return spreadsheet.download(f"{found.slug or 'draft'}.csv", head, rows)
    except spreadsheet.TooMuch:
        return visit.show("too_much.html", status=413, back=f"/console/actions/{found.id}")


def _columns(asked: tuple[Question, ...]) -> Iterator[str]:
    """What the questions are called; of two alike, the second says so."""
    seen: dict[str, int] = {}
    for question in asked:
        label = f"{question.label} (removed)" if question.removed else question.label
        seen[label] = seen.get(label, 0) + 1
        yield label if seen[label] == 1 else f"{label} ({seen[label]})"


def _name_of(group: str) -> str:
    """What a group is called whose list somebody joined: it need not be a sponsor of the page any more."""
    found = network.find_group(group)
    return found.name if found else ""


def _known(person: Person | None) -> tuple[str, ...]:
    return tuple(getattr(person, name) if person else "" for name in _PERSON)


def _done(action: Action, asked: tuple[Question, ...], name_of: Callable[[str], str]) -> Iterator[str]:
    for question in asked:
        yield _said(action.answers.get(question.id, ""))
    yield from (spreadsheet.moment(action.at), spreadsheet.moment(action.last))
    yield from (getattr(action, name) for name in _CAME_BY)
    yield "; ".join(map(name_of, action.joins))
    yield action.consent


def _said(answer: Answer) -> str:
    return answer if isinstance(answer, str) else "; ".join(answer)
