"""What a line item of ActBlue's is here: a donation, and part of a recurring one. Pure.

News comes late, twice and shuffled, so each is laid over what is known in a way that ends alike in any order.
"""

from msgspec.structs import replace

from chalicelib.giving import outside
from chalicelib.giving.actblue.told import Item, Kind, Order
from chalicelib.giving.donation import Donation, Often, State
from chalicelib.giving.recurring import Recurring, Standing

_CURRENCY = "USD"


def donation(order: Order, item: Item, person: str) -> Donation:
    """The gift as this news alone tells it. Of a refund ActBlue says the line item that was given back, whole."""
    went_back = order.kind == Kind.REFUNDS or item.refunded_at
    return Donation(
        id=outside.id_of(order.group, outside.ACTBLUE, order.number, item.id),
        group=order.group,
        page="",
        person=person,
        amount=item.amount,
        currency=_CURRENCY,
        at=item.paid_at,
        donor=order.donor,
        often=order.often,
        state=State.GIVEN,
        given_at=item.paid_at,
        refunded=item.amount if went_back else 0,
        reference=f"{order.number}/{item.id}",
        recurring=series_id(order, item) if order.often != Often.ONCE else "",
        origin=outside.ACTBLUE,
        title=order.title,
        source=order.source,
        referrer=order.referrer,
        passed_on=True,
    )


def merged(known: Donation, told: Donation, kind: Kind) -> Donation:
    """What is known, with this news. Contributions say the amount and the donor; what went back never comes again."""
    refunded = max(known.refunded, told.refunded)
    amount, donor = (told.amount, told.donor) if kind == Kind.CONTRIBUTIONS else (known.amount, known.donor)
    return replace(known, amount=max(amount, refunded), donor=donor, refunded=refunded)


def series_id(order: Order, item: Item) -> str:
    """Of the recurring donation that an order began with one committee."""
    return outside.id_of(order.group, outside.ACTBLUE, order.number, "series", *item.committee[:1])


def series(order: Order, item: Item, person: str, next_at: float) -> Recurring:
    """The recurring donation as this news alone tells it."""
    is_last = order.kind == Kind.CANCELLATIONS or 0 < order.payments <= item.place
    return Recurring(
        id=series_id(order, item),
        group=order.group,
        page="",
        person=person,
        account=outside.ACTBLUE,
        subscription=order.number,
        customer="",
        amount=item.again or item.amount,
        currency=_CURRENCY,
        often=order.often,
        since=order.at,
        standing=Standing.ENDED if is_last else Standing.ACTIVE,
        next_at=next_at,
        title=order.title,
    )


def continued(known: Recurring, told: Recurring) -> Recurring:
    """What is known, with this news: the latest payment says the amount, and what has ended stays so."""
    ended = Standing.ENDED in (known.standing, told.standing)
    latest = told if told.next_at > known.next_at else known
    return replace(
        known,
        amount=latest.amount,
        next_at=latest.next_at,
        standing=Standing.ENDED if ended else Standing.ACTIVE,
    )
