"""Recurring donations as Stripe keeps them: subscriptions and their invoices."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from chalicelib.giving.donation import Often
from chalicelib.giving.stripe_gateway import intervals
from chalicelib.giving.stripe_gateway.client import LABEL, ask
from chalicelib.giving.stripe_gateway.methods import Card, Method


class _Recurring(msgspec.Struct, frozen=True):
    interval: str
    interval_count: int


class _Price(msgspec.Struct, frozen=True):
    currency: str
    product: str
    unit_amount: int | None
    recurring: _Recurring


class _Item(msgspec.Struct, frozen=True):
    id: str
    price: _Price
    current_period_end: int = 0


class _Items(msgspec.Struct, frozen=True):
    data: list[_Item]


class _Pause(msgspec.Struct, frozen=True):
    resumes_at: int | None = None


class Subscription(msgspec.Struct, frozen=True):
    """`status`: active, trialing, past_due, unpaid, canceled, incomplete, incomplete_expired or paused."""

    id: str
    status: str
    customer: str
    items: _Items
    pause_collection: _Pause | None = None
    billing_cycle_anchor: int = 0
    trial_end: int | None = None
    canceled_at: int | None = None
    cancel_at_period_end: bool = False
    latest_invoice: str | None = None
    default_payment_method: Method | str | None = None
    metadata: dict[str, str] = {}

    @property
    def item(self) -> _Item:
        return self.items.data[0]

    @property
    def is_begun(self) -> bool:
        """Whether its first period was paid, or is taken later. What waits for that, or waited in vain, is no gift."""
        return self.status not in ("incomplete", "incomplete_expired")

    @property
    def card(self) -> Card:
        """What it is taken from, of one that was asked for by itself; empty where that is no card."""
        method = self.default_payment_method
        return (method.card if isinstance(method, Method) else None) or Card()

    @property
    def label(self) -> str:
        return self.metadata.get(LABEL, "")

    @property
    def often(self) -> Often:
        return intervals.read(self.item.price.recurring.interval, self.item.price.recurring.interval_count)

    @property
    def next_at(self) -> int:
        return self.item.current_period_end


class _Subscriptions(msgspec.Struct, frozen=True):
    data: list[Subscription]
    has_more: bool


def find(account: str, subscription: str) -> Subscription:
    return ask(
        Subscription,
        "subscriptions.retrieve",
        subscription,
        params={"expand": ["default_payment_method"]},
        account=account,
    )


def each(account: str) -> Iterator[Subscription]:
    """Every one of an account that has begun, those that have ended too."""
    after: dict[str, Any] = {}
    while True:
        page = ask(
            _Subscriptions, "subscriptions.list", account=account, params={"status": "all", "limit": 100} | after
        )
        yield from (found for found in page.data if found.is_begun)
        if not page.has_more:
            return
        after = {"starting_after": page.data[-1].id}


def change_amount(account: str, known: Subscription, amount: int, often: Often, key: str) -> Subscription:
    """From the next time on; nothing is taken or given back for the time that is running.

    Stripe takes another interval at once, whatever is said about proration, unless it is told to wait until then.
    """
    price = {
        "currency": known.item.price.currency,
        "product": known.item.price.product,
        "unit_amount": amount,
        "recurring": intervals.of(often),
    }
    wait = {"trial_end": known.next_at} if often != known.often else {}
    items = [{"id": known.item.id, "price_data": price}]
    return _update(account, known.id, {"items": items, **wait, **_AS_IT_IS}, key)


def move(account: str, subscription: str, at: int, key: str) -> Subscription:
    """The next gift is taken then, and each after it on that day."""
    return _update(account, subscription, {"trial_end": at, **_AS_IT_IS}, key)


def pause(account: str, subscription: str, until: int, key: str) -> Subscription:
    """Nothing is taken until then."""
    return _update(account, subscription, {"pause_collection": {"behavior": "void", "resumes_at": until}}, key)


def resume(account: str, subscription: str, key: str) -> Subscription:
    return _update(account, subscription, {"pause_collection": ""}, key)


def cancel(account: str, subscription: str) -> Subscription:
    """Nothing is ever taken again. Doing it again is refused by Stripe, which changes nothing."""
    return ask(
        Subscription,
        "subscriptions.cancel",
        subscription,
        account=account,
    )


def portal(account: str, customer: str, back: str) -> str:
    """The address of Stripe's page for a donor's card, good for a few minutes."""
    return ask(
        _Portal,
        "billing_portal.sessions.create",
        params={"customer": customer, "return_url": back},
        account=account,
    ).url


class _Portal(msgspec.Struct, frozen=True):
    url: str


_AS_IT_IS = {"proration_behavior": "none"}


def _update(account: str, subscription: str, params: Mapping[str, Any], key: str) -> Subscription:
    return ask(
        Subscription,
        "subscriptions.update",
        subscription,
        params=params,
        account=account,
        key=key,
    )
