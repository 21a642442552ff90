"""One gift to several groups: whom it goes to, and how much of it to each. Pure.

Each part is a donation of its own, to one group: its own charge, receipt and refund. The split only remembers that
somebody began them together, with one card.
"""

from collections.abc import Sequence
from enum import StrEnum

import msgspec


class Standing(StrEnum):
    """`started`: led to Stripe, which asks for a card. `taken`: Stripe has it, and each part is charged by itself.

    `left`: they went without leaving a card.
    """

    STARTED = "started"
    TAKEN = "taken"
    LEFT = "left"


class Part(msgspec.Struct, frozen=True):
    """What one group gets, in minor units: its donation, and who gives it (`person`: their id in that group)."""

    group: str
    person: str
    donation: str
    amount: int


class Split(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`group`, `page` and `person`: where it was begun, and by whom; `address`: the path of that page.

    `note` is what the donor read at Stripe. `session` and `url`: Stripe's page, open until `until`; `customer` and
    `method`: whom and which card Stripe knows by it. `attempt` numbers the keys, `version` the writes.
    """

    id: str
    group: str
    page: str
    person: str
    parts: tuple[Part, ...]
    currency: str
    address: str
    note: str
    at: float
    until: float
    standing: Standing = Standing.STARTED
    session: str = ""
    url: str = ""
    customer: str = ""
    method: str = ""
    attempt: int = 0
    version: int = 0

    @property
    def amount(self) -> int:
        return sum(part.amount for part in self.parts)

    def part(self, donation: str) -> Part | None:
        return next((part for part in self.parts if part.donation == donation), None)


def even(amount: int, number: int) -> list[int]:
    """Equal parts. What is left over goes to the first, one unit each: nothing is lost."""
    each, left = divmod(amount, number)
    return [each + (place < left) for place in range(number)]


def parts(total: int | None, written: Sequence[int | None]) -> list[int] | None:
    """How much each gets; None when what was written does not add up to the total.

    `written`: what the donor wrote beside each (None: nothing). Those without share what is left, evenly.
    """
    open_still = sum(amount is None for amount in written)
    left = 0 if total is None else total - sum(amount or 0 for amount in written)
    if left < 0 or (left and not open_still):
        return None
    shares = iter(even(left, open_still) if open_still else ())
    return [next(shares) if amount is None else amount for amount in written]
