"""Who comes to an event, for its organizers: the list, checking in at the door, calling it off."""

from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.event import tally
from chalicelib.action_types.event.settings import settings_of
from chalicelib.actions import seat_store
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.seats import Seat, Standing
from chalicelib.people import store as people
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console import actions
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_ON_A_SCREEN = 300
_LONGEST_TEXT = 1000


@screen(routes, "/console/actions/{page}/attendance")
def attendance(visit: Visit, page: str) -> Response:
    """People of one standing, by name; who waits, by their place."""
    found = _event(visit, page)
    if found is None:
        return visit.missing()
    asked, after = visit.query.get("standing", ""), visit.query.get("after", "")
    standing = Standing(asked) if asked in set(Standing) else Standing.SEATED
    seats = list(seat_store.each(attend.pool_of(found)))
    those = [seat for seat in seats if seat.standing == standing]
    some, following = _portion(those, after if standing != Standing.WAITING else "")
    known = people.find_many(visit.group.id, [seat.holder for seat in some])
    shown = [(seat, known.get(seat.holder)) for seat in some]
    if standing != Standing.WAITING:
        shown.sort(key=lambda each: (each[1].family_name + " " + each[1].given_name).lower() if each[1] else "~")
    return visit.show(
        "event/attendance.html", page=found, tally=tally(seats), standing=str(standing), people=shown,
        after=after, following=following,
    )  # fmt: skip


@screen(routes, "/console/actions/{page}/check-in", methods=["POST"])
def check_in(visit: Visit, page: str) -> Response:
    """Somebody is there; or, without `here`, is not."""
    found, fields = _event(visit, page), visit.fields()
    person = fields.get("person", "")
    if found is None or not is_id(person):
        return visit.missing()
    if not seat_store.set_here(attend.pool_of(found), person, clock.now() if fields.get("here") else 0):
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


def _portion(seats: list[Seat], after: str) -> tuple[list[Seat], str]:
    """Some of them, and the id to go on after ('' at the end)."""
    if any(seat.standing == Standing.WAITING for seat in seats):
        return sorted(seats, key=lambda seat: seat.place)[:_ON_A_SCREEN], ""
    left = [seat for seat in seats if seat.holder > after]
    return left[:_ON_A_SCREEN], left[_ON_A_SCREEN - 1].holder if len(left) > _ON_A_SCREEN else ""


def _list(page: ActionPage, done: str = "", person: str = "", **query: str) -> Response:
    said = urlencode({name: value for name, value in ({"done": done} | query).items() if value})
    return responses.see_other(f"/console/actions/{page.id}/attendance?{said}" + (f"#p-{person}" if person else ""))


def _event(visit: Visit, page: str) -> ActionPage | None:
    found = actions.find(visit, page)
    return found if found and found.type == "event" else None
