"""A person: someone a group knows. Their id follows from their email, so finding and creating are one write."""

import hmac
from base64 import b32decode, b32encode
from collections.abc import Mapping
from enum import StrEnum

import msgspec

SHARDS = 256
LONGEST_TAG = 64


class Subscription(StrEnum):
    """A person's standing on the group's list for email. Who is outside acted, and did not join."""

    SUBSCRIBED = "subscribed"
    OUTSIDE = "outside"
    UNSUBSCRIBED = "unsubscribed"
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Gifts(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What somebody has given, in the currency of their last gift: minor units, `last_at` in epoch seconds.

    `recurring`: they go on giving. `version` grows with whatever they give: an older sum never replaces a newer one.
    """

    currency: str = ""
    highest: int = 0
    total: int = 0
    number: int = 0
    last: int = 0
    last_at: float = 0
    recurring: bool = False
    version: int = 0


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Times are epoch seconds; `subscription_since` is when the subscription last changed.

    `fields` are the answers kept in custom fields, by the field's id; of several choices, each in a line.
    """

    id: str
    group: str
    email: str
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    zip_code: str = ""
    language: str = ""
    tags: frozenset[str] = frozenset()
    subscription: Subscription = Subscription.SUBSCRIBED
    subscription_since: float = 0
    created: float = 0
    source: str = ""
    fields: Mapping[str, str] = {}
    gifts: Gifts = Gifts()

    @property
    def full_name(self) -> str:
        return f"{self.given_name} {self.family_name}".strip()

    @property
    def referrer_code(self) -> str:
        return referrer_code(self.id)


def person_id(salt: str, email: str) -> str:
    """32 hex digits made from the group's salt (hex) and the normalised email: a UUID of version 8."""
    digest = bytearray(hmac.digest(bytes.fromhex(salt), email.encode(), "sha256")[:16])
    digest[6] = digest[6] & 0x0F | 0x80
    digest[8] = digest[8] & 0x3F | 0x80
    return digest.hex()


def shard_of(person: str) -> str:
    """The part of a group's list that this person id lives in: its first byte, in hex."""
    return person[:2]


def referrer_code(person: str) -> str:
    """What a person's share links carry, so that whoever comes by them is credited to this person."""
    return b32encode(bytes.fromhex(person)[:10]).decode().lower()


def id_prefix(code: str) -> str:
    """The beginning (20 hex digits) of the id of whom a referrer code credits; '' for what is no such code."""
    try:
        known = b32decode(code.upper())
    except ValueError:
        return ""
    return known.hex() if len(known) == 10 else ""


def split_name(name: str) -> tuple[str, str]:
    """Given and family name out of one field, as people write it: the last word is the family name."""
    words = name.split()
    return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (name.strip(), "")
