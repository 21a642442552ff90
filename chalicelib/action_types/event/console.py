"""Who comes to an event, for its organizers: the list, checking in at the door, calling it off."""

from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib import action_types, clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.attend import Held
from chalicelib.action_types.event.event import Event, tally
from chalicelib.action_types.event.settings import settings_of
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.seats import Standing
from chalicelib.people import store as people
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console import actions
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_ON_A_SCREEN = 300
_LONGEST_TEXT = 1000


class _Comer(NamedTuple):
    """Somebody in the list: all their seats of one standing, since `at`; `tickets`: by kind, where there are kinds.

    `orders`: those that they paid for, or are about to; `free`: they have some beside that.
    """

    person: str
    seats: int
    tickets: list[tuple[str, int]]
    at: float
    here: float
    place: str
    orders: list[str]
    free: bool


@screen(routes, "/console/actions/{page}/attendance")
def attendance(visit: Visit, page: str) -> Response:
    """People of one standing, by name; who waits, by their place."""
    found = _event(visit, page)
    if found is None:
        return visit.missing()
    asked, after = visit.query.get("standing", ""), visit.query.get("after", "")
    standing = Standing(asked) if asked in set(Standing) else Standing.SEATED
    everybody = list(attend.each(found))
    those = _comers(one for one in everybody if one.seat.standing == standing)
    some, following = _portion(those, after, waiting=standing == Standing.WAITING)
    known = people.find_many(visit.group.id, [comer.person for comer in some])
    shown = [(comer, known.get(comer.person)) for comer in some]
    if standing != Standing.WAITING:
        shown.sort(key=lambda each: (each[1].family_name + " " + each[1].given_name).lower() if each[1] else "~")
    return visit.show(
        "event/attendance.html", page=found, tally=tally(everybody), standing=str(standing), people=shown,
        after=after, following=following, with_tickets=bool(settings_of(found).tickets),
    )  # fmt: skip


@screen(routes, "/console/actions/{page}/check-in", methods=["POST"])
def check_in(visit: Visit, page: str) -> Response:
    """Somebody is there; or, without `here`, is not."""
    found, fields = _event(visit, page), visit.fields()
    person = fields.get("person", "")
    if found is None or not is_id(person):
        return visit.missing()
    if not attend.check_in(found, person, clock.now() if fields.get("here") else 0):
        return _list(found, "not-changed")
    return _list(found, after=fields.get("after", ""), person=person)


@screen(routes, "/console/actions/{page}/give-back", methods=["POST"])
def give_back(visit: Visit, page: str) -> Response:
    """Somebody called to say that they cannot come."""
    found, fields = _event(visit, page), visit.fields()
    person = fields.get("person", "")
    if found is None or not is_id(person):
        return visit.missing()
    attend.stay_away(found, person)
    return _list(found, "rsvp-cancelled", standing=fields.get("standing", ""), after=fields.get("after", ""))


@screen(routes, "/console/actions/{page}/call-off", methods=["POST"])
def call_off(visit: Visit, page: str) -> Response:
    found, fields = _event(visit, page), visit.fields()
    if found is None:
        return visit.missing()
    if settings_of(found).called_off:
        attend.tell_called_off(found)
        return actions.back(found, "called-off")
    text = clean(fields.get("called_off_text", ""), lines=True)[:_LONGEST_TEXT]
    return actions.back(found, "called-off" if attend.call_off(found, text) else "not-changed")


@screen(routes, "/console/actions/{page}/call-on", methods=["POST"])
def call_on(visit: Visit, page: str) -> Response:
    found = _event(visit, page)
    if found is None:
        return visit.missing()
    return actions.back(found, "called-on" if attend.call_on(found) else "not-changed")


def _comers(those: Iterable[Held]) -> list[_Comer]:
    """Each person once, with all the seats of theirs that are meant."""
    by_person: dict[str, list[Held]] = {}
    for one in those:
        by_person.setdefault(one.seat.whose, []).append(one)
    return [
        _Comer(
            person=person,
            seats=sum(one.seat.seats for one in held),
            tickets=[(one.kind.name, one.seat.seats) for one in held if one.kind.name],
            at=min(one.seat.at for one in held),
            here=max(one.seat.here for one in held),
            place=min(one.seat.place for one in held),
            orders=sorted({one.seat.holder for one in held if one.seat.person}),
            free=any(not one.seat.person for one in held),
        )
        for person, held in by_person.items()
    ]


def _portion(comers: list[_Comer], after: str, *, waiting: bool) -> tuple[list[_Comer], str]:
    """Some of them, and the id to go on after ('' at the end)."""
    if waiting:
        return sorted(comers, key=lambda comer: comer.place)[:_ON_A_SCREEN], ""
    left = sorted((comer for comer in comers if comer.person > after), key=lambda comer: comer.person)
    return left[:_ON_A_SCREEN], left[_ON_A_SCREEN - 1].person if len(left) > _ON_A_SCREEN else ""


def _list(page: ActionPage, done: str = "", person: str = "", **query: str) -> Response:
    said = urlencode({name: value for name, value in ({"done": done} | query).items() if value})
    return responses.see_other(f"/console/actions/{page.id}/attendance?{said}" + (f"#p-{person}" if person else ""))


def _event(visit: Visit, page: str) -> ActionPage | None:
    found = actions.find(visit, page)
    return found if found and isinstance(action_types.of(found.type), Event) else None
