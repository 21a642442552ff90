"""Making a gift monthly: whoever gave once sets up the same every month, for the first time in a month."""

import calendar
from datetime import UTC, datetime
from itertools import count

from chalicelib import clock, config, queues
from chalicelib.actions.find_page import PublicPage
from chalicelib.giving import links, store
from chalicelib.giving.donation import Donation, Often, State
from chalicelib.giving.give import OPEN_SECONDS
from chalicelib.giving.hear import Look
from chalicelib.giving.stripe_gateway import checkout
from chalicelib.giving.stripe_gateway.checkout import Words


def begin(public: PublicPage, gift: Donation) -> str | None:
    """Stripe's page for it; None when the gift cannot become monthly. Begun again within the hour it is the same."""
    if not gift.is_given or gift.often != Often.ONCE or gift.tickets or not gift.session:
        return None
    monthly = _donation(gift, store.claim_checkout(f"monthly-{gift.id}", clock.new_id(), clock.now() + OPEN_SECONDS))
    if monthly.url or monthly.state != State.STARTED:
        return monthly.url or None
    customer = checkout.find(gift.account, gift.session).customer or ""
    address = f"{config.public_url()}/{public.group.slug}/{public.page.slug}"
    words = Words(
        title=gift.title,
        language=public.page.language,
        done=f"{address}/given/{links.of_donation(monthly)}",
        back=f"{address}/given/{links.of_donation(gift)}",
    )
    first_at = int(next_month(gift.given_at, monthly.at))
    opened = checkout.create(monthly, words, f"checkout-{monthly.id}-0", customer=customer, first_at=first_at)
    store.open(monthly, opened.id, opened.url or "")
    return opened.url


def next_month(at: float, now: float) -> float:
    """The same day and time of the first later month that is still to come, or the last day of that month."""
    given = datetime.fromtimestamp(at, UTC)
    return next(moment for number in count(1) if (moment := _months_later(given, number)) > now)


def _months_later(given: datetime, number: int) -> float:
    years, month = divmod(given.month - 1 + number, 12)
    day = min(given.day, calendar.monthrange(given.year + years, month + 1)[1])
    return given.replace(year=given.year + years, month=month + 1, day=day).timestamp()


def _donation(gift: Donation, donation: str) -> Donation:
    begun = Donation(
        id=donation,
        group=gift.group,
        page=gift.page,
        person=gift.person,
        amount=gift.amount,
        currency=gift.currency,
        at=clock.now(),
        donor=gift.donor,
        often=Often.MONTHLY,
        account=gift.account,
        until=clock.now() + OPEN_SECONDS,
        title=gift.title,
        source=gift.source,
        referrer=gift.referrer,
        website=gift.website,
    )
    if store.add(begun):
        queues.send("feedback", Look(begun.person, begun.id), delay=900)
        return begun
    return store.find(gift.person, donation) or begun
