"""Reconciling: what Stripe has of a time beside what we wrote down, and where the two differ.

Nothing runs by a clock: a treasurer asks for it. Looking changes nothing; `mend` looks at Stripe again for each payment
that differs, as an event of Stripe's would have made us do.
"""

from collections.abc import Container, Iterable, Iterator, Mapping
from typing import NamedTuple

from chalicelib import clock
from chalicelib.giving import accounts, hear, recurring_store, settle, store
from chalicelib.giving.difference import Difference, Kind
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.news import Heard
from chalicelib.giving.recurring import Recurring
from chalicelib.giving.stripe_gateway import Refused, invoices, payments
from chalicelib.giving.stripe_gateway.payments import Listed
from chalicelib.network.group import Group

# Stripe dates a payment by when its charge began, we by the same; but a bank's page may hold one back for minutes.
_SLACK_SECONDS = 3600
# What one screen may ask of Stripe within its 29 seconds: a thousand payments, and the invoices of these.
_PAGES = 10
# And banks that are at work: a call for each, a fifth of a second. The command asks about all.
MOST_WAITING = 50
# An invoice is paid an hour after it was made, or tried again for days.
_INVOICED_SECONDS = 86400
# Of these types is the news that lets a payment, or a recurring donation, be looked at again.
_LOOK, _LOOK_ON = "charge.updated", "customer.subscription.updated"


class Compared(NamedTuple):
    """What was looked at: payments on both sides, sums by currency, differences, and payments that are not ours.

    `since`: all from then on was compared; what was before it is the next part. `unseen`: accounts that the group had
    before, and that Stripe does not let us see any more. `unasked`: gifts that wait for their bank, and that Stripe was
    not asked about.
    """

    ours: int
    theirs: int
    our_sums: Mapping[str, int]
    their_sums: Mapping[str, int]
    differences: tuple[Difference, ...]
    others: int
    since: float
    unseen: tuple[str, ...] = ()
    unasked: int = 0


def compare(group: Group, since: float, until: float, *, patient: bool = False) -> Compared:
    """The latest payments of that time, as many as somebody can wait for, on all accounts that the group has or had.

    `patient`: Stripe is asked about every gift that waits for its bank, not only about the oldest.
    Raises Later when Stripe does not answer, Refused when it does not let us see the account that gifts go to.
    """
    listed, since = _listed(group, since, until)
    known = _known(group.id, listed, since - _SLACK_SECONDS, until + _SLACK_SECONDS)
    ours = {gift.payment: gift for gift in known if gift.is_given}
    mine = [
        (account, there) for account in listed for there in _mine(group, account, listed[account], ours, (since, until))
    ]
    differences = [found for account, there in mine if (found := _judge(account, ours.get(there.payment), there))]
    seen = {there.payment for each in listed.values() for there in each}
    inside = [gift for gift in ours.values() if since <= gift.given_at < until]
    differences += [_lost(Kind.NOT_THERE, gift, gift.given_at) for gift in inside if gift.payment not in seen]
    waiting = [gift for gift in known if gift.state == State.PROCESSING and since <= gift.at < until]
    asked = waiting if patient else waiting[:MOST_WAITING]
    differences += _refused(asked)
    return Compared(
        ours=len(inside),
        theirs=len(mine),
        our_sums=_sums((gift.currency, gift.amount - gift.refunded) for gift in inside),
        their_sums=_sums((there.currency, there.amount - there.refunded) for _, there in mine),
        differences=tuple(differences),
        others=sum(map(len, listed.values())) - len(mine),
        since=since,
        unseen=tuple(account for account in accounts.of(group).all if account not in listed),
        unasked=len(waiting) - len(asked),
    )


def mend_later(differences: tuple[Difference, ...]) -> None:
    """Have Stripe looked at again for each: nobody waits for it."""
    for each in _that_are_there(differences):
        news = _LOOK_ON if each.is_recurring else _LOOK
        hear.take_later(Heard(clock.new_id(), news, each.account, each.stripe_id, each.label))


def mend(differences: tuple[Difference, ...]) -> int:
    """Look at Stripe again for each, now; how many were settled by that."""
    return sum(_look(each) is not None for each in _that_are_there(differences))


def _look(differs: Difference) -> Donation | Recurring | None:
    if differs.is_recurring:
        return settle.subscription(differs.account, differs.stripe_id)
    return settle.payment(differs.account, differs.stripe_id, differs.label)


def _that_are_there(differences: tuple[Difference, ...]) -> list[Difference]:
    """Of what Stripe does not have, looking again tells nothing."""
    return [each for each in differences if each.kind != Kind.NOT_THERE]


def _listed(group: Group, since: float, until: float) -> tuple[dict[str, list[Listed]], float]:
    """Payments by account, and since when these are all of each. An account of before may be closed to us."""
    known = accounts.of(group)
    found: dict[str, list[Listed]] = {}
    for account in known.all:
        try:
            found[account], since = payments.latest(account, since, until, max(1, _PAGES // len(known.all)))
        except Refused:
            if account == known.id:
                raise
    return {account: [there for there in each if there.at >= since] for account, each in found.items()}, since


def _known(group: str, seen: Container[str], since: float, until: float) -> list[Donation]:
    """What we wrote down of that time that has a payment on these accounts, the oldest first."""
    found = store.each_of_group(group, since, until)
    return sorted((gift for gift in found if gift.payment and gift.account in seen), key=lambda gift: gift.at)


def _mine(
    group: Group, account: str, listed: list[Listed], ours: Mapping[str, Donation], span: tuple[float, float]
) -> list[Listed]:
    """Those of the group: known, labelled as its own, or of a recurring donation of its own.

    Payments of recurring donations carry no label. The invoice of one that was paid at once was made shortly before,
    and a list of these has the labels; one that was paid after days is known by its customer. Only for such a one all
    recurring donations of the group are read, some 1,500 a call: for 50,000 donors three seconds.
    """
    strange = {there.payment for there in listed if there.payment not in ours and not there.label}
    labels = invoices.labels(account, span[0] - _INVOICED_SECONDS, span[1]) if strange else {}
    strange -= labels.keys()
    customers = {each.customer for each in recurring_store.each_of_group(group.id)} if strange else set()

    def is_ours(there: Listed) -> bool:
        label = there.label or labels.get(there.payment, "")
        of_donor = there.payment in strange and there.customer in customers
        return there.payment in ours or label.startswith(f"{group.id}.") or of_donor

    return [there for there in listed if is_ours(there)]


def _refused(waiting: Iterable[Donation]) -> Iterator[Difference]:
    """Those whose bank has said no. What came through is missing here, and found so."""
    for gift in waiting:
        now = payments.find(gift.account, gift.payment).payment.state
        if now not in (State.PROCESSING, State.GIVEN):
            yield _lost(Kind.WAITING, gift, gift.at)


def _judge(account: str, ours: Donation | None, there: Listed) -> Difference | None:
    if ours is None:
        return _difference(Kind.NOT_HERE, account, there, 0, there.amount)
    if ours.amount != there.amount:
        return _difference(Kind.AMOUNT, account, there, ours.amount, there.amount)
    if ours.refunded != there.refunded:
        return _difference(Kind.REFUND, account, there, ours.refunded, there.refunded)
    if (ours.dispute, ours.gone) != (there.dispute, there.gone):
        return _difference(Kind.DISPUTE, account, there, ours.gone, there.gone)
    return None if ours.is_told else _difference(Kind.UNTOLD, account, there, ours.amount, there.amount)


def _difference(kind: Kind, account: str, there: Listed, ours: int, theirs: int) -> Difference:
    return Difference(kind, account, there.payment, there.currency, ours, theirs, there.at, there.label)


def _lost(kind: Kind, gift: Donation, at: float) -> Difference:
    """What Stripe does not have."""
    return Difference(kind, gift.account, gift.payment, gift.currency, gift.amount, 0, at, gift.label)


def _sums(amounts: Iterator[tuple[str, int]]) -> Mapping[str, int]:
    sums: dict[str, int] = {}
    for currency, amount in amounts:
        sums[currency] = sums.get(currency, 0) + amount
    return sums
