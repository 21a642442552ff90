"""The token in every public form: when the page was made. The same for all who see the page, so the edge may keep it.

It proves little: whoever fetches the page has one. It tells a form that a person filled in from one that a program sent
at once, or keeps sending for weeks.
"""

from chalicelib import signing
from chalicelib.guard.risk import Signal

# Forms stay open for days in somebody's browser.
GOOD_SECONDS = 7 * 86400
# Even a browser that fills in everything leaves its person a moment to read the button.
LEAST_SECONDS = 2
# Clocks of two Lambdas differ.
_AHEAD_SECONDS = 60


def mint(page: str, now: float) -> str:
    """For a page (by id) that is made now (epoch seconds)."""
    return signing.sign(_purpose(page), int(now).to_bytes(5))


def kept(page: str, token: str, now: float) -> str:
    """For a form that is sent back: the token it came with, so that time goes on counting; a new one if it was none."""
    return token if _made(page, token) is not None else mint(page, now)


def doubts(page: str, token: str, now: float) -> frozenset[Signal]:
    """What there is to say against a token that came back with a form."""
    made = _made(page, token)
    if made is None:
        return frozenset({Signal.FORGED_TOKEN if token else Signal.NO_TOKEN})
    age = now - made
    if age > GOOD_SECONDS or age < -_AHEAD_SECONDS:
        return frozenset({Signal.OLD_TOKEN})
    return frozenset({Signal.FAST}) if age < LEAST_SECONDS else frozenset()


def _made(page: str, token: str) -> int | None:
    payload = signing.read(_purpose(page), token) if token else None
    return int.from_bytes(payload) if payload and len(payload) == 5 else None


def _purpose(page: str) -> str:
    return f"form {page}"
