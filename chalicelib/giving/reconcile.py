"""Reconciling: what Stripe has of a time beside what we wrote down, and where the two differ.

Nothing runs by a clock: a treasurer asks for it. Looking changes nothing; `mend` looks at Stripe again for each payment
that differs, as an event of Stripe's would have made us do.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import islice
from typing import NamedTuple

from chalicelib import clock
from chalicelib.giving import accounts, hear, recurring_store, settle, store
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.hear import Heard
from chalicelib.giving.recurring import Recurring, Standing, as_told
from chalicelib.giving.stripe_gateway import invoices, payments, subscriptions
from chalicelib.giving.stripe_gateway.payments import Listed
from chalicelib.network.group import Group

# Stripe dates a payment by when its charge began, we by the same; but a bank's page may hold one back for minutes.
_SLACK_SECONDS = 3600
# What one screen may ask of Stripe within its 29 seconds: a thousand payments, and the invoices of these.
_PAGES = 10
# An invoice is paid an hour after it was made, or tried again for days.
_INVOICED_SECONDS = 86400
# Of these types is the news that lets a payment, or a recurring donation, be looked at again.
_LOOK, _LOOK_ON = "charge.updated", "customer.subscription.updated"
# Recurring donations that a screen has time for, the newest of them.
_MOST_RECURRING = 2000


class Kind(StrEnum):
    """What is wrong with a payment. `waiting`: of a bank that has answered. `recurring`: a donation that goes on.

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


class Difference(NamedTuple):
    """A payment, or a recurring donation, on which we and Stripe do not agree.

    Amounts in minor units; 0 where it is missing. `payment` is the subscription's id of one that `goes_on`.
    """

    kind: Kind
    payment: str
    currency: str
    ours: int
    theirs: int
    at: float
    label: str = ""
    goes_on: bool = False


class Compared(NamedTuple):
    """What was looked at: payments on both sides, sums by currency, differences, and payments that are not ours.

    `since`: all from then on was compared; what was before it is the next part.
    """

    ours: int
    theirs: int
    our_sums: Mapping[str, int]
    their_sums: Mapping[str, int]
    differences: tuple[Difference, ...]
    others: int
    since: float


def compare(group: Group, since: float, until: float) -> Compared:
    """The latest payments of that time, as many as somebody can wait for. Raises Later when Stripe does not answer."""
    account = accounts.of(group).id
    listed, since = payments.latest(account, since, until, _PAGES)
    ours = {gift.payment: gift for gift in _ours(group.id, account, since - _SLACK_SECONDS, until + _SLACK_SECONDS)}
    mine = _mine(group, listed, ours, since, until)
    differences = [found for there in mine if (found := _judge(ours.get(there.payment), there))]
    seen = {there.payment for there in listed}
    inside = [gift for gift in ours.values() if since <= gift.given_at < until]
    differences += [
        Difference(Kind.NOT_THERE, gift.payment, gift.currency, gift.amount, 0, gift.given_at, gift.label)
        for gift in inside
        if gift.payment not in seen
    ]
    differences += [*_waiting(group.id, account, since, until), *_recurring(group.id, account)]
    return Compared(
        ours=len(inside),
        theirs=len(mine),
        our_sums=_sums((gift.currency, gift.amount - gift.refunded) for gift in inside),
        their_sums=_sums((there.currency, there.amount - there.refunded) for there in mine),
        differences=tuple(differences),
        others=len(listed) - len(mine),
        since=since,
    )


def mend_later(group: Group, differences: tuple[Difference, ...]) -> None:
    """Have Stripe looked at again for each: nobody waits for it."""
    account = accounts.of(group).id
    for each in _that_are_there(differences):
        hear.take_later(Heard(clock.new_id(), _LOOK_ON if each.goes_on else _LOOK, account, each.payment, each.label))


def mend(group: Group, differences: tuple[Difference, ...]) -> int:
    """Look at Stripe again for each, now; how many were settled by that."""
    account = accounts.of(group).id
    settled = [_look(account, each) for each in _that_are_there(differences)]
    return sum(found is not None for found in settled)


def _look(account: str, differs: Difference) -> Donation | Recurring | None:
    if differs.goes_on:
        return settle.subscription(account, differs.payment)
    return settle.payment(account, differs.payment, differs.label)


def _that_are_there(differences: tuple[Difference, ...]) -> list[Difference]:
    """Of what Stripe does not have, looking again tells nothing."""
    return [each for each in differences if each.kind != Kind.NOT_THERE]


def _ours(group: str, account: str, since: float, until: float) -> Iterator[Donation]:
    for donation in store.each_given(group, since, until):
        if donation.account == account and donation.payment:
            yield donation


def _mine(group: Group, listed: list[Listed], ours: Mapping[str, Donation], since: float, until: float) -> list[Listed]:
    """Those of the group: known, labelled as its own, or of a recurring donation of its own.

    Payments of recurring donations carry no label. The invoice of one that was paid at once was made shortly before,
    and a list of these has the labels; one that was paid after days is known by its customer.
    """
    strange = {there.payment for there in listed if there.payment not in ours and not there.label}
    account = accounts.of(group).id
    labels = invoices.labels(account, since - _INVOICED_SECONDS, until) if strange else {}
    strange -= labels.keys()
    customers = {each.customer for each in recurring_store.each_of_group(group.id)} if strange else set()

    def is_ours(there: Listed) -> bool:
        label = there.label or labels.get(there.payment, "")
        of_donor = there.payment in strange and there.customer in customers
        return there.payment in ours or label.startswith(f"{group.id}.") or of_donor

    return [there for there in listed if is_ours(there)]


def _waiting(group: str, account: str, since: float, until: float) -> Iterator[Difference]:
    """Gifts that wait for a bank that has said no. What came through is missing here, and found so."""
    for gift in store.each_of_group(group, since, until):
        if gift.state == State.PROCESSING and gift.account == account:
            now = payments.find(account, gift.payment).payment.state
            if now not in (State.PROCESSING, State.GIVEN):
                yield Difference(Kind.WAITING, gift.payment, gift.currency, gift.amount, 0, gift.at, gift.label)


def _recurring(group: str, account: str) -> Iterator[Difference]:
    """The newest recurring donations, whatever the time: a hundred a call."""
    known_here = {each.subscription: each for each in recurring_store.each_of_group(group) if each.account == account}
    for there in islice(subscriptions.each(account), _MOST_RECURRING):
        known, now = known_here.get(there.id), settle.subscribed(there)
        told = (there.id, there.item.price.currency.upper())
        amount = 0 if now.standing == Standing.ENDED else now.amount
        if known is None and there.label.startswith(f"{group}."):
            yield Difference(Kind.RECURRING, *told, 0, amount, there.billing_cycle_anchor, there.label, True)
        elif known and as_told(known, now) != known:
            ours = 0 if known.standing == Standing.ENDED else known.amount
            yield Difference(Kind.RECURRING, *told, ours, amount, known.since, there.label, True)
        elif known and known.told != known.worth_a_word:
            yield Difference(Kind.UNTOLD, *told, amount, amount, known.since, there.label, True)


def _judge(ours: Donation | None, there: Listed) -> Difference | None:
    told = (there.payment, there.currency)
    if ours is None:
        return Difference(Kind.NOT_HERE, *told, 0, there.amount, there.at, there.label)
    if ours.amount != there.amount:
        return Difference(Kind.AMOUNT, *told, ours.amount, there.amount, there.at, there.label)
    if ours.refunded != there.refunded:
        return Difference(Kind.REFUND, *told, ours.refunded, there.refunded, there.at, there.label)
    if ours.dispute != there.dispute:
        return Difference(Kind.DISPUTE, *told, ours.gone, there.gone, there.at, there.label)
    if not ours.is_told:
        return Difference(Kind.UNTOLD, *told, ours.amount, there.amount, there.at, there.label)
    return None


def _sums(amounts: Iterator[tuple[str, int]]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, 0) + amount
    return sums
