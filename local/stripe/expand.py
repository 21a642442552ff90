"""`expand[]`: ids in an answer become what they name, four levels deep at most."""

from collections.abc import Iterable
from typing import Any

from local.stripe.account import Account, hidden, snapshot
from local.stripe.problems import wrong

_MOST = 4
_KINDS = {
    "ch_": "charge",
    "cs_": "checkout.session",
    "cus_": "customer",
    "in_": "invoice",
    "inpay_": "invoice_payment",
    "pi_": "payment_intent",
    "pm_": "payment_method",
    "seti_": "setup_intent",
    "sub_": "subscription",
    "txn_": "balance_transaction",
}


def expanded(account: Account, thing: Any, paths: Iterable[str]) -> Any:
    wanted = [path.split(".") for path in paths]
    for path in wanted:
        if len(path) > _MOST:
            raise wrong("You cannot expand more than 4 levels of a property", "expand", "")
        _open(account, thing, path)
    if thing["object"] == "list":
        asked = frozenset(path[1] for path in wanted if path[:1] == ["data"] and len(path) > 1)
        return thing | {"data": [hidden(each, asked) for each in thing["data"]]}
    return hidden(thing, frozenset(path[0] for path in wanted))


def _open(account: Account, thing: Any, path: list[str]) -> None:
    if isinstance(thing, list):
        for number, part in enumerate(thing):
            thing[number] = _found(account, part, path[:1])
            _open(account, thing[number], path)
    elif isinstance(thing, dict) and path and path[0] in thing:
        thing[path[0]] = _found(account, thing[path[0]], path[1:2])
        inner = thing[path[0]]
        if isinstance(inner, dict) and inner.get("object") == "list" and path[1:2] != ["data"]:
            inner["data"] = [_found(account, part, []) for part in inner["data"]]
        _open(account, inner, path[1:])


def _found(account: Account, value: Any, asked: list[str]) -> Any:
    if not isinstance(value, str):
        return value
    kind = next((kind for prefix, kind in _KINDS.items() if value.startswith(prefix)), "")
    known = account.things.get(kind, {}).get(value)
    return hidden(snapshot(known), frozenset(asked)) if known else value
