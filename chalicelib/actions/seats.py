"""Seats that are limited: who holds some, who waits for some, and what becomes of somebody who wants some."""

from enum import StrEnum
from typing import NamedTuple

import msgspec


class Standing(StrEnum):
    """`held`: kept for an order until it is paid; nobody else gets them, and they are nobody's yet."""

    SEATED = "seated"
    WAITING = "waiting"
    CANCELLED = "cancelled"
    HELD = "held"


# Who has seats that nobody else can have.
TAKEN = (Standing.SEATED, Standing.HELD)


class Pool(NamedTuple):
    """Seats that are taken from one number: those of a page, or of one `kind` of its tickets."""

    group: str
    page: str
    kind: str = ""


class Terms(NamedTuple):
    """`capacity` None: no limit. Without a waiting list, whoever does not fit is refused."""

    capacity: int | None
    waiting_list: bool = False


class Room(NamedTuple):
    """What is known of a pool. `ready`: `taken` is true; where nothing was ever limited nobody counted.

    `bell` is rung by whoever begins to wait, and `calm` is how often it had rung when nobody waited any more.
    """

    taken: int = 0
    bell: int = 0
    calm: int = 0
    ready: bool = False
    shut: bool = False

    @property
    def queued(self) -> bool:
        """Somebody may be waiting: nobody new gets a seat past them."""
        return self.bell != self.calm


class Seat(msgspec.Struct, frozen=True, kw_only=True):
    """What one holder has: `seats` of them since `at` (epoch seconds). A holder is a person, or an order.

    `claim` is born with each new wish, and outlives changes of its number. `place` in the waiting list sorts by time.
    `counted` of the seats are in the pool's number. `here`: when they were checked in, 0: not. `version` changes with
    every write. Of an order, `person` is who made it ('': the holder is the person), and `price` what all its seats
    here cost then, in minor units of `currency`.
    """

    holder: str
    standing: Standing
    seats: int
    at: float
    claim: str
    place: str = ""
    counted: int = 0
    here: float = 0
    version: str = ""
    person: str = ""
    price: int = 0
    currency: str = ""

    @property
    def whose(self) -> str:
        """The id of the person."""
        return self.person or self.holder


class Step(StrEnum):
    """What to do for somebody who wants seats. `more`: they keep those they have, which cannot become more."""

    KEEP = "keep"
    TAKE = "take"
    WAIT = "wait"
    FULL = "full"
    MORE = "more"
    SHUT = "shut"


def decide(room: Room, seat: Seat | None, wanted: int, terms: Terms) -> Step:
    """Nobody loses what they hold by asking; nobody passes those who wait; nobody gets what there is not."""
    if room.shut:
        return Step.SHUT
    standing = seat.standing if seat else Standing.CANCELLED
    if seat and standing != Standing.CANCELLED and seat.seats == wanted:
        return Step.KEEP
    if standing == Standing.WAITING:
        return Step.WAIT if terms.capacity is None or wanted <= terms.capacity else Step.MORE
    held = seat.counted if seat and standing in TAKEN else 0
    if terms.capacity is None or wanted <= held or (wanted - held <= terms.capacity - room.taken and not room.queued):
        return Step.TAKE
    if standing in TAKEN:
        return Step.MORE
    return Step.WAIT if terms.waiting_list and wanted <= terms.capacity else Step.FULL
