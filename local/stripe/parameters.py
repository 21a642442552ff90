"""What may be asked with each request, by the SDK's own types: a misspelt one is refused, as by Stripe."""

import sys
import typing
from functools import cache
from types import UnionType
from typing import Any

import stripe
import stripe.params
import stripe.params.billing_portal
import stripe.params.checkout  # noqa: F401  (found by its name)

from local.stripe.forms import Params
from local.stripe.problems import wrong
from local.stripe.shapes import hints

# Calls by the SDK's name of what they take.
_TAKES = {
    "POST checkout/sessions": "checkout.SessionCreateParams",
    "GET checkout/sessions": "checkout.SessionListParams",
    "GET checkout/sessions/*": "checkout.SessionRetrieveParams",
    "POST checkout/sessions/*/expire": "checkout.SessionExpireParams",
    "POST payment_intents": "PaymentIntentCreateParams",
    "GET payment_intents": "PaymentIntentListParams",
    "GET payment_intents/*": "PaymentIntentRetrieveParams",
    "GET setup_intents/*": "SetupIntentRetrieveParams",
    "GET charges": "ChargeListParams",
    "GET charges/*": "ChargeRetrieveParams",
    "POST refunds": "RefundCreateParams",
    "GET refunds": "RefundListParams",
    "GET refunds/*": "RefundRetrieveParams",
    "GET disputes": "DisputeListParams",
    "GET disputes/*": "DisputeRetrieveParams",
    "POST customers": "CustomerCreateParams",
    "GET customers": "CustomerListParams",
    "GET customers/*": "CustomerRetrieveParams",
    "POST customers/*": "CustomerUpdateParams",
    "POST payment_methods": "PaymentMethodCreateParams",
    "GET payment_methods": "PaymentMethodListParams",
    "POST payment_methods/*/detach": "PaymentMethodDetachParams",
    "GET payment_methods/*": "PaymentMethodRetrieveParams",
    "POST subscriptions": "SubscriptionCreateParams",
    "GET subscriptions": "SubscriptionListParams",
    "GET subscriptions/*": "SubscriptionRetrieveParams",
    "POST subscriptions/*": "SubscriptionUpdateParams",
    "DELETE subscriptions/*": "SubscriptionCancelParams",
    "GET invoices": "InvoiceListParams",
    "GET invoices/*": "InvoiceRetrieveParams",
    "POST invoices/*/void": "InvoiceVoidInvoiceParams",
    "GET invoice_payments": "InvoicePaymentListParams",
    "POST billing_portal/sessions": "billing_portal.SessionCreateParams",
    "POST accounts": "AccountCreateParams",
    "GET account": "AccountRetrieveCurrentParams",
    "GET accounts/*": "AccountRetrieveParams",
    "POST account_links": "AccountLinkCreateParams",
    "GET events": "EventListParams",
    "GET events/*": "EventRetrieveParams",
    "GET balance_transactions": "BalanceTransactionListParams",
    "GET balance_transactions/*": "BalanceTransactionRetrieveParams",
}


def check(called: str, params: Params) -> None:
    """Raises Problem for what Stripe does not know. `called`: the method and the route."""
    _check_all(_kind_of(_TAKES[called]), params, "")


@cache
def _kind_of(name: str) -> Any:
    room, _, own = name.rpartition(".")
    found = getattr(sys.modules[f"stripe.params.{room}".rstrip(".")], own, None)
    if found is None:
        raise LookupError(name)
    return found


def _check_all(kind: Any, params: Params, path: str) -> None:
    known = hints(kind)
    for name, value in params.items():
        inner = f"{path}[{name}]" if path else name
        if name not in known:
            raise wrong(f"Received unknown parameter: {inner}", inner, "parameter_unknown")
        _check(known[name], value, inner)


def _check(kind: Any, value: Any, path: str) -> None:
    kinds = list(_alternatives(kind))
    if isinstance(value, dict):
        return _check_tree(kinds, value, path)
    if isinstance(value, list):
        lists = [each for each in kinds if typing.get_origin(each) is list]
        if not lists:
            raise wrong(f"Invalid array: {path}", path, "parameter_invalid")
        for number, part in enumerate(value):
            _check(typing.get_args(lists[0])[0], part, f"{path}[{number}]")
        return None
    return _check_plain(kinds, value, path)


def _check_tree(kinds: list[Any], value: Params, path: str) -> None:
    trees = [each for each in kinds if hasattr(each, "__required_keys__")]
    if trees:
        _check_all(trees[0], value, path)
    elif not any(typing.get_origin(each) is dict for each in kinds):
        raise wrong(f"Invalid object: {path}", path, "parameter_invalid")


def _check_plain(kinds: list[Any], value: str, path: str) -> None:
    words = {str(word) for each in kinds if typing.get_origin(each) is typing.Literal for word in typing.get_args(each)}
    plain = {each for each in kinds if each in (str, int, bool, float)}
    # The SDK says `| str` beside a list of words, so that it outlives new ones.
    open_ = plain - {str} if words else plain
    fits = (
        value in words
        or (int in open_ and value.lstrip("-").isdigit())
        or (bool in open_ and value in ("true", "false"))
        or bool(open_ & {str, float})
    )
    if not fits:
        raise wrong(f"Invalid {path}: must be one of {', '.join(sorted(words)) or 'another type'}", path, "")


def _alternatives(kind: Any) -> typing.Iterator[Any]:
    origin = typing.get_origin(kind)
    if origin in (typing.Union, UnionType):
        for each in typing.get_args(kind):
            yield from _alternatives(each)
    elif origin in (typing.NotRequired, typing.Required):
        yield from _alternatives(typing.get_args(kind)[0])
    else:
        yield kind
