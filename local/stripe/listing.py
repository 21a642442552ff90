"""Lists: newest first, page by page, by what Stripe lets one ask for."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from local.stripe.account import Account, Thing
from local.stripe.forms import Params, number
from local.stripe.invoices import subscription_of
from local.stripe.problems import wrong

if TYPE_CHECKING:
    from local.stripe.world import World

_BOUNDS = {
    "gte": lambda created, at: created >= at,
    "gt": lambda created, at: created > at,
    "lte": lambda created, at: created <= at,
    "lt": lambda created, at: created < at,
}
_PAGING = {"limit", "starting_after", "ending_before", "created"}


def page(account: Account, kind: str, params: Params, by: tuple[str, ...]) -> Thing:
    if unknown := set(params) - _PAGING - set(by):
        raise wrong(f"Received unknown parameter: {min(unknown)}", min(unknown), "parameter_unknown")
    like = {name: params[name] for name in by if name in params}
    return _cut(list(_within(account.every(kind, **like), params)), params)


def subscriptions(world: "World", account: Account, params: Params) -> Thing:
    """Those that have ended are only listed for who asks for `all`, or for them."""
    wanted = params.get("status", "")
    like = {"customer": params["customer"]} if "customer" in params else {}
    things = [
        thing
        for thing in reversed(list(account.every("subscription", **like)))
        if wanted in ("all", thing["status"]) or (not wanted and thing["status"] != "canceled")
    ]
    return _cut(things, params)


def invoices(world: "World", account: Account, params: Params) -> Thing:
    like = {name: params[name] for name in ("customer", "status") if name in params}
    wanted = params.get("subscription")
    things = _within(account.every("invoice", **like), params)
    return _cut([thing for thing in things if wanted in (None, subscription_of(thing))], params)


def invoice_payments(world: "World", account: Account, params: Params) -> Thing:
    payment = params.get("payment", {}).get("payment_intent")
    like = {name: params[name] for name in ("invoice", "status") if name in params}
    things = _within(account.every("invoice_payment", **like), params)
    return _cut([thing for thing in things if payment in (None, thing["payment"]["payment_intent"])], params)


def _within(things: Iterable[Thing], params: Params) -> Iterator[Thing]:
    """Newest first."""
    bounds = params.get("created", {})
    newest_first = sorted(things, key=lambda thing: thing["created"])[::-1]
    for thing in newest_first:
        if all(_BOUNDS[name](thing["created"], int(at)) for name, at in bounds.items()):
            yield thing


def _cut(things: list[Thing], params: Params) -> Thing:
    ids: list[Any] = [thing["id"] for thing in things]
    if after := params.get("starting_after"):
        things = things[ids.index(after) + 1 :]
    if before := params.get("ending_before"):
        things = things[: ids.index(before)]
    limit = number(params, "limit", 10)
    if not 1 <= limit <= 100:
        raise wrong("Invalid integer: limit", "limit", "parameter_invalid_integer")
    return {"object": "list", "data": things[:limit], "has_more": len(things) > limit, "url": ""}
