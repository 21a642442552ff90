"""Recurring donations, and their later gifts, as Stripe tells of them, in our words. Pure."""

from hashlib import sha256

from chalicelib.giving.donation import Donation
from chalicelib.giving.recurring import Standing, Subscribed
from chalicelib.giving.stripe_gateway.invoices import Invoice
from chalicelib.giving.stripe_gateway.subscriptions import Subscription

_STANDINGS = {
    "active": Standing.ACTIVE,
    "trialing": Standing.ACTIVE,
    "past_due": Standing.FAILING,
    "unpaid": Standing.FAILING,
    "paused": Standing.PAUSED,
    "canceled": Standing.ENDED,
}


def subscribed(found: Subscription) -> Subscribed:
    """Stripe's words for it in ours."""
    standing = _STANDINGS.get(found.status, Standing.ACTIVE)
    paused = found.pause_collection is not None and standing != Standing.ENDED
    return Subscribed(
        id=found.id,
        customer=found.customer,
        amount=found.item.price.unit_amount or 0,
        often=found.often,
        standing=Standing.PAUSED if paused else standing,
        next_at=found.next_at,
        resumes_at=(found.pause_collection.resumes_at or 0) if found.pause_collection else 0,
        ended_at=found.canceled_at or 0,
        card=found.card.last4 or "",
        card_ends=found.card.ends,
    )


def of_period(first: Donation, found: Invoice) -> Donation:
    """The gift of the period that an invoice is for. Its id follows from the invoice, so it is made once."""
    digest = sha256(found.id.encode()).hexdigest()
    return Donation(
        id=f"{found.created * 1000:012x}7{digest[:3]}8{digest[3:18]}",
        group=first.group,
        page=first.page,
        person=first.person,
        amount=found.amount_due,
        currency=found.currency.upper(),
        at=found.created,
        donor=first.donor,
        often=first.often,
        account=first.account,
        recurring=first.id,
        title=first.title,
        source=first.source,
        referrer=first.referrer,
        website=first.website,
    )
