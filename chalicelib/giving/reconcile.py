"""Reconciling: what Stripe has of a time beside what we wrote down, and where the two differ.

Nothing runs by a clock: a treasurer asks for it. Looking changes nothing; `mend` looks at Stripe again for each payment
that differs, as an event of Stripe's would have made us do.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from chalicelib import clock
from chalicelib.giving import accounts, hear, recurring_store, settle, store
from chalicelib.giving.difference import Difference, Kind
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.news import Heard
from chalicelib.giving.recurring import Recurring
from chalicelib.giving.stripe_gateway import invoices, payments
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
    differences += _waiting(group.id, account, since, until)
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
        news = _LOOK_ON if each.is_recurring else _LOOK
        hear.take_later(Heard(clock.new_id(), news, account, each.stripe_id, each.label))


def mend(group: Group, differences: tuple[Difference, ...]) -> int:
    """Look at Stripe again for each, now; how many were settled by that."""
    account = accounts.of(group).id
    settled = [_look(account, each) for each in _that_are_there(differences)]
    return sum(found is not None for found in settled)


def _look(account: str, differs: Difference) -> Donation | Recurring | None:
    if differs.is_recurring:
        return settle.subscription(account, differs.stripe_id)
    return settle.payment(account, differs.stripe_id, differs.label)


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


def _judge(ours: Donation | None, there: Listed) -> Difference | None:
    if ours is None:
        return _difference(Kind.NOT_HERE, there, 0, there.amount)
    if ours.amount != there.amount:
        return _difference(Kind.AMOUNT, there, ours.amount, there.amount)
    if ours.refunded != there.refunded:
        return _difference(Kind.REFUND, there, ours.refunded, there.refunded)
    if (ours.dispute, ours.gone) != (there.dispute, there.gone):
        return _difference(Kind.DISPUTE, there, ours.gone, there.gone)
    return None if ours.is_told else _difference(Kind.UNTOLD, there, ours.amount, there.amount)


def _difference(kind: Kind, there: Listed, ours: int, theirs: int) -> Difference:
    return Difference(kind, there.payment, there.currency, ours, theirs, there.at, there.label)


def _sums(amounts: Iterator[tuple[str, int]]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, 0) + amount
    return sums
