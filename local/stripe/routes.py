"""Every address of the API, and what it does."""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from local.stripe import checkout, connect, customers, listing, payments, portal, subscriptions
from local.stripe.account import Account, Thing
from local.stripe.forms import Params
from local.stripe.problems import wrong

if TYPE_CHECKING:
    from local.stripe.world import World

Verb = Callable[..., Thing]


def _get(kind: str) -> Verb:
    return lambda world, account, params, known_as: account.find(kind, known_as)


def _list(kind: str, *by: str) -> Verb:
    return lambda world, account, params: listing.page(account, kind, params, by)


def _with(kind: str, do: Callable[[Account, Thing], Thing]) -> Verb:
    return lambda world, account, params, known_as: do(account, account.find(kind, known_as))


def _pay(world: "World", account: Account, params: Params) -> Thing:
    told = {name: params.get(name) for name in ("customer", "description")} | {"metadata": params.get("metadata", {})}
    card = account.find("payment_method", params["payment_method"]) if params.get("confirm") == "true" else None
    if int(params["amount"]) < checkout.least(params["currency"]):
        raise wrong("The amount is too small.", "amount", "amount_too_small")
    intent = payments.intend(account, int(params["amount"]), params["currency"], **told)
    if card:
        payments.pay(account, intent, card, again=params.get("off_session") == "true")
    return intent


def _copy(world: "World", account: Account, params: Params) -> Thing:
    return payments.clone(account, world.accounts[""], params)


def _create_subscription(world: "World", account: Account, params: Params) -> Thing:
    customer = account.find("customer", params["customer"])
    card = account.find("payment_method", params["default_payment_method"])
    return subscriptions.begin(account, params | {"price_data": params["items"][0]["price_data"]}, customer, card)


def _update_subscription(world: "World", account: Account, params: Params, known_as: str) -> Thing:
    return subscriptions.update(account, account.find("subscription", known_as), params)


def _update_customer(world: "World", account: Account, params: Params, known_as: str) -> Thing:
    known = account.find("customer", known_as)
    known |= {name: params[name] for name in ("email", "name") if name in params}
    account.tell("customer.updated", known)
    return known


_TABLE: list[tuple[str, str, Verb]] = [
    ("POST", "checkout/sessions", lambda world, account, params: checkout.create(account, params, world.public_url)),
    ("GET", "checkout/sessions", _list("checkout.session", "payment_intent", "subscription", "customer")),
    ("GET", "checkout/sessions/*", _get("checkout.session")),
    ("POST", "checkout/sessions/*/expire", _with("checkout.session", checkout.expire)),
    ("POST", "payment_intents", _pay),
    ("GET", "payment_intents", _list("payment_intent", "customer")),
    ("GET", "payment_intents/*", _get("payment_intent")),
    ("GET", "setup_intents/*", _get("setup_intent")),
    ("GET", "charges", _list("charge", "payment_intent", "customer")),
    ("GET", "charges/*", _get("charge")),
    ("POST", "refunds", lambda world, account, params: payments.refund(account, params)),
    ("GET", "refunds", _list("refund", "payment_intent", "charge")),
    ("GET", "refunds/*", _get("refund")),
    ("GET", "disputes", _list("dispute", "payment_intent", "charge")),
    ("GET", "disputes/*", _get("dispute")),
    ("POST", "customers", lambda world, account, params: customers.create(account, params)),
    ("GET", "customers", _list("customer", "email")),
    ("GET", "customers/*", _get("customer")),
    ("POST", "customers/*", _update_customer),
    ("POST", "payment_methods", _copy),
    ("GET", "payment_methods", _list("payment_method", "customer")),
    ("GET", "payment_methods/*", _get("payment_method")),
    ("POST", "payment_methods/*/detach", _with("payment_method", payments.forget)),
    ("POST", "subscriptions", _create_subscription),
    ("GET", "subscriptions", listing.subscriptions),
    ("GET", "subscriptions/*", _get("subscription")),
    ("POST", "subscriptions/*", _update_subscription),
    ("DELETE", "subscriptions/*", _with("subscription", subscriptions.cancel)),
    ("GET", "invoices", listing.invoices),
    ("POST", "invoices/*/void", _with("invoice", subscriptions.void)),
    ("GET", "invoices/*", _get("invoice")),
    ("GET", "invoice_payments", listing.invoice_payments),
    ("POST", "billing_portal/sessions", portal.create),
    ("POST", "accounts", connect.create),
    ("GET", "account", connect.platform),
    ("GET", "accounts/*", connect.find),
    ("POST", "account_links", connect.link),
    ("GET", "events", _list("event", "type")),
    ("GET", "events/*", _get("event")),
    ("GET", "balance_transactions", _list("balance_transaction", "type", "source")),
    ("GET", "balance_transactions/*", _get("balance_transaction")),
]  # fmt: skip


class Found(NamedTuple):
    """`called`: the method and the route, as `parameters.py` knows it."""

    do: Verb
    ids: tuple[Any, ...]
    called: str


def find(method: str, path: str) -> Found | None:
    for verb, route, pattern, do in _PATTERNS:
        if verb == method and (match := pattern.fullmatch(path)):
            return Found(do, match.groups(), f"{verb} {route}")
    return None


def every() -> list[str]:
    """Methods and routes."""
    return [f"{verb} {route}" for verb, route, _ in _TABLE]


_PATTERNS = [(verb, path, re.compile("/v1/" + path.replace("*", "([^/]+)")), do) for verb, path, do in _TABLE]
