"""Stripe's own page, on which people pay: opening one, and what became of it."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib.giving.donation import Donation, Often
from chalicelib.giving.stripe_gateway import intervals
from chalicelib.giving.stripe_gateway.client import LABEL, ask


class Checkout(msgspec.Struct, frozen=True):
    """`status`: open, complete or expired; `payment_status`: paid, unpaid or no_payment_required.

    `invoice`: of what is given again and again, the first.
    """

    id: str
    status: str
    payment_status: str = ""
    url: str | None = None
    expires_at: int = 0
    payment_intent: str | None = None
    subscription: str | None = None
    invoice: str | None = None
    setup_intent: str | None = None
    customer: str | None = None
    metadata: dict[str, str] = {}

    @property
    def is_unpaid(self) -> bool:
        """They are through with the page, and nothing has come of it so far: a bank is at work, waits, or said no."""
        return self.status == "complete" and self.payment_status == "unpaid"


class Words(msgspec.Struct, frozen=True):
    """What Stripe's page says, and where it leads. `button`: donate, pay or auto; `note`: what is said beside it."""

    title: str
    language: str
    done: str
    back: str
    button: str = "donate"
    note: str = ""


def create(donation: Donation, words: Words, key: str, *, customer: str = "", first_at: int = 0) -> Checkout:
    """Open a page for one donation. Asked again under its key it is the same page.

    Everything follows from what is written down of the donation, since Stripe refuses a key with other words.
    `customer`: whom Stripe knows already; `first_at`: when a recurring donation is first taken, where that is later.
    """
    params = _params(donation, words) | (
        {"customer": customer} if customer else {"customer_email": donation.donor.email}
    )
    if donation.often != Often.ONCE:
        params |= {"mode": "subscription", "subscription_data": _subscription(donation, words, first_at)}
    else:
        labelled = {"metadata": {LABEL: donation.label}, "description": words.title}
        params |= {"mode": "payment", "payment_intent_data": labelled}
        # Whoever makes it monthly afterwards is known then.
        params |= {} if customer else {"customer_creation": "always"}
    return ask(
        Checkout,
        "checkout.sessions.create",
        params=params,
        account=donation.account,
        key=key,
    )


def create_setup(donation: Donation, words: Words, key: str) -> Checkout:
    """A page that takes a card and no money: with it each share of a gift to several groups is charged by itself."""
    params = _params(donation, words) | {
        "mode": "setup",
        "currency": donation.currency.lower(),
        # Other ways of paying cannot be copied to several accounts, or not be charged when their owner is gone.
        "allowed_payment_method_types": ["card"],
        "custom_text": {"submit": {"message": words.note}},
        "customer_creation": "always",
        "customer_email": donation.donor.email,
        "setup_intent_data": {"metadata": {LABEL: donation.label}, "description": words.title},
    }
    for name in ("line_items", "submit_type"):
        params.pop(name, None)
    return ask(
        Checkout,
        "checkout.sessions.create",
        params=params,
        account=donation.account,
        key=key,
    )


def find(account: str, session: str) -> Checkout:
    return ask(
        Checkout,
        "checkout.sessions.retrieve",
        session,
        account=account,
    )


def expire(account: str, session: str) -> Checkout:
    """Nobody can pay there any more. Refused when somebody has."""
    return ask(
        Checkout,
        "checkout.sessions.expire",
        session,
        account=account,
    )


def _params(donation: Donation, words: Words) -> dict[str, Any]:
    price: dict[str, Any] = {
        "currency": donation.currency.lower(),
        "unit_amount": donation.amount,
        "product_data": {"name": words.title},
    }
    if donation.often != Often.ONCE:
        price["recurring"] = intervals.of(donation.often)
    return {
        "line_items": [{"price_data": price, "quantity": 1}],
        "submit_type": words.button,
        "client_reference_id": donation.id,
        "metadata": {LABEL: donation.label},
        "locale": words.language,
        "success_url": words.done,
        "cancel_url": words.back,
        "expires_at": int(donation.until),
    }


def _subscription(donation: Donation, words: Words, first_at: int) -> Mapping[str, Any]:
    told = {"metadata": {LABEL: donation.label}, "description": words.title}
    return told | ({"billing_cycle_anchor": first_at, "proration_behavior": "none"} if first_at else {})
