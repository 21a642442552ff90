"""A recurring donation: what somebody gives again and again until they say otherwise. Pure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from enum import StrEnum

import msgspec
from msgspec.structs import replace

from chalicelib.giving import outside
from chalicelib.giving.donation import Donation, Often

# A year's gifts by how often they are given.
PER_YEAR = {Often.WEEKLY: 52, Often.MONTHLY: 12, Often.QUARTERLY: 4, Often.YEARLY: 1}
_YEAR_SECONDS = 365.25 * 86400


class Standing(StrEnum):
    """`failing`: the last time it could not be taken, and is tried again."""

    ACTIVE = "active"
    FAILING = "failing"
    PAUSED = "paused"
    ENDED = "ended"


class Recurring(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`id` is that of its first donation. Amounts in minor units of `currency`, times in epoch seconds.

    `next_at`: when it is taken next, `resumes_at` when a pause ends. `card`: its last four digits, `card_ends`: its
    last month, `2027-09`. `asked`: how many changes were asked for, so that each has a key of its own. `told`: how it
    stood when its donor was written to last, the `tellings`-th time. One through ActBlue has that for its `account`,
    and its order for its `subscription`.
    """

    id: str
    group: str
    page: str
    person: str
    account: str
    subscription: str
    customer: str
    amount: int
    currency: str
    often: Often
    since: float
    standing: Standing = Standing.ACTIVE
    next_at: float = 0
    resumes_at: float = 0
    ended_at: float = 0
    card: str = ""
    card_ends: str = ""
    title: str = ""
    asked: int = 0
    told: str = ""
    tellings: int = 0
    version: int = 0

    @property
    def is_ours(self) -> bool:
        """Whether it is taken here, so that it can be changed here."""
        return self.account != outside.ACTBLUE

    @property
    def worth_a_word(self) -> str:
        """What its donor is told of: a card that fails and is mended has emails of its own."""
        standing = self.standing if self.standing in (Standing.ENDED, Standing.PAUSED) else Standing.ACTIVE
        return f"{standing}-{self.amount}-{self.often}"

    @property
    def yearly(self) -> int:
        return self.amount * PER_YEAR[self.often]


class Subscribed(msgspec.Struct, frozen=True, kw_only=True):
    """What Stripe says of it now."""

    id: str
    customer: str
    amount: int
    often: Often
    standing: Standing
    next_at: float
    resumes_at: float = 0
    ended_at: float = 0
    card: str = ""
    card_ends: str = ""


def month(at: float) -> str:
    """`2027-09`, as the end of a card is told."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m")


def begun(first: Donation, now: Subscribed) -> Recurring:
    return Recurring(
        id=first.id,
        group=first.group,
        page=first.page,
        person=first.person,
        account=first.account,
        subscription=now.id,
        customer=now.customer,
        amount=now.amount,
        currency=first.currency,
        often=now.often,
        since=first.at,
        standing=now.standing,
        next_at=now.next_at,
        card=now.card,
        card_ends=now.card_ends,
        title=first.title,
    )


def as_told(recurring: Recurring, now: Subscribed) -> Recurring:
    """The same as Stripe has it now. Which card it is taken from, the last payment knows better."""
    return replace(
        recurring,
        customer=now.customer,
        amount=now.amount,
        often=now.often,
        standing=now.standing,
        next_at=now.next_at,
        resumes_at=now.resumes_at,
        ended_at=now.ended_at,
        card=recurring.card or now.card,
        card_ends=recurring.card_ends or now.card_ends,
    )


def lapses_at(recurring: Recurring) -> float:
    """When two gifts in a row were missed, of one that is taken elsewhere; 0: whoever takes it tells us its end."""
    if recurring.is_ours:
        return 0
    return recurring.next_at + 2 * _YEAR_SECONDS / PER_YEAR[recurring.often]


def tally(recurring: Recurring | None) -> Mapping[str, int]:
    """What it adds to the forecast: how many there are, and what they come to in a year."""
    if recurring is None or recurring.standing == Standing.ENDED:
        return {}
    name = f"{recurring.currency}_{recurring.often}"
    if recurring.standing == Standing.PAUSED:
        return {f"{name}_paused": 1}
    return {f"{name}_number": 1, f"{name}_amount": recurring.amount}
