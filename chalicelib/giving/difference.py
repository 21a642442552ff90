"""What reconciling finds: a payment, or a recurring donation, on which we and Stripe do not agree."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What is wrong. `waiting`: we wait for a bank that has answered. `recurring`: of a recurring donation.

    `untold`: we agree, but whoever was to write to its donor died, and nobody has told us since.
    """

    NOT_HERE = "not_here"
    NOT_THERE = "not_there"
    AMOUNT = "amount"
    REFUND = "refund"
    DISPUTE = "dispute"
    WAITING = "waiting"
    RECURRING = "recurring"
    UNTOLD = "untold"


# As the console and the command say it.
WORDS: Mapping[Kind, str] = {
    Kind.NOT_HERE: "Missing here",
    Kind.NOT_THERE: "Missing at Stripe",
    Kind.AMOUNT: "Amount differs",
    Kind.REFUND: "Sum given back differs",
    Kind.DISPUTE: "Dispute differs",
    Kind.WAITING: "The donor's bank said no",
    Kind.RECURRING: "Recurring donation differs",
    Kind.UNTOLD: "The donor was not told",
}


class Difference(NamedTuple):
    """Amounts in minor units; 0 where it is missing. `stripe_id` is a payment's, or a subscription's, on `account`."""

    kind: Kind
    account: str
    stripe_id: str
    currency: str
    ours: int
    theirs: int
    at: float
    label: str = ""
    is_recurring: bool = False
