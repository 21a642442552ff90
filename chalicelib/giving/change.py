"""Changing a recurring donation: by the donor on their page, or by an organizer whom they asked.

Stripe is asked first and believed: what it then says is written down. A change has a key of its own, written before it
is asked for, so that an answer that was lost is asked for again and not done twice.
"""

from collections.abc import Callable

from msgspec.structs import replace

from chalicelib.giving import recurring_store, settle
from chalicelib.giving.donation import Often
from chalicelib.giving.recurring import Recurring, Standing
from chalicelib.giving.stripe_gateway import Later, Refused, invoices, subscriptions

_TRIES = 5
_DAY = 86400


def amount(recurring: Recurring, amount: int, often: Often) -> Recurring:
    known = subscriptions.find(recurring.account, recurring.subscription)
    return _do(recurring, lambda key: subscriptions.change_amount(recurring.account, known, amount, often, key))


def move(recurring: Recurring, at: float) -> Recurring:
    """The next gift is taken then, and none before."""

    def ask(key: str) -> None:
        _give_up(recurring, key)
        subscriptions.move(recurring.account, recurring.subscription, int(at), key)

    return _do(recurring, ask)


def pause(recurring: Recurring, until: float) -> Recurring:
    """Until then nothing is taken; and the next gift is left out in any case, or it would be no pause."""
    until = max(until, recurring.next_at + _DAY)

    def ask(key: str) -> None:
        _give_up(recurring, key)
        subscriptions.pause(recurring.account, recurring.subscription, int(until), key)

    return _do(recurring, ask)


def resume(recurring: Recurring) -> Recurring:
    return _do(recurring, lambda key: subscriptions.resume(recurring.account, recurring.subscription, key))


def cancel(recurring: Recurring) -> Recurring:
    """Nothing is ever taken again; what has ended already is no error."""
    try:
        return _do(recurring, lambda key: subscriptions.cancel(recurring.account, recurring.subscription))
    except Refused:
        ended = settle.subscription(recurring.account, recurring.subscription)
        if ended is None or ended.standing != Standing.ENDED:
            raise
        return ended


def card_page(recurring: Recurring, back: str) -> str:
    """The address of Stripe's page on which a donor looks after their card."""
    return subscriptions.portal(recurring.account, recurring.customer, back)


def _give_up(recurring: Recurring, key: str) -> None:
    """What could not be taken: Stripe goes on trying it, pause or not, until it is void. Said again, none is left."""
    for invoice in invoices.open_of(recurring.account, recurring.subscription):
        try:
            invoices.void(recurring.account, invoice.id, f"{key}-{invoice.id}")
        except Refused:
            continue  # it was paid this moment, or its bank is at work


def _do(recurring: Recurring, ask: Callable[[str], object]) -> Recurring:
    ask(f"change-{recurring.id}-{_next(recurring)}")
    after = settle.subscription(recurring.account, recurring.subscription)
    if after is None:
        raise LookupError(recurring.id)
    return after


def _next(recurring: Recurring) -> int:
    """The number of this change, before it is asked for."""
    for _ in range(_TRIES):
        before = recurring_store.find(recurring.person, recurring.id)
        if before is None:
            raise LookupError(recurring.id)
        if recurring_store.change(before, replace(before, asked=before.asked + 1)):
            return before.asked + 1
    raise Later("others were faster")
