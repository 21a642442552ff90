"""A puzzle that costs a browser about a second and a spammer their profit: ALTCHA's proof of work.

A challenge is signed, for one page, and good for an hour; nothing is stored until it was solved. A solved one is good
for one person: whoever sends the same form twice is let in twice, and counts once.
"""

import base64
import hmac
import json
import secrets
from typing import Any

from chalicelib import config
from chalicelib.guard import budget_store

GOOD_SECONDS = 3600
# Derivations of PBKDF2 at `_COST` rounds, tried in order: 0.5 to 1.5 million rounds, about a second on a cheap phone.
_FEWEST, _MOST = 100, 300
_COST = 5_000
_LONGEST = 4096


def challenge(page: str, now: float) -> str:
    """A puzzle for a form of this page, as JSON."""
    import altcha  # noqa: PLC0415  (66 ms, needed for few)

    made = altcha.create_challenge(
        "PBKDF2/SHA-256",
        _COST,
        counter=_FEWEST + secrets.randbelow(_MOST - _FEWEST),
        expires_at=int(now) + GOOD_SECONDS,
        data={"page": page},
        hmac_secret=_secret("challenge"),
        hmac_key_secret=_secret("key"),
    )
    return json.dumps(made.to_dict(), separators=(",", ":"))


def solved(page: str, person: str, solution: str) -> bool:
    """True for the solution of a challenge of ours, for this page, that nobody else has used."""
    read = _read(solution)
    if read is None or read["parameters"].get("data") != {"page": page}:
        return False
    return budget_store.use(f"proof\0{read['signature']}", person, read["parameters"]["expiresAt"])


def _read(solution: str) -> dict[str, Any] | None:
    """The challenge that this solves; None when it is no solution, no challenge of ours, or too old."""
    import altcha  # noqa: PLC0415

    if not solution or len(solution) > _LONGEST:
        return None
    if not altcha.verify_solution(solution, _secret("challenge"), hmac_key_secret=_secret("key")).verified:
        return None
    read: dict[str, Any] = json.loads(base64.b64decode(solution))["challenge"]
    return read


def _secret(part: str) -> bytes:
    return hmac.digest(config.secret(), f"proof of work {part}".encode(), "sha256")
