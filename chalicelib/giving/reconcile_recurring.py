"""Reconciling recurring donations, whatever the time: Stripe's subscriptions beside what we wrote down."""

from collections.abc import Iterator
from itertools import islice

from chalicelib.giving import accounts, recurring_store, renewal
from chalicelib.giving.difference import Difference, Kind
from chalicelib.giving.recurring import Recurring, Standing, Subscribed, as_told
from chalicelib.giving.stripe_gateway import Refused, subscriptions
from chalicelib.giving.stripe_gateway.subscriptions import Subscription
from chalicelib.network.group import Group

# What a screen has time for, the newest of them: they come a hundred a call.
MOST = 2000  # of all its accounts
# The lengths of what a label of ours names after the group: who gives, and the first of the gifts.
_IDS = [32, 32]


def compare(group: Group) -> tuple[Difference, ...]:
    """What differs of the newest on each account that the group has or had. Raises Later, Refused."""
    return tuple(found for account in accounts.of(group).all for found in _on(group, account))


def _on(group: Group, account: str) -> Iterator[Difference]:
    theirs = [there for there in _listed(group, account) if there.label.startswith(f"{group.id}.")]
    ours = _ours(group, account, theirs)
    for there in theirs:
        if found := _judge(account, ours.get(there.id), there):
            yield found


def _ours(group: Group, account: str, theirs: list[Subscription]) -> dict[str, Recurring]:
    """What we wrote down of each, found by its label: no more is read than there is to compare."""
    labels = {tuple(there.label.split(".")[1:]) for there in theirs}
    found = recurring_store.find_many((label[0], label[1]) for label in labels if [len(each) for each in label] == _IDS)
    return {each.subscription: each for each in found if (each.group, each.account) == (group.id, account)}


def _listed(group: Group, account: str) -> list[Subscription]:
    """None of an account of before that is closed to us: reconciling payments says so."""
    try:
        return list(islice(subscriptions.each(account), MOST // len(accounts.of(group).all)))
    except Refused:
        if account == accounts.of(group).id:
            raise
        return []


def _judge(account: str, ours: Recurring | None, there: Subscription) -> Difference | None:
    now = renewal.subscribed(there)
    if ours and as_told(ours, now) == ours:
        if ours.told == ours.worth_a_word:
            return None
        kind = Kind.UNTOLD
    else:
        kind = Kind.RECURRING
    return Difference(
        kind=kind,
        account=account,
        stripe_id=there.id,
        currency=there.item.price.currency.upper(),
        ours=_amount(ours) if ours else 0,
        theirs=_amount(now),
        at=ours.since if ours else there.billing_cycle_anchor,
        label=there.label,
        is_recurring=True,
    )


def _amount(recurring: Recurring | Subscribed) -> int:
    return 0 if recurring.standing == Standing.ENDED else recurring.amount
