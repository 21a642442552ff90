"""Making a gift monthly: whoever gave once sets up the same every month, for the first time in a month."""

import calendar
from datetime import UTC, datetime
from itertools import count

from chalicelib import clock, config
from chalicelib.actions.action_type import Refused
from chalicelib.actions.find_page import PublicPage
from chalicelib.giving import card_testing, links, recurring_store, settle, store
from chalicelib.giving.donation import Donation, Often, State
from chalicelib.giving.give import LEAST_SECONDS, OPEN_SECONDS, add, lead, leave, too_much
from chalicelib.giving.recurring import Standing
from chalicelib.giving.stripe_gateway import checkout
from chalicelib.giving.stripe_gateway.checkout import Words

# A gift is made monthly once, as long as that goes on.
_CLAIMED_SECONDS = 10 * 366 * 86400


def begin(public: PublicPage, gift: Donation, network: str) -> str | Refused | None:
    """Stripe's page for it; None when the gift cannot become monthly, or has. Begun again it is the same.

    `network`: where the donor comes from, as a keyed hash.
    """
    if not gift.is_given or gift.often != Often.ONCE or gift.tickets or not gift.session:
        return None
    if not card_testing.lets_in(gift.page, network, gift.donor.email):
        return Refused("tries")
    words, until = f"monthly-{gift.id}", clock.now() + _CLAIMED_SECONDS
    monthly = _donation(gift, store.claim_checkout(words, clock.new_id(), until), network)
    if _is_over(monthly):
        if monthly.declines >= card_testing.MOST_DECLINES:
            return Refused("tries")
        instead = store.claim_checkout(words, clock.new_id(), until, monthly.id)
        monthly = _donation(gift, instead, network, declines=monthly.declines)
    if monthly.state != State.STARTED:
        return None
    if not monthly.url and (refused := _refused(public, monthly)):
        leave(monthly)
        return refused
    return monthly.url or _lead(public, gift, monthly)


def _refused(public: PublicPage, monthly: Donation) -> Refused | None:
    if card_testing.too_many(monthly, confirmed=False):
        return Refused("tries")
    return Refused("limit") if too_much(public.group, monthly) else None


def _is_over(monthly: Donation) -> bool:
    """Nothing comes of it any more: then it is begun anew."""
    now = clock.now()
    if monthly.state == State.STARTED and not monthly.url and monthly.until - now < LEAST_SECONDS:
        leave(monthly)
        return True
    if monthly.state == State.STARTED and monthly.until < now:
        settle.look(monthly.person, monthly.id)
        monthly = store.find(monthly.person, monthly.id) or monthly
    recurring = recurring_store.find(monthly.person, monthly.id) if monthly.state == State.PROMISED else None
    ended = recurring is not None and recurring.standing == Standing.ENDED
    return ended or monthly.state in (State.LEFT, State.FAILED)


def _lead(public: PublicPage, gift: Donation, monthly: Donation) -> str:
    address = f"{config.public_url()}/{public.group.slug}/{public.page.slug}"
    words = Words(
        title=gift.title,
        language=public.page.language,
        done=f"{address}/given/{links.of_donation(monthly)}",
        back=f"{address}/given/{links.of_donation(gift)}",
    )
    customer = checkout.find(gift.account, gift.session).customer or ""
    return lead(monthly, words, customer=customer, first_at=first_at(gift.given_at, monthly.at, monthly.until))


def first_at(given_at: float, begun_at: float, until: float) -> int:
    """When it is taken first: Stripe begins nothing before its page is over, and nothing later than in a month."""
    return int(min(max(next_month(given_at, begun_at), until + 60), next_month(begun_at, begun_at)))


def next_month(at: float, now: float) -> float:
    """The same day and time of the first later month that is still to come, or the last day of that month."""
    given = datetime.fromtimestamp(at, UTC)
    return next(moment for number in count(1) if (moment := _months_later(given, number)) > now)


def _months_later(given: datetime, number: int) -> float:
    years, month = divmod(given.month - 1 + number, 12)
    day = min(given.day, calendar.monthrange(given.year + years, month + 1)[1])
    return given.replace(year=given.year + years, month=month + 1, day=day).timestamp()


def _donation(gift: Donation, donation: str, network: str, declines: int = 0) -> Donation:
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
        network=network,
        declines=declines,
    )
    return store.find(gift.person, donation) or add(begun)
