"""What came of the tickets, kind by kind: taken, paid for, given for nothing, at Stripe, and how much money."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from chalicelib.action_types.event.attend import Held
from chalicelib.action_types.event.settings import Ticket, settings_of
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.seats import Seat, Standing
from chalicelib.giving import money, sums


class Total(NamedTuple):
    """Of one kind, in seats; `comps`: what nobody paid for of a kind that has a price, or that only organizers give.

    `price` of one, and what is `raised` by the orders that stand, in words: what went back in part is not taken off.
    """

    ticket: Ticket
    taken: int
    waiting: int
    paid: int
    comps: int
    held: int
    price: str
    raised: str


def shown(page: ActionPage, held: Sequence[Held]) -> dict[str, Any]:
    own = settings_of(page)
    by_kind: dict[str, list[Seat]] = {ticket.id: [] for ticket in own.tickets}
    for one in held:
        by_kind[one.kind.id].append(one.seat)
    orders = paid_orders(held)
    return {
        "kinds": [_total(ticket, by_kind[ticket.id], own.currency) for ticket in own.tickets],
        "sold": any(ticket.price for ticket in own.tickets),
        "raised": sums.of_page(page.id, own.currency).written(own.currency),
        "orders": len(orders),
        "to_give_back": _written(one.seat for one in held if one.seat.holder in orders),
    }


def paid_orders(held: Iterable[Held]) -> dict[str, str]:
    """Orders that are paid and stand, and whose they are, oldest first."""
    seats = [one.seat for one in held if one.seat.person and one.seat.standing == Standing.SEATED]
    return {seat.holder: seat.person for seat in sorted(seats, key=lambda seat: seat.holder)}


def paid(seated: Sequence[Held]) -> tuple[str, str]:
    """As a spreadsheet has it: how much and of which currency; of an event that changed its currency, each of both."""
    amounts = _by_currency(one.seat for one in seated)
    return "; ".join(money.plain(amount, name) for name, amount in amounts.items()), "; ".join(amounts)


def _total(ticket: Ticket, seats: Sequence[Seat], currency: str) -> Total:
    taken = [seat for seat in seats if seat.standing == Standing.SEATED]
    paid = sum(seat.seats for seat in taken if seat.price)
    return Total(
        ticket,
        taken=sum(seat.seats for seat in taken),
        waiting=_number(seats, Standing.WAITING),
        paid=paid,
        comps=sum(seat.seats for seat in taken) - paid if ticket.price or ticket.comp else 0,
        held=_number(seats, Standing.HELD),
        price=money.write(ticket.price, currency) if ticket.price else "",
        raised=_written(taken),
    )


def _number(seats: Iterable[Seat], standing: Standing) -> int:
    return sum(seat.seats for seat in seats if seat.standing == standing)


def _written(seats: Iterable[Seat]) -> str:
    return ", ".join(money.write(amount, name) for name, amount in _by_currency(seats).items())


def _by_currency(seats: Iterable[Seat]) -> dict[str, int]:
    amounts: dict[str, int] = {}
    for seat in seats:
        if seat.price:
            amounts[seat.currency] = amounts.get(seat.currency, 0) + seat.price
    return amounts
