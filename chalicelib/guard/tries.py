"""Trying cards: thieves send hundreds of stolen card numbers through donation forms to see which still work.

A try is a page at Stripe that was opened and not paid, or a card that was declined there. They are counted by the
network that they come from; whoever pays takes their page back. Many tries shut nobody out: a thief's program has
no inbox that it reads for each of its invented donors, and a donor has one.
"""

import hmac
from enum import StrEnum

from chalicelib import clock, config
from chalicelib.guard import budget_store

# Nobody has ten cards; a family of donors behind one address may open a few pages.
PROOF_FROM, INBOX_FROM = 4, 8
_MOST_BY_INBOX = 10
# On one page, from wherever they come: an attack of many networks. Then every form needs a proof.
_PAGE_FROM = 200
_WINDOW_SECONDS = 3600


class Needed(StrEnum):
    """What a form has to bring along beside what it says."""

    NOTHING = "nothing"
    PROOF = "proof"
    INBOX = "inbox"
    PATIENCE = "patience"


def hashed(network: str) -> str:
    """A network as it may be kept: nobody can read the address out of it."""
    return hmac.digest(config.secret(), b"network\0" + network.encode(), "sha256").hex()[:32]


def needed(page: str, network: str, inbox: str) -> Needed:
    """What the next form of this network (a keyed hash) and inbox must bring along."""
    now = clock.now()
    here, there = _count(network, 0, now), _count(page, 0, now)
    if here >= INBOX_FROM:
        return Needed.PATIENCE if _count(inbox, 0, now) >= _MOST_BY_INBOX else Needed.INBOX
    return Needed.PROOF if here >= PROOF_FROM or there >= _PAGE_FROM else Needed.NOTHING


def count(page: str, network: str, inbox: str, number: int, at: float) -> int:
    """So many tries more, or fewer, in the hour of `at`; how many there are from this network."""
    _count(page, number, at)
    _count(inbox, number, at)
    return _count(network, number, at)


def many(network: str) -> bool:
    """Whether there are more from this network than are let through without an inbox. Count a try first, then ask."""
    return _count(network, 0, clock.now()) > INBOX_FROM


def _count(what: str, number: int, at: float) -> int:
    window = int(at // _WINDOW_SECONDS)
    return budget_store.add(f"tries\0{what}\0{window}", number, (window + 1) * _WINDOW_SECONDS)
