"""What an organizer sets of an event, and how what they typed is read."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import msgspec

from chalicelib import wall_time
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.seats import Terms
from chalicelib.actions.submission import Problem
from chalicelib.plain_text import clean

FORMS = ("in_person", "online", "both")

_LONGEST = {"place": 150, "address": 300, "zip_code": 16, "link": 1000, "instructions": 5000}
_LINES = frozenset(("address", "instructions"))
# The largest number that each may be.
MOST = {"capacity": 1_000_000, "guests": 20, "remind": 336}


class Ticket(msgspec.Struct, frozen=True, kw_only=True):
    """A kind of seats with a number of its own; `capacity` 0: no limit, `most`: how many one person may have.

    `price` of one, in minor units of the event's currency, 0 for nothing; then `most` is for one order. `comp`: '1'
    where only organizers give it; `gone`: '1' of one that is not offered any more, though some hold it.
    """

    id: str = ""
    name: str = ""
    about: str = ""
    capacity: int = 0
    most: int = 0
    price: int = 0
    comp: str = ""
    gone: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`form`: `in_person`, `online` or `both`. Times are epoch seconds (0: not said yet), told in `zone`.

    `capacity` 0: no limit. `waiting`: '1' for a waiting list. `guests`: how many each may bring. `remind`: hours before
    the start, 0 for no reminder. `link` and `instructions` stand only in emails to those who have a seat.
    `called_off`: when it was, 0: it takes place. `campaign`: the event campaign that lists it, where it was begun;
    `listed_as`: under which row, '' for its own id. `tickets`: the kinds of seats of a ticketed event, which then
    has no `capacity` of its own, and `currency` what they are sold in.
    """

    form: str = "in_person"
    starts: float = 0
    ends: float = 0
    zone: str = ""
    place: str = ""
    address: str = ""
    zip_code: str = ""
    link: str = ""
    instructions: str = ""
    capacity: int = 0
    waiting: str = ""
    guests: int = 0
    remind: int = 24
    called_off: float = 0
    called_off_text: str = ""
    campaign: str = ""
    listed_as: str = ""
    tickets: tuple[Ticket, ...] = ()
    currency: str = "USD"

    @property
    def has_place(self) -> bool:
        return self.form != "online"

    @property
    def has_link(self) -> bool:
        return self.form != "in_person"

    @property
    def kinds(self) -> tuple[Ticket, ...]:
        """Its kinds of seats: where there are no tickets, one without a name."""
        return self.tickets or (Ticket(capacity=self.capacity),)

    def terms(self, kind: Ticket) -> Terms:
        """Nobody waits for what has a price: whoever moved up would have to pay by themselves, and might not want to
        any more. It is sold out until an order that is not paid ends.
        """
        return Terms(kind.capacity or None, bool(self.waiting) and not kind.price)

    @property
    def reminder(self) -> str:
        """Which reminder is the right one: one of an earlier start, or so many hours before it, is not."""
        return f"{int(self.starts)}-{self.remind}"

    def is_over(self, now: float) -> bool:
        return 0 < self.ends <= now


def settings_of(page: ActionPage) -> Settings:
    return msgspec.convert(page.own, Settings)


def read(fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
    """The editor's form; what it does not have stays as it was."""
    words = {name: clean(fields.get(name, ""), lines=name in _LINES) for name in _LONGEST}
    zone = fields.get("zone") or before.zone or "UTC"
    zone_problems = [] if zone in wall_time.zones() else [Problem("zone", "wrong")]
    times: dict[str, Any] = {name: 0 if zone_problems else _time(fields, name, zone) for name in ("starts", "ends")}
    numbers: dict[str, Any] = {name: _number(fields.get(name, str(getattr(before, name))), name) for name in MOST}
    form = fields.get("form", before.form)
    problems = [
        *([] if form in FORMS else [Problem("form", "wrong")]),
        *zone_problems,
        *(Problem(name, "too_long") for name, most in _LONGEST.items() if len(words[name]) > most),
        *([] if not words["link"] or _leads_out(words["link"]) else [Problem("link", "wrong")]),
        *(read for read in (*times.values(), *numbers.values()) if isinstance(read, Problem)),
    ]
    if not problems and times["starts"] and 0 < times["ends"] <= times["starts"]:
        problems.append(Problem("ends", "before"))
    return problems or msgspec.structs.replace(
        before, form=form, zone=zone, waiting="1" if fields.get("waiting") else "", **words, **times, **numbers
    )


def typed(settings: Settings) -> dict[str, str]:
    """As the editor's fields hold it."""
    told = {name: getattr(settings, name) for name in (*_LONGEST, "form", "zone", "waiting")}
    numbers = {name: str(getattr(settings, name) or "") for name in MOST}
    times = {name: getattr(settings, name) for name in ("starts", "ends")}
    return told | numbers | {name: wall_time.written(at, settings.zone) if at else "" for name, at in times.items()}


def not_ready(settings: Settings) -> list[Problem]:
    """What people must know before they come."""
    needed = ["starts", "ends", *(["place"] if settings.has_place else []), *(["link"] if settings.has_link else [])]
    return [Problem(name, "missing") for name in needed if not getattr(settings, name)]


def _time(fields: Mapping[str, str], name: str, zone: str) -> float | Problem:
    text = fields.get(name, "")
    if not text.strip():
        return 0
    wall = wall_time.typed(text)
    try:
        at = wall_time.exact_moment(wall, zone) if wall else None
    except wall_time.NoSuchTime:
        return Problem(name, "no_such_time")
    # What lies before 1970 is a slip of the finger, and no time of an event.
    return at if at and at > 0 else Problem(name, "wrong")


def _number(text: str, name: str) -> int | Problem:
    digits = text.replace(",", "").replace(" ", "")
    if not digits:
        return 0
    number = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 9 else -1
    return number if 0 <= number <= MOST[name] else Problem(name, "wrong")


def _leads_out(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and " " not in link
