"""Links that name a donation: they are in receipts and on the way back from Stripe, and nobody can make one up."""

from typing import NamedTuple

from chalicelib import config, signing
from chalicelib.giving.donation import Donation
from chalicelib.giving.recurring import Recurring
from chalicelib.giving.split import Split

# Whoever was sent a receipt may look after their gift for so long; later they ask for another link by email.
DAYS = 90

_GIFT, _DONOR = "gift", "donor"


class Gift(NamedTuple):
    """Ids, 32 hex digits each."""

    group: str
    person: str
    donation: str


def token(gift: Gift) -> str:
    return signing.sign(_GIFT, bytes.fromhex("".join(gift)))


def read(token: str) -> Gift | None:
    payload = signing.read(_GIFT, token)
    return Gift(*_thirds(payload)) if payload and len(payload) == 48 else None


def of_donation(donation: Donation) -> str:
    return token(Gift(donation.group, donation.person, donation.id))


def of_split(split: Split) -> str:
    """The address of the page on which a donor sees what became of each part of a gift to several groups."""
    return f"{config.public_url()}{split.address}/shares/{token(Gift(split.group, split.person, split.id))}"


def for_donor(gift: Donation | Recurring, now: float) -> str:
    """The address of the page on which a donor sees and changes what they give."""
    until = int(now) + DAYS * 86400
    named = bytes.fromhex(gift.group + gift.person + gift.id) + until.to_bytes(5)
    return f"{config.public_url()}/g/{signing.sign(_DONOR, named)}"


def read_donor(token: str, now: float) -> tuple[Gift | None, bool]:
    """Whom the token names, and whether it is still good."""
    payload = signing.read(_DONOR, token)
    if payload is None or len(payload) != 53:
        return None, False
    return Gift(*_thirds(payload[:48])), int.from_bytes(payload[48:]) > now


def _thirds(payload: bytes) -> tuple[str, str, str]:
    text = payload.hex()
    return text[:32], text[32:64], text[64:]
