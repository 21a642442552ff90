"""Coming to an event: a seat for whoever says so and for their guests, given back when they cannot come.

Seats of an order that is paid for have the order as their holder: they are given back by giving its money back, and no
other order of the same person changes them.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec

from chalicelib import clock, lambdas, queues, schedules, signing
from chalicelib.action_types.event import listing
from chalicelib.action_types.event.settings import Settings, Ticket, settings_of
from chalicelib.actions import keep_seats, seat_store, store
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.keep_seats import Claimed
from chalicelib.actions.seats import Pool, Room, Seat, Standing
from chalicelib.giving import store as donations
from chalicelib.mailings.outbox import PageNews

_PURPOSE = "seat"
_HOUR = 3600


class Attendance(NamedTuple):
    """Whom a link in an email is about; ids, 32 hex digits each."""

    group: str
    page: str
    person: str


class Held(NamedTuple):
    """What somebody has of one kind of seats."""

    kind: Ticket
    seat: Seat


def pool_of(page: ActionPage, kind: str = "") -> Pool:
    return Pool(page.group, page.id, kind)


def room(page: ActionPage, kind: str = "") -> Room:
    return seat_store.room(pool_of(page, kind))


def left(kind: Ticket, known: Room) -> int:
    """How many seats of a limited kind somebody new can still have."""
    return 0 if known.queued or known.shut else max(kind.capacity - known.taken, 0)


def held(page: ActionPage, holder: str) -> list[Held]:
    """What a person has, or gave back, of each kind without an order that is paid for; or such an order."""
    found = ((kind, seat_store.find(pool_of(page, kind.id), holder)) for kind in settings_of(page).kinds)
    return [Held(kind, seat) for kind, seat in found if seat]


def all_held(page: ActionPage, person: str) -> list[Held]:
    """The same with all their orders."""
    paid = donations.of_person(person) if settings_of(page).tickets else []
    orders = [order.id for order in paid if order.page == page.id and order.tickets]
    return [one for holder in (person, *orders) for one in held(page, holder)]


def each(page: ActionPage) -> Iterator[Held]:
    """Everybody, kind by kind."""
    for kind in settings_of(page).kinds:
        yield from (Held(kind, seat) for seat in seat_store.each(pool_of(page, kind.id)))


def claim(page: ActionPage, person: str, kind: Ticket, seats: int) -> Claimed:
    claimed = keep_seats.claim(pool_of(page, kind.id), person, seats, settings_of(page).terms(kind))
    if kind.capacity:
        tell_promoted(page, kind)
    return claimed


def hold(page: ActionPage, kind: Ticket, wish: Seat) -> Claimed:
    """Have an order hold seats of a kind until it is paid."""
    return keep_seats.hold(pool_of(page, kind.id), wish, settings_of(page).terms(kind))


def check_in(page: ActionPage, person: str, at: float) -> bool:
    """They are there since then (0: are not), with every seat of theirs; False when they have none."""
    seated = [one for one in all_held(page, person) if one.seat.standing == Standing.SEATED]
    return bool(seated) and all(seat_store.set_here(pool_of(page, kind.id), seat.holder, at) for kind, seat in seated)


def stay_away(page: ActionPage, holder: str) -> None:
    """Give back all that a person has but what they paid for; or all of an order."""
    for one in held(page, holder):
        give_back(page, holder, one.kind)


def give_back(page: ActionPage, holder: str, kind: Ticket) -> None:
    """Whoever waits moves up, as long as the event is still to come."""
    settings = settings_of(page)
    moves_up = not settings.called_off and clock.now() < settings.starts
    keep_seats.give_back(pool_of(page, kind.id), holder, settings.terms(kind).capacity if moves_up else 0)
    if moves_up:
        tell_promoted(page, kind)


def change(page: ActionPage) -> None:
    """The event was changed: count, fill what is free now, and remind at the right time."""
    settings = settings_of(page)
    for kind in settings.kinds:
        _recount(page, settings, kind)
        tell_promoted(page, kind)
    _remind(page, settings)


def tell_promoted(page: ActionPage, kind: Ticket) -> None:
    """Write to those who moved up. Each is noted until their email is on the queue, so that nobody is forgotten."""
    pool = pool_of(page, kind.id)
    for person, claimed in seat_store.untold(pool):
        queues.send("mail", PageNews("promoted", page.group, page.id, person, claimed))
        seat_store.told(pool, person, claimed)


def call_off(page: ActionPage, text: str) -> ActionPage | None:
    """It does not take place, says `text` on its page; None when somebody changed the page since it was read."""
    settings = msgspec.structs.replace(settings_of(page), called_off=clock.now(), called_off_text=text)
    changed = store.change_page(page.group, page.id, edited=page.edited, own=msgspec.to_builtins(settings))
    if changed:
        tell_called_off(changed)
    return changed


def tell_called_off(page: ActionPage) -> None:
    """Let nobody in any more, and write to everybody who comes or waits. Doing it again writes to nobody twice."""
    listing.keep(page)
    _shut(page, True)
    lambdas.start("tell", _order(page, "called_off", str(int(settings_of(page).called_off))))


def call_on(page: ActionPage) -> ActionPage | None:
    """It takes place after all."""
    settings = msgspec.structs.replace(settings_of(page), called_off=0, called_off_text="")
    changed = store.change_page(page.group, page.id, edited=page.edited, own=msgspec.to_builtins(settings))
    if changed:
        _shut(page, False)
        listing.keep(changed)
    return changed


def token(attendance: Attendance) -> str:
    """What lets somebody give back their own seat: it names them and the event, and can do nothing else."""
    return signing.sign(_PURPOSE, bytes.fromhex("".join(attendance)))


def read(token: str) -> Attendance | None:
    payload = signing.read(_PURPOSE, token)
    if payload is None or len(payload) != 48:
        return None
    text = payload.hex()
    return Attendance(text[:32], text[32:64], text[64:])


def _recount(page: ActionPage, settings: Settings, kind: Ticket) -> None:
    pool, capacity = pool_of(page, kind.id), settings.terms(kind).capacity
    if capacity is None:
        keep_seats.promote(pool, None)
        seat_store.set_ready(pool, False)
        return
    keep_seats.count_all(pool)
    if not settings.called_off and clock.now() < settings.starts:
        keep_seats.promote(pool, capacity)


def _shut(page: ActionPage, shut: bool) -> None:
    for kind in settings_of(page).kinds:
        seat_store.set_shut(pool_of(page, kind.id), shut)


def _remind(page: ActionPage, settings: Settings) -> None:
    """An event put off leaves its earlier schedule behind: that one is of another reminder, and does nothing."""
    at = settings.starts - settings.remind * _HOUR
    if page.is_open and settings.remind and not settings.called_off and at > clock.now():
        name = f"tell-{page.id}-{settings.reminder}"
        schedules.at(name, at, "tell", _order(page, "reminder", settings.reminder))


def _order(page: ActionPage, news: str, about: str) -> dict[str, str]:
    return {"group": page.group, "page": page.id, "news": news, "about": about}
