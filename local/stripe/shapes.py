"""What Stripe's objects hold, from the SDK's own classes, which are made from Stripe's published description."""

import builtins
import sys
import typing
from functools import cache
from typing import Any

import stripe
import stripe.billing_portal
import stripe.checkout

CLASSES: dict[str, Any] = {
    "account": stripe.Account,
    "account_link": stripe.AccountLink,
    "balance_transaction": stripe.BalanceTransaction,
    "billing_portal.session": stripe.billing_portal.Session,
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "plan": stripe.Plan,
    "price": stripe.Price,
    "refund": stripe.Refund,
    "setup_intent": stripe.SetupIntent,
    "subscription": stripe.Subscription,
    "subscription_item": stripe.SubscriptionItem,
}


class _Names(dict[str, Any]):
    """Names in annotations, also those that the SDK imports for type checkers only."""

    def __init__(self, owner: Any) -> None:
        super().__init__()
        self.owner = owner

    def __missing__(self, name: str) -> Any:
        for where in (self.owner, sys.modules[self.owner.__module__], typing, stripe, builtins):
            if hasattr(where, name):
                return getattr(where, name)
        return Any


@cache
def hints(owner: Any) -> dict[str, Any]:
    """The fields of a class and their types."""
    found = typing.get_type_hints(owner, localns=_Names(owner))
    return {name: kind for name, kind in found.items() if not name.startswith("_") and name != "OBJECT_NAME"}


def is_optional(kind: Any) -> bool:
    return type(None) in typing.get_args(kind)


def whole(kind: str, **given: Any) -> dict[str, Any]:
    """An object of a kind with everything that Stripe sends, null where nothing is given."""
    return {"object": kind} | part(CLASSES[kind], **given)


def part(owner: Any, **given: Any) -> dict[str, Any]:
    """The same of what stands in an object."""
    fields = hints(owner)
    if unknown := set(given) - set(fields):
        raise TypeError(f"{owner.__name__} has no {', '.join(sorted(unknown))}")
    empty = {name: None for name, told in fields.items() if is_optional(told)}
    return empty | given
