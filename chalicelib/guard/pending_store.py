"""Rows of forms that wait until whoever has the email address says so. Gone after two days."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

from chalicelib import clock, dynamo

_GUARD = dynamo.Table("guard", "k")

KEPT_SECONDS = 2 * 86400


class Pending(NamedTuple):
    """A form as it was sent, to which page, and the address (normalised) that must confirm it."""

    page: str
    email: str
    fields: Mapping[str, Sequence[str]]


def keep(token: str, pending: Pending) -> None:
    """Under a secret that only an email carries."""
    fields = json.dumps({name: list(values) for name, values in pending.fields.items()})
    item = {"k": _key(token), "p": pending.page, "e": pending.email, "f": fields}
    _GUARD.put(item | {"x": int(clock.now() + KEPT_SECONDS)})


def find(token: str) -> Pending | None:
    item = _GUARD.get(_key(token), consistent=True) if token else None
    if item is None or "f" not in item or item["x"] < clock.now():
        return None
    return Pending(item["p"], item["e"], json.loads(item["f"]))


def _key(token: str) -> str:
    return f"pending-{sha256(token.encode('utf-8', 'replace')).hexdigest()}"
