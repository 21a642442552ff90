"""A later gift of a recurring donation. Pure."""

from hashlib import sha256

from chalicelib.giving.donation import Donation
from chalicelib.giving.stripe_gateway.invoices import Invoice


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
