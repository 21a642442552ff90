"""A ticketed event: several kinds of seats, some of them given by organizers only."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.attend import Held
from chalicelib.action_types.event.event import Event, checked_in, told
from chalicelib.action_types.event.settings import Settings, Ticket
from chalicelib.action_types.ticketed import tickets
from chalicelib.action_types.ticketed.order import order
from chalicelib.actions import seat_store
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.action_type import Refused, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.question import Question
from chalicelib.actions.seats import Standing
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Fields, Problem, Submission, last

FIELD = "ticket-"


class Offered(NamedTuple):
    """A kind on the page: how many are left (None: no limit)."""

    ticket: Ticket
    left: int | None


class TicketedEvent(Event):
    name = "ticketed"
    words = Words(
        one="ticketed event",
        what="An event with several kinds of tickets, free for now, and complimentary ones",
        action="order",
        actions="orders",
        actors="people",
        act="order",
        did="Ordered tickets of",
    )
    columns = ("standing", "tickets", "seats", "checked_in_utc")
    problem_words = {  # noqa: RUF012  (never written to)
        **Event.problem_words,
        Problem("tickets", "missing"): "Name at least one kind of ticket that people can order",
        Problem("tickets", "too_many"): f"{tickets.MOST} kinds of tickets at most",
        **{
            Problem(f"ticket-{number}-{part}", reason): words
            for number in range(tickets.MOST + 2)
            for part, reason, words in (
                ("name", "missing", "Name this kind of ticket, or empty the row"),
                ("capacity", "wrong", "Write how many there are, like 80"),
                ("most", "wrong", f"Write how many one person may have, {tickets.MOST_EACH} at most"),
            )
        },
    }

    ticket_rows = staticmethod(tickets.rows)

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        read, kinds = super().read_settings(fields, before), tickets.read(fields, before.tickets)
        wrong = [each for each in kinds if isinstance(each, Problem)]
        if wrong or isinstance(read, list):
            return [*(read if isinstance(read, list) else []), *wrong]
        kept = tuple(each for each in kinds if isinstance(each, Ticket))
        return msgspec.structs.replace(read, tickets=kept, capacity=0, guests=0)

    def typed(self, own: Settings) -> dict[str, str]:
        return super().typed(own) | tickets.typed(own.tickets)

    def not_ready(self, page: ActionPage) -> Sequence[Problem]:
        missing = [] if self.offered(page) else [Problem("tickets", "missing")]
        return [*super().not_ready(page), *missing]

    def copied(self, own: Settings) -> Settings:
        kept = tuple(ticket for ticket in own.tickets if not ticket.gone)
        return msgspec.structs.replace(super().copied(own), tickets=kept)

    def questions(self, page: ActionPage) -> tuple[Question, ...]:
        return page.questions

    def offered(self, page: ActionPage) -> list[Ticket]:
        """The kinds that people can order themselves."""
        return [ticket for ticket in self.settings_of(page).tickets if not (ticket.comp or ticket.gone)]

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        page, own = public.page, self.settings_of(public.page)
        rooms = seat_store.rooms([attend.pool_of(page, ticket.id) for ticket in self.offered(page)])
        kinds = [
            Offered(ticket, attend.left(ticket, room) if ticket.capacity else None)
            for ticket, room in zip(self.offered(page), rooms, strict=True)
        ]
        return {"when": told(page), "over": own.is_over(clock.now()), "kinds": kinds}

    def results(self, page: ActionPage) -> dict[str, Any]:
        held = list(attend.each(page))
        kinds = [
            (ticket, _sum(held, ticket, Standing.SEATED), _sum(held, ticket, Standing.WAITING))
            for ticket in self.settings_of(page).tickets
        ]
        return super().results(page) | {"kinds": kinds}

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        by_person: dict[str, list[Held]] = {}
        for one in attend.each(page):
            by_person.setdefault(one.seat.holder, []).append(one)
        return lambda action: _cells(by_person.get(action.person, []))

    def read_own(self, public: PublicPage, fields: Fields) -> Mapping[str, str] | list[Problem]:
        """How many of each kind; one that is not offered any more is left out, and said by the page."""
        typed = {ticket: last(fields, f"{FIELD}{ticket.id}").strip() or "0" for ticket in self.offered(public.page)}
        problems = [
            Problem(f"{FIELD}{ticket.id}", "ticket_most", ticket.name)
            for ticket, number in typed.items()
            if not (number.isascii() and number.isdigit() and len(number) < 3 and int(number) <= ticket.most)
        ]
        if not problems and not any(int(number) for number in typed.values()):
            problems.append(Problem("tickets", "ticket_missing"))
        return problems or {f"{FIELD}{ticket.id}": number for ticket, number in typed.items()}

    def accept(self, public: PublicPage, submission: Submission) -> Submission | Refused:
        """All the tickets that they asked for, before anybody is thanked, or none more than they had."""
        own = self.settings_of(public.page)
        if own.called_off or own.is_over(clock.now()):
            return Refused("over")
        wanted = {name.removeprefix(FIELD): int(n) for name, n in submission.own.items() if name.startswith(FIELD)}
        ordered = order(public.page, submission.person, wanted)
        if ordered.refused:
            return Refused("over" if ordered.refused == "shut" else ordered.refused)
        has = [one for one in ordered.held if one.seat.standing != Standing.CANCELLED]
        seated = any(one.seat.standing == Standing.SEATED for one in has)
        standing = str(Standing.SEATED if seated else Standing.WAITING)
        return msgspec.structs.replace(submission, own={**submission.own, "standing": standing, "claim": _claims(has)})


def _claims(has: Sequence[Held]) -> str:
    """Another one whenever they hold something else: then they get another confirmation."""
    told = "\n".join(f"{one.kind.id} {one.seat.claim} {one.seat.seats} {one.seat.standing}" for one in has)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _sum(held: Sequence[Held], ticket: Ticket, standing: Standing) -> int:
    return sum(one.seat.seats for one in held if one.kind == ticket and one.seat.standing == standing)


def _cells(held: Sequence[Held]) -> Sequence[str]:
    has = [one for one in held if one.seat.standing != Standing.CANCELLED]
    if not has:
        return (str(Standing.CANCELLED) if held else "", "", "0" if held else "", "")
    seated = [one for one in has if one.seat.standing == Standing.SEATED]
    shown, standing = (seated, Standing.SEATED) if seated else (has, Standing.WAITING)
    named = "; ".join(f"{one.kind.name} {one.seat.seats}" for one in shown)
    here = max(one.seat.here for one in shown)
    return str(standing), named, str(sum(one.seat.seats for one in shown)), checked_in(here)
