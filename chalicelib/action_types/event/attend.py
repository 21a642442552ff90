"""Coming to an event: a seat for whoever says so and for their guests, given back when they cannot come."""

from typing import NamedTuple

import msgspec

from chalicelib import clock, lambdas, queues, schedules, signing
from chalicelib.action_types.event import listing
from chalicelib.action_types.event.settings import Settings, settings_of
from chalicelib.actions import keep_seats, seat_store, store
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.keep_seats import Claimed
from chalicelib.actions.seats import Pool, Room, Seat
from chalicelib.mailings.outbox import PageNews

_PURPOSE = "seat"
_HOUR = 3600


class Attendance(NamedTuple):
    """Whom a link in an email is about; ids, 32 hex digits each."""

    group: str
    page: str
    person: str


def pool_of(page: ActionPage) -> Pool:
    return Pool(page.group, page.id)


def room(page: ActionPage) -> Room:
    return seat_store.room(pool_of(page))


def left(settings: Settings, known: Room) -> int:
    """How many seats somebody new can still have."""
    return 0 if known.queued or known.shut else max(settings.capacity - known.taken, 0)


def seat_of(page: ActionPage, person: str) -> Seat | None:
    return seat_store.find(pool_of(page), person)


def come(page: ActionPage, person: str, guests: int) -> Claimed:
    settings = settings_of(page)
    claimed = keep_seats.claim(pool_of(page), person, 1 + guests, settings.terms)
    if settings.capacity:
        tell_promoted(page)
    return claimed


def stay_away(page: ActionPage, person: str) -> None:
    """Give back what they have; whoever waits moves up, as long as the event is still to come."""
    settings = settings_of(page)
    moves_up = not settings.called_off and clock.now() < settings.starts
    keep_seats.give_back(pool_of(page), person, settings.terms.capacity if moves_up else 0)
    if moves_up:
        tell_promoted(page)


def change(page: ActionPage) -> None:
    """The event was changed: count, fill what is free now, and remind at the right time."""
    settings, pool = settings_of(page), pool_of(page)
    if settings.terms.capacity is None:
        keep_seats.promote(pool, None)
        seat_store.set_ready(pool, False)
    else:
        keep_seats.count_all(pool)
        if not settings.called_off and clock.now() < settings.starts:
            keep_seats.promote(pool, settings.capacity)
    tell_promoted(page)
    _remind(page, settings)


def tell_promoted(page: ActionPage) -> None:
    """Write to those who moved up. Each is noted until their email is on the queue, so that nobody is forgotten."""
    pool = pool_of(page)
    for person, claim in seat_store.untold(pool):
        queues.send("mail", PageNews("promoted", page.group, page.id, person, claim))
        seat_store.told(pool, person, claim)


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
    seat_store.set_shut(pool_of(page), True)
    lambdas.start("tell", _order(page, "called_off", str(int(settings_of(page).called_off))))


def call_on(page: ActionPage) -> ActionPage | None:
    """It takes place after all."""
    settings = msgspec.structs.replace(settings_of(page), called_off=0, called_off_text="")
    changed = store.change_page(page.group, page.id, edited=page.edited, own=msgspec.to_builtins(settings))
    if changed:
        seat_store.set_shut(pool_of(page), False)
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


def _remind(page: ActionPage, settings: Settings) -> None:
    """An event put off leaves its earlier schedule behind: that one is of another reminder, and does nothing."""
    at = settings.starts - settings.remind * _HOUR
    if page.is_open and settings.remind and not settings.called_off and at > clock.now():
        name = f"tell-{page.id}-{settings.reminder}"
        schedules.at(name, at, "tell", _order(page, "reminder", settings.reminder))


def _order(page: ActionPage, news: str, about: str) -> dict[str, str]:
    return {"group": page.group, "page": page.id, "news": news, "about": about}
