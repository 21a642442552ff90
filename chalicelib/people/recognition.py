"""Recognition: who follows a link in one of a group's emails need not say again who they are.

The token names a person of one group for a few days. It is good for being recognised on that group's pages, for nothing
else; and whoever holds it sees of that person no more than they would know themselves by.

An email may be forwarded, and its links with it. Whoever follows them then sees initials (`A… L…`, `a…@e…`) and, on a
fundraising page, amounts that the group suggests to that person: from these one may guess how much they gave once at
most, not when, how often or what for. What else is known goes with a form that they send, and they do not get to see
it; but whoever goes on to pay is shown, on Stripe's page, the address to which the receipt goes.
"""

import unicodedata
from typing import NamedTuple

from chalicelib import signing
from chalicelib.people.person import Person

SECONDS = 7 * 86400

_PURPOSE = "known"
_BYTES = 16 + 16 + 5
# A letter as its writers see it may be several; more of them than this are a game with us.
_MOST_MARKS = 3


class Known(NamedTuple):
    """Ids, 32 hex digits each."""

    group: str
    person: str


def token(known: Known, now: float) -> str:
    until = int(now) + SECONDS
    return signing.sign(_PURPOSE, bytes.fromhex(known.group + known.person) + until.to_bytes(5))


def read(token: str, now: float) -> Known | None:
    """Whom a token names; None for one that we did not make, or that has expired."""
    payload = signing.read(_PURPOSE, token)
    if payload is None or len(payload) != _BYTES or int.from_bytes(payload[32:]) <= now:
        return None
    return Known(payload[:16].hex(), payload[16:32].hex())


def masked_name(person: Person) -> str:
    """`A… L…`, however long the names are; '' when there is none."""
    return " ".join(filter(None, map(_masked, (person.given_name, person.family_name))))


def masked_email(person: Person) -> str:
    """`a…@e…`, however long the address is."""
    local, _, domain = person.email.rpartition("@")
    return f"{_masked(local) or '…'}@{_masked(domain) or '…'}"


def _masked(text: str) -> str:
    """The first letter or digit with what belongs to it, and `…` whether more follows or not."""
    composed = unicodedata.normalize("NFC", text)
    start = next((place for place, letter in enumerate(composed) if letter.isalnum()), -1)
    if start < 0:
        return ""
    end = start + 1
    while end < len(composed) and end - start <= _MOST_MARKS and unicodedata.category(composed[end])[0] == "M":
        end += 1
    return f"{composed[start:end]}…"
