"""A card that Stripe took once, and that several accounts charge: each gets a copy that is good for one payment.

The donor is not there any more when it is charged. A bank that wants to hear from them declines, and they are told.
"""

import msgspec

from chalicelib.giving.donation import Donation
from chalicelib.giving.stripe_gateway.client import LABEL, OWN, Refused, ask


class Card(msgspec.Struct, frozen=True):
    """What came of a page that takes a card. `status` is `succeeded` when there is one."""

    id: str
    status: str
    customer: str | None = None
    payment_method: str | None = None


class _Thing(msgspec.Struct, frozen=True):
    id: str


def find(setup: str) -> Card:
    return ask(Card, "setup_intents.retrieve", setup, account=OWN)


def copy(account: str, customer: str, method: str, key: str) -> str:
    """The card, as this account may charge it."""
    params = {"customer": customer, "payment_method": method}
    return ask(_Thing, "payment_methods.create", params=params, account=account, key=key).id


def charge(donation: Donation, method: str, key: str) -> str:
    """The payment. Raises Refused when the bank declines, also because it wants to hear from its customer."""
    params = {
        "amount": donation.amount,
        "currency": donation.currency.lower(),
        "payment_method": method,
        "allowed_payment_method_types": ["card"],
        "confirm": True,
        "off_session": True,
        "description": donation.title,
        "metadata": {LABEL: donation.label},
    }
    return ask(_Thing, "payment_intents.create", params=params, account=donation.account, key=key).id


def forget(method: str, key: str) -> None:
    """Nobody can charge it any more. It may be forgotten already."""
    try:
        ask(_Thing, "payment_methods.detach", method, account=OWN, key=key)
    except Refused:
        return
