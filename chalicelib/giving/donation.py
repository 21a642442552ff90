"""A donation: one gift by one person, what became of it, and what of it is counted. Pure."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

import msgspec
from msgspec.structs import replace

# How somebody came to give.
WAYS = ("page", "source", "referrer", "website")


class State(StrEnum):
    """`started`: led to Stripe, no money has moved. `processing`: their bank takes days.

    `promised`: the first of a recurring donation that is taken later. `left`: they went without giving.
    """

    STARTED = "started"
    PROCESSING = "processing"
    PROMISED = "promised"
    GIVEN = "given"
    FAILED = "failed"
    LEFT = "left"


class Often(StrEnum):
    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class Dispute(StrEnum):
    """A bank takes money back for its customer. While it is open, and when it is lost, we do not have the money."""

    NONE = ""
    OPEN = "open"
    WON = "won"
    LOST = "lost"


class Donor(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who gives, in their words at that time. `country`: two letters; `attested`: the version of what they ticked."""

    email: str
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    state: str = ""
    zip_code: str = ""
    country: str = ""
    employer: str = ""
    occupation: str = ""
    attested: str = ""


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """A payment as Stripe has it now. Amounts in minor units; `at`: when it was paid (epoch seconds), 0 before.

    `disputed`: how much of it a bank argues about, or has taken.
    """

    id: str
    state: State
    amount: int
    currency: str
    at: float = 0
    charge: str = ""
    fee: int = 0
    refunded: int = 0
    dispute: Dispute = Dispute.NONE
    disputed: int = 0
    declined: str = ""


class Donation(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`at` is when it began, `given_at` when it was paid (0: not); amounts in minor units of `currency`.

    `refunded` is what went back, `fee` what Stripe kept, `disputed` what a bank argues about or has taken (0 of old
    rows: all of it). `account` is the Stripe account that it goes to (`own`: the installation's), `session`, `payment`,
    `charge` Stripe's ids. `recurring`: the id of the recurring donation that it belongs to; `whole`: that of the gift
    it is a share of. `origin`: who took the money: stripe, actblue, upload; `reference`: what they call it
    (`outside.py`).
    `waiting`: the submission that is recorded once it is paid; `passed_on`: that, and the receipt, are on their queues.
    `told_back`: how much of what went back the donor was written to about. `bounced`: how often a bank sent some of
    that back to us; `back_attempt` counts what could not even leave. `network`: whence it came, as a keyed hash.
    `language`: that of the page, where it is another group's.
    `declines`: how many cards were declined. `version` counts the writes.
    """

    id: str
    group: str
    page: str
    person: str
    amount: int
    currency: str
    at: float
    donor: Donor
    often: Often = Often.ONCE
    state: State = State.STARTED
    given_at: float = 0
    refunded: int = 0
    fee: int = 0
    dispute: Dispute = Dispute.NONE
    disputed: int = 0
    account: str = ""
    session: str = ""
    url: str = ""
    until: float = 0
    attempt: int = 0
    payment: str = ""
    charge: str = ""
    reference: str = ""
    recurring: str = ""
    whole: str = ""
    origin: str = "stripe"
    title: str = ""
    language: str = ""
    tickets: str = ""
    source: str = ""
    referrer: str = ""
    website: str = ""
    waiting: str = ""
    passed_on: bool = False
    told_back: int = 0
    bounced: int = 0
    back_attempt: int = 0
    network: str = ""
    declines: int = 0
    version: int = 0

    @property
    def is_given(self) -> bool:
        return self.state == State.GIVEN

    @property
    def is_ours(self) -> bool:
        """Whether the money was taken here, so that it can be given back, reconciled and receipted here."""
        return self.origin == "stripe"

    @property
    def gone(self) -> int:
        """What we do not have any more, or not while a bank holds it."""
        return gone(self.amount, self.refunded, self.dispute, self.disputed)

    @property
    def kept(self) -> int:
        """What is left of it for whom it was meant, Stripe's fee included."""
        return self.amount - self.gone if self.is_given else 0

    @property
    def is_told(self) -> bool:
        """Whoever gave it was written to about all that became of it."""
        return not self.is_given or (self.passed_on and self.told_back >= self.refunded)

    @property
    def back_word(self) -> str:
        """What its donor is told of as gone back: each sum once, and anew after some of it came back to us."""
        return f"{self.refunded}-{self.bounced}" if self.bounced else str(self.refunded)

    @property
    def label(self) -> str:
        """What Stripe's objects carry, so that whatever they tell leads here."""
        return f"{self.group}.{self.person}.{self.id}"


def gone(amount: int, refunded: int, dispute: Dispute, disputed: int) -> int:
    """How much of an amount went back, by us or by a bank; `disputed` 0 is all of it."""
    taken = (disputed or amount) if dispute in (Dispute.OPEN, Dispute.LOST) else 0
    return min(amount, refunded + taken)


def settled(donation: Donation, payment: Payment) -> Donation:
    """The donation as its payment stands now. What was given stays given, whatever comes late.

    Of a page at Stripe only one payment counts: the one that was made.
    """
    is_another = donation.payment not in ("", payment.id)
    if is_another and (donation.is_given or payment.state != State.GIVEN):
        return donation
    state = donation.state if donation.is_given or payment.state == State.STARTED else payment.state
    if state == State.PROCESSING and payment.declined:
        state = State.FAILED
    return replace(
        donation,
        state=state,
        amount=payment.amount if payment.state == State.GIVEN else donation.amount,
        given_at=donation.given_at or payment.at,
        payment=payment.id,
        charge=payment.charge or donation.charge,
        fee=payment.fee or donation.fee,
        refunded=payment.refunded,
        told_back=min(donation.told_back, payment.refunded),
        bounced=donation.bounced + (payment.refunded < donation.refunded),
        dispute=payment.dispute,
        disputed=payment.disputed,
    )


def left(donation: Donation) -> Donation:
    """The donation once its page at Stripe is over. A part that failed before can be given another time."""
    if donation.state != State.STARTED:
        return donation
    if donation.whole and donation.attempt:
        return replace(donation, state=State.FAILED, session="", url="")
    return replace(donation, state=State.LEFT, waiting="")


def tally(donation: Donation) -> Mapping[str, int]:
    """What it adds to sums of money, by currency: what was given, how many gifts, what went back, what Stripe kept."""
    if not donation.is_given:
        return {}
    currency, kind = donation.currency, "again" if donation.often != Often.ONCE else "once"
    return {
        f"{currency}_given": donation.amount,
        f"{currency}_gifts": 1,
        f"{currency}_back": donation.gone,
        f"{currency}_fees": donation.fee,
        f"{currency}_{kind}": donation.kept,
    }


def news(before: Donation | None, after: Donation) -> dict[str, int]:
    """What has to be added to sums that have `before` in them."""
    counts = Counter(tally(after))
    counts.subtract(tally(before) if before else {})
    return {name: count for name, count in counts.items() if count}
