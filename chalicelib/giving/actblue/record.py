"""Writing down what ActBlue told. Said again, in any order, it ends in the same rows and sums."""

from collections.abc import Iterator

from chalicelib import clock, counters, log, queues
from chalicelib.giving import donors, outside_store, recurring_store, store
from chalicelib.giving.actblue import access, gift
from chalicelib.giving.actblue.told import Item, Kind, Order
from chalicelib.giving.donation import Donation, Often
from chalicelib.giving.monthly import next_month
from chalicelib.giving.recurring import Recurring
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Person, Subscription, person_id

_TRIES = 5
_WEEK = 7 * 86400


class Rivals(Exception):
    """Others wrote the same row, again and again. The queue brings it once more."""


def record_later(order: Order) -> None:
    """Put it on the queue. Once this returns it will not be lost."""
    queues.send("feedback", order)


def record(order: Order) -> None:
    """Remember the donor, then each gift to the group's committees, and sum up what they have given."""
    group = network.find_group(order.group)
    items = [item for item in order.items if item.amount and access.of(group).is_own(*item.committee)] if group else []
    if group is None or not items:
        return
    person = _remember(group, order)
    givers = [giver for item in items for giver in _keep(order, item, person)]
    for giver in dict.fromkeys(givers):
        donors.remember(group.id, giver)
    log.line("told by ActBlue", kind=str(order.kind), gifts=len(items))


def _remember(group: Group, order: Order) -> str:
    """Their id. Whoever left stays away, and nobody joins unless the group says that its donors agreed to."""
    donor, joins = order.donor, access.of(group).joins and order.kind == Kind.CONTRIBUTIONS
    person = Person(
        id=person_id(group.salt, donor.email),
        group=group.id,
        email=donor.email,
        given_name=donor.given_name,
        family_name=donor.family_name,
        phone=donor.phone,
        street=donor.street,
        city=donor.city,
        zip_code=donor.zip_code,
        subscription=Subscription.SUBSCRIBED if joins else Subscription.OUTSIDE,
        source="actblue",
    )
    known = people.upsert(person, at=max(item.paid_at for item in order.items))
    if known is None:
        _count(group.id, {"people": 1, "subscribed": int(joins)})
    elif joins and known.subscription == Subscription.OUTSIDE:
        subscription.join(group.id, person.id)
    return person.id


def _count(group: str, grown: counters.Counts) -> None:
    for span in ("total", counters.day(clock.now())):
        counters.add(f"group#{group}", span, grown)


def _keep(order: Order, item: Item, person: str) -> Iterator[str]:
    """One line item; whose it is. What was known under another address of theirs stays there."""
    if order.kind != Kind.CANCELLATIONS:
        yield _keep_gift(gift.donation(order, item, person), order.kind)
    # A refund begins nothing: it may be told of what ended before the group was connected.
    if order.often != Often.ONCE and order.kind != Kind.REFUNDS:
        giver = outside_store.claim(order.group, gift.series_id(order, item), person)
        _keep_series(gift.series(order, item, giver, _next(order, item)))
        yield giver


def _keep_gift(told: Donation, kind: Kind) -> str:
    for _ in range(_TRIES):
        known = outside_store.find(told.group, told.id)
        after = gift.merged(known, told, kind) if known else told
        if after == known or (store.change(known, after) if known else outside_store.add(told)):
            return after.person
    raise Rivals


def _keep_series(told: Recurring) -> None:
    for _ in range(_TRIES):
        known = recurring_store.find(told.person, told.id)
        after = gift.continued(known, told) if known else told
        if after == known or (recurring_store.change(known, after) if known else recurring_store.add(told)):
            return
    raise Rivals


def _next(order: Order, item: Item) -> float:
    return item.paid_at + _WEEK if order.often == Often.WEEKLY else next_month(item.paid_at, item.paid_at)
