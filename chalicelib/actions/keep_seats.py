"""Keeping seats: claim some, give them back, and seat those who wait, in their order. Never one more than there are.

Every verb may be said twice, at the same time, or after an answer was lost: it looks at what stands written, decides,
and writes under the condition that nothing has changed since; or else looks again.
"""

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from msgspec.structs import replace

from chalicelib import clock
from chalicelib.actions import seat_store as store
from chalicelib.actions.seat_store import Waiting
from chalicelib.actions.seats import TAKEN, Pool, Room, Seat, Standing, Step, Terms, decide

# Of those who wait, how many are asked whether what is free is enough for them.
_ASKED = 500
_AT_ONCE = 25
# A claim is decided anew whenever somebody else was faster; that each time is so has another cause.
_TRIES = 60


class Crowded(Exception):
    """Nothing could be claimed, because what it depends on never stood still."""


class Claimed(NamedTuple):
    """What somebody has after asking (None: nothing), and why not what they asked for: `full`, `more` or `shut`."""

    seat: Seat | None
    refused: str = ""


def claim(pool: Pool, holder: str, seats: int, terms: Terms) -> Claimed:
    """Have a holder hold so many seats, or wait for them. Whoever asks again for what they have changes nothing.

    Raises Crowded when others were always faster: nothing is changed, and asking again may help.
    """
    for _ in range(_TRIES):
        room, seat = store.look(pool, holder)
        if terms.capacity is not None and not room.ready:
            count_all(pool)
            continue
        step = decide(room, seat, seats, terms)
        if step in (Step.FULL, Step.MORE, Step.SHUT):
            return Claimed(seat, str(step))
        if step == Step.KEEP and seat:
            return Claimed(_kept(pool, room, seat, terms))
        if step == Step.TAKE and (taken := _take(pool, room, seat, _wish(seat, holder, seats), terms)):
            return Claimed(taken)
        if step == Step.WAIT and _wait(pool, seat, _wish(seat, holder, seats)):
            promote(pool, terms.capacity)
            return Claimed(store.find(pool, holder))
    raise Crowded


def hold(pool: Pool, wish: Seat, terms: Terms) -> Claimed:
    """Have an order hold seats until it is paid, or ends: all that it wishes, or none. Nobody waits with an order.

    Holding again what it holds, or what is its own by now, changes nothing. Raises Crowded.
    """
    for _ in range(_TRIES):
        room, seat = store.look(pool, wish.holder)
        if terms.capacity is not None and not room.ready:
            count_all(pool)
            continue
        step = decide(room, seat, wish.seats, terms._replace(waiting_list=False))
        if step in (Step.FULL, Step.MORE, Step.SHUT):
            return Claimed(seat, str(step))
        if step == Step.KEEP:
            return Claimed(seat)
        if held := _take(pool, room, seat, wish, terms, standing=Standing.HELD):
            return Claimed(held)
    raise Crowded


def hand_over(pool: Pool, order: str) -> None:
    """What an order holds is theirs. Doing it again changes nothing. Raises Crowded."""
    for _ in range(_TRIES):
        seat = store.find(pool, order)
        if seat is None or seat.standing != Standing.HELD:
            return
        if store.hand_over(pool, replace(seat, standing=Standing.SEATED), seat):
            return
    raise Crowded


def give_back(pool: Pool, holder: str, capacity: int | None) -> Seat | None:
    """Take back what a holder has, and offer it to those who wait; None when they have nothing. Raises Crowded."""
    for _ in range(_TRIES):
        seat = store.find(pool, holder)
        if seat is None or seat.standing == Standing.CANCELLED:
            promote(pool, capacity)  # whoever said so before may not have come to this
            return None
        gone = replace(seat, standing=Standing.CANCELLED, seats=0, counted=0, place="", here=0, at=clock.now())
        if store.give_back(pool, gone, seat):
            promote(pool, capacity)
            return gone
    raise Crowded


def promote(pool: Pool, capacity: int | None) -> None:
    """Seat those who wait, as far as seats are free: each time the first for whom they are enough."""
    while True:
        room = store.room(pool)
        free = None if capacity is None else capacity - room.taken
        if not room.queued or (free is not None and free <= 0):
            return
        asked = list(islice(store.waiting(pool), _ASKED))
        if not asked:
            store.quiet(pool, room)
            return
        fits = next((one for one in asked if free is None or one.seats <= free), None)
        if fits is None:
            return
        _seat_waiting(pool, fits, capacity)


def count_all(pool: Pool) -> None:
    """Seats begin to be limited: count those that were taken before. Doing it again changes nothing."""
    store.begin(pool)
    while uncounted := [seat for seat in store.each(pool) if _uncounted(seat)]:
        for some in _portions(uncounted):
            store.count_in(pool, some)
    store.set_ready(pool, True)


def _take(
    pool: Pool, room: Room, before: Seat | None, wish: Seat, terms: Terms, *, standing: Standing = Standing.SEATED
) -> Seat | None:
    """None when something changed meanwhile. A pool that has a number keeps it true, limited or not."""
    counted = wish.seats if room.ready else (before.counted if before else 0)
    seat = replace(wish, standing=standing, counted=counted)
    if not store.take(pool, seat, before, terms.capacity):
        return None
    if before and seat.counted < before.counted:
        promote(pool, terms.capacity)
    return seat


def _wait(pool: Pool, before: Seat | None, wish: Seat) -> bool:
    place = wish.place or clock.new_id()
    return store.wait(pool, replace(wish, standing=Standing.WAITING, place=place), before)


def _kept(pool: Pool, room: Room, seat: Seat, terms: Terms) -> Seat:
    if seat.standing == Standing.WAITING:
        # The call that wrote them down may have ended before the bell.
        if not room.queued:
            store.ring(pool)
        promote(pool, terms.capacity)
        return store.find(pool, seat.holder) or seat
    return seat


def _wish(before: Seat | None, holder: str, seats: int) -> Seat:
    """What they want, told as what they would hold; a new wish when they hold nothing."""
    if before and before.standing != Standing.CANCELLED:
        return replace(before, seats=seats)
    return Seat(holder=holder, standing=Standing.CANCELLED, seats=seats, at=clock.now(), claim=clock.new_id())


def _seat_waiting(pool: Pool, first: Waiting, capacity: int | None) -> None:
    before = store.find(pool, first.holder)
    if before and before.standing == Standing.WAITING and before.place == first.place:
        seat = replace(before, standing=Standing.SEATED, counted=before.seats, place="")
        store.seat_waiting(pool, seat, before, capacity)


def _uncounted(seat: Seat) -> bool:
    return seat.standing in TAKEN and seat.counted != seat.seats


def _portions(seats: list[Seat]) -> Iterator[list[Seat]]:
    # One that changes meanwhile makes its whole portion wait for the next round.
    for start in range(0, len(seats), _AT_ONCE):
        yield seats[start : start + _AT_ONCE]
