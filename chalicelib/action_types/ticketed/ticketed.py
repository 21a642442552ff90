"""A ticketed event: several kinds of seats, for nothing or at a price, some of them given by organizers only."""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chalicelib import clock, texts
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.attend import Held
from chalicelib.action_types.event.event import Event, checked_in, told
from chalicelib.action_types.event.settings import Settings, Ticket, settings_of
from chalicelib.action_types.ticketed import basket, buy, receipt, tickets, totals
from chalicelib.action_types.ticketed.order import order
from chalicelib.actions import seat_store
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import AskBack, Bought, Onward, Refused, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.question import Question
from chalicelib.actions.seats import Standing
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Fields, Problem, Submission, last
from chalicelib.giving import accounts, countries, money, terms
from chalicelib.giving import store as donations
from chalicelib.giving.donation import Donation
from chalicelib.network import store as network
from chalicelib.network.group import Group

# `GIVEN` marks what an organizer gives: nobody pays for it.
FIELD, GIVEN = "ticket-", "given"


class Offered(NamedTuple):
    """A kind on the page: how many are left (None: no limit), and its price in words ('': nothing here has one)."""

    ticket: Ticket
    left: int | None
    price: str


class TicketedEvent(Event):
    name = "ticketed"
    words = Words(
        one="ticketed event",
        what="An event with several kinds of tickets, free, at a price, or complimentary",
        action="order",
        actions="orders",
        actors="people",
        act="order",
        did="Ordered tickets of",
    )
    columns = ("standing", "tickets", "seats", "checked_in_utc", "paid", "currency")
    problem_words = {  # noqa: RUF012  (never written to)
        **Event.problem_words,
        Problem("tickets", "missing"): "Name at least one kind of ticket that people can order",
        Problem("tickets", "too_many"): f"{tickets.MOST} kinds of tickets at most",
        Problem(
            "tickets", "account"
        ): "No account takes money yet: connect one in the giving settings, or empty the prices",
        Problem("currency", "wrong"): "Choose a currency",
        **{
            Problem(f"ticket-{number}-{part}", reason): words
            for number in range(tickets.MOST + 2)
            for part, reason, words in (
                ("name", "missing", "Name this kind of ticket, or empty the row"),
                ("capacity", "wrong", "Write how many there are, like 80"),
                ("most", "wrong", f"Write how many one person may have, {tickets.MOST_EACH} at most"),
                ("price", "wrong", "Write a price like 15 or 12.50, or nothing"),
                ("price", "outside", "Write a price that Stripe takes: half a dollar or so at least, or nothing"),
                ("price", "comp", "A complimentary ticket has no price: empty it, or let people order it"),
            )
        },
    }

    ticket_rows = staticmethod(tickets.rows)

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        currency = fields.get("currency") or before.currency
        if currency not in money.CURRENCIES:
            return [Problem("currency", "wrong")]
        read, kinds = super().read_settings(fields, before), tickets.read(fields, before.tickets, currency)
        wrong = [each for each in kinds if isinstance(each, Problem)]
        if wrong or isinstance(read, list):
            return [*(read if isinstance(read, list) else []), *wrong]
        kept = tuple(each for each in kinds if isinstance(each, Ticket))
        return msgspec.structs.replace(read, tickets=kept, currency=currency, capacity=0, guests=0)

    def typed(self, own: Settings) -> dict[str, str]:
        return super().typed(own) | tickets.typed(own.tickets, own.currency) | {"currency": own.currency}

    def editor_values(self, page: ActionPage) -> dict[str, Any]:
        return {"currencies": [(name, name) for name in money.CURRENCIES]}

    def not_ready(self, page: ActionPage) -> Sequence[Problem]:
        missing = [] if self.offered(page) else [Problem("tickets", "missing")]
        group = network.find_group(page.group) if self.is_sold(page) else None
        unpaid = [Problem("tickets", "account")] if group and not accounts.of(group).ready else []
        return [*super().not_ready(page), *missing, *unpaid]

    def copied(self, own: Settings) -> Settings:
        kept = tuple(ticket for ticket in own.tickets if not ticket.gone)
        return msgspec.structs.replace(super().copied(own), tickets=kept)

    def questions(self, page: ActionPage) -> tuple[Question, ...]:
        return page.questions

    def offered(self, page: ActionPage) -> list[Ticket]:
        """The kinds that people can order themselves."""
        return [ticket for ticket in self.settings_of(page).tickets if not (ticket.comp or ticket.gone)]

    def is_sold(self, page: ActionPage) -> bool:
        """Some of what people can order has a price."""
        return any(ticket.price for ticket in self.offered(page))

    def takes_money(self, public: PublicPage) -> bool:
        return self.is_sold(public.page) and accounts.of(public.group).ready

    def asks_more(self, public: PublicPage) -> Mapping[str, Ask]:
        return terms.asks(terms.of(public.group)) if self.takes_money(public) else {}

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        page, own = public.page, self.settings_of(public.page)
        sold, asked = self.is_sold(page), terms.of(public.group)
        rooms = seat_store.rooms([attend.pool_of(page, ticket.id) for ticket in self.offered(page)])
        kinds = [
            Offered(
                ticket, attend.left(ticket, room) if ticket.capacity else None, _price(page, ticket) if sold else ""
            )
            for ticket, room in zip(self.offered(page), rooms, strict=True)
        ]
        return {
            "when": told(page),
            "over": own.is_over(clock.now()),
            "kinds": kinds,
            "sold": sold,
            "leads_out": sold,
            "fine_print": "ticketed.fine_print",
            "terms": asked,
            "countries": countries.names(page.language) if sold and asked.asks_country else (),
            "given_before": None,
            **({"open": False, "no_account": True} if sold and not self.takes_money(public) else {}),
        }

    def results(self, page: ActionPage) -> dict[str, Any]:
        return super().results(page) | totals.shown(page, list(attend.each(page)))

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        by_person: dict[str, list[Held]] = {}
        for one in attend.each(page):
            by_person.setdefault(one.seat.whose, []).append(one)
        return lambda action: _cells(by_person.get(action.person, []))

    def read_own(self, public: PublicPage, fields: Fields) -> Mapping[str, str] | list[Problem]:
        """How many of each kind, and what the group asks of whoever pays.

        A kind that is not offered any more is left out, and said by the page.
        """
        typed = {ticket: last(fields, f"{FIELD}{ticket.id}").strip() or "0" for ticket in self.offered(public.page)}
        problems = [
            Problem(f"{FIELD}{ticket.id}", "ticket_most", ticket.name)
            for ticket, number in typed.items()
            if not (number.isascii() and number.isdigit() and len(number) < 3 and int(number) <= ticket.most)
        ]
        if not problems:
            problems = _all_problems(public.page, {ticket: int(number) for ticket, number in typed.items()})
        asked = terms.read_donor(terms.of(public.group), fields, countries.codes()) if self.takes_money(public) else {}
        if problems or isinstance(asked, list):
            return problems + (asked if isinstance(asked, list) else [])
        numbers = {f"{FIELD}{ticket.id}": number for ticket, number in typed.items()}
        return {**asked, **numbers, **({"again": last(fields, "again")[:32]} if self.is_sold(public.page) else {})}

    def in_short(self, public: PublicPage, fields: Fields) -> Sequence[tuple[str, str]]:
        own, page = self.read_own(public, fields), public.page
        if isinstance(own, list):
            return ()
        wanted = {name.removeprefix(FIELD): int(number) for name, number in own.items() if name.startswith(FIELD)}
        lines = basket.of(self.offered(page), wanted)
        total = money.write(basket.total(lines), self.settings_of(page).currency, page.language)
        return [(texts.say(page.language, "ticketed.tickets"), f"{basket.named(lines, self.offered(page))}: {total}")]

    def accept(self, public: PublicPage, submission: Submission) -> Submission | Refused | AskBack | Onward:
        """All the tickets that they asked for, before anybody is thanked; whoever has to pay is led to Stripe."""
        page, own, given = public.page, self.settings_of(public.page), GIVEN in submission.own
        if own.called_off or own.is_over(clock.now()):
            return Refused("over")
        wanted = {name.removeprefix(FIELD): int(n) for name, n in submission.own.items() if name.startswith(FIELD)}
        if self.is_sold(page) and not given:
            if not self.takes_money(public):
                return Refused("account")
            lines = basket.of(self.offered(page), wanted)
            if basket.total(lines):
                return buy.begin(public, submission, lines)
        free = {kind.id for kind in own.tickets if given or not kind.price}
        return self._take(public, submission, {kind: number for kind, number in wanted.items() if kind in free})

    def _take(self, public: PublicPage, submission: Submission, wanted: Mapping[str, int]) -> Submission | Refused:
        """What nobody pays for: all that they asked for, or none more than they had."""
        ordered = order(public.page, submission.person, wanted)
        if ordered.refused:
            return Refused("over" if ordered.refused == "shut" else ordered.refused)
        has = [one for one in ordered.held if one.seat.standing != Standing.CANCELLED]
        seated = any(one.seat.standing == Standing.SEATED for one in has)
        standing = str(Standing.SEATED if seated else Standing.WAITING)
        kept = {f"{FIELD}{kind}": str(number) for kind, number in wanted.items()}
        return msgspec.structs.replace(submission, own=kept | {"standing": standing, "claim": _claims(has)})

    def paid(self, page: ActionPage, person: str, donation: str, *, theirs: bool, open_still: bool) -> None:
        if paid_for := donations.find(person, donation):
            buy.settle(page, paid_for, theirs=theirs, open_still=open_still)

    def bought(self, group: Group, page: ActionPage, donation: Donation) -> Bought | None:
        return receipt.of(group, page, donation)


def _all_problems(page: ActionPage, wanted: Mapping[Ticket, int]) -> list[Problem]:
    """What is wrong with the order as a whole."""
    if not any(wanted.values()):
        return [Problem("tickets", "ticket_missing")]
    currency = settings_of(page).currency
    too_much = sum(kind.price * number for kind, number in wanted.items()) > money.largest(currency)
    most = money.write(money.largest(currency), currency, page.language)
    return [Problem("tickets", "ticket_too_much", most)] if too_much else []


def _price(page: ActionPage, ticket: Ticket) -> str:
    if not ticket.price:
        return texts.say(page.language, "ticketed.free")
    return money.write(ticket.price, settings_of(page).currency, page.language)


def _claims(has: Sequence[Held]) -> str:
    """Another one whenever they hold something else: then they get another confirmation."""
    told = "\n".join(f"{one.kind.id} {one.seat.claim} {one.seat.seats} {one.seat.standing}" for one in has)
    return hashlib.sha256(told.encode()).hexdigest()[:32]


def _cells(held: Sequence[Held]) -> Sequence[str]:
    has = [one for one in held if one.seat.standing != Standing.CANCELLED]
    if not has:
        return (str(Standing.CANCELLED) if held else "", "", "0" if held else "", "", "", "")
    seated = [one for one in has if one.seat.standing == Standing.SEATED]
    shown, standing = (seated, Standing.SEATED) if seated else (has, min(one.seat.standing for one in has))
    named = "; ".join(f"{one.kind.name} {one.seat.seats}" for one in shown)
    here = max(one.seat.here for one in shown)
    seats = sum(one.seat.seats for one in shown)
    return str(standing), named, str(seats), checked_in(here), *totals.paid(seated)
