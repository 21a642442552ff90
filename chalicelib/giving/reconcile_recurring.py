"""Reconciling recurring donations, whatever the time: Stripe's subscriptions beside what we wrote down."""

from itertools import islice

from chalicelib.giving import accounts, recurring_store, settle
from chalicelib.giving.difference import Difference, Kind
from chalicelib.giving.recurring import Recurring, Standing, Subscribed, as_told
from chalicelib.giving.stripe_gateway import subscriptions
from chalicelib.giving.stripe_gateway.subscriptions import Subscription
from chalicelib.network.group import Group

# What a screen has time for, the newest of them: they come a hundred a call.
MOST = 2000


def compare(group: Group) -> tuple[Difference, ...]:
    """What differs of the newest. Raises Later when Stripe does not answer."""
    account = accounts.of(group).id
    ours = {each.subscription: each for each in recurring_store.each_of_group(group.id) if each.account == account}
    theirs = [
        there for there in islice(subscriptions.each(account), MOST) if _is_ours(group, ours.get(there.id), there)
    ]
    found = [_judge(ours.get(there.id), there) for there in theirs]
    return tuple(each for each in found if each)


def _is_ours(group: Group, known: Recurring | None, there: Subscription) -> bool:
    return known is not None or there.label.startswith(f"{group.id}.")


def _judge(ours: Recurring | None, there: Subscription) -> Difference | None:
    now = settle.subscribed(there)
    if ours and as_told(ours, now) == ours:
        if ours.told == ours.worth_a_word:
            return None
        kind = Kind.UNTOLD
    else:
        kind = Kind.RECURRING
    return Difference(
        kind=kind,
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
