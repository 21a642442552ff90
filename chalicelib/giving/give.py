"""Giving: begin a donation, and lead the donor to Stripe's page.

Whoever sends the same form twice within the hour gets the same donation, the same key and so the same page at Stripe,
which can be paid once. Whoever has paid it is asked whether they mean to give again.
"""

from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chalicelib import clock, config, queues
from chalicelib.actions.action_type import AskBack, Onward, Refused
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Submission
from chalicelib.giving import accounts, card_testing, links, money, store, terms
from chalicelib.giving.donation import Donation, Donor, Often, State
from chalicelib.giving.hear import Look
from chalicelib.giving.stripe_gateway import Later, checkout
from chalicelib.giving.stripe_gateway import Refused as RefusedByStripe
from chalicelib.giving.stripe_gateway.checkout import Words

# How long Stripe's page stays open. Stripe opens none for less than half an hour.
OPEN_SECONDS = 3600
LEAST_SECONDS = 31 * 60
# When we look ourselves what became of it, should Stripe not tell us.
_LOOK_SECONDS = 900


class Wish(NamedTuple):
    """What somebody wants to give. `again`: the donation of the same words that they gave before, and know of.

    `tickets`: what they get for it.
    """

    amount: int
    currency: str
    often: Often
    donor: Donor
    again: str = ""
    tickets: str = ""


def begin(public: PublicPage, submission: Submission, wish: Wish) -> Onward | AskBack | Refused:
    """Write the donation down, then have Stripe open a page for it."""
    words = _words(public, submission, wish)
    donation = _donation(public, submission, wish, store.claim_checkout(words, clock.new_id(), _until()))
    if donation.state == State.STARTED and not donation.url and donation.until - clock.now() < LEAST_SECONDS:
        donation = _anew(public, submission, wish, words, donation)
    if donation.state not in (State.STARTED, State.LEFT, State.FAILED):
        shown = money.write(donation.amount, donation.currency, public.page.language)
        return AskBack({"given_before": donation, "given_amount": shown})
    if donation.state != State.STARTED:
        donation = _anew(public, submission, wish, words, donation)
    if _too_much(public, donation):
        _close(donation)
        return Refused("limit")
    return Onward(donation.url or lead(donation, _page_words(public, donation)))


def leave(donation: Donation) -> None:
    """It will not be paid any more, unless it has been."""
    if donation.state == State.STARTED:
        store.change(donation, replace(donation, state=State.LEFT, waiting=""))


def _donation(public: PublicPage, submission: Submission, wish: Wish, donation: str) -> Donation:
    """The donation of this id: as it is written down, whoever wrote it."""
    now = clock.now()
    begun = Donation(
        id=donation,
        group=public.group.id,
        page=public.page.id,
        person=submission.person,
        amount=wish.amount,
        currency=wish.currency,
        at=now,
        donor=wish.donor,
        often=wish.often,
        account=accounts.of(public.group).id,
        until=now + OPEN_SECONDS,
        title=public.page.title,
        tickets=wish.tickets,
        source=submission.source,
        referrer=submission.referrer,
        website=submission.website,
        waiting=msgspec.json.encode(submission).decode(),
        network=submission.network,
    )
    return store.find(submission.person, donation) or add(begun)


def add(begun: Donation) -> Donation:
    """Write one down that begins; somebody else's, who was faster with the same words."""
    # Before it is there: whatever dies from here on, somebody will look.
    queues.send("feedback", Look(begun.person, begun.id), delay=_LOOK_SECONDS)
    if not store.add(begun):
        return store.find(begun.person, begun.id) or begun
    card_testing.begun(begun)
    return begun


def _anew(public: PublicPage, submission: Submission, wish: Wish, words: str, old: Donation) -> Donation:
    """Another donation in place of one that came to nothing."""
    leave(old)
    return _donation(public, submission, wish, store.claim_checkout(words, clock.new_id(), _until(), old.id))


def _too_much(public: PublicPage, donation: Donation) -> bool:
    """More than one donor may give, with all that they gave. Pages of theirs that are still open are closed first."""
    limits = terms.of(public.group)
    if not limits.most_from_donor:
        return False
    others = [each for each in store.of_person(donation.person) if each.id != donation.id]
    room = terms.room(limits, others, clock.now())
    if room is None or donation.amount <= room:
        return False
    for each in others:
        if each.state == State.STARTED and each.session:
            _close(each)
    others = [each for each in store.of_person(donation.person) if each.id != donation.id]
    room = terms.room(limits, others, clock.now())
    return room is not None and donation.amount > room


def _close(donation: Donation) -> None:
    try:
        if donation.session:
            checkout.expire(donation.account, donation.session)
    except RefusedByStripe:
        return  # it is paid, or over
    leave(donation)


def lead(donation: Donation, words: Words, *, customer: str = "", first_at: int = 0) -> str:
    """The address of Stripe's page for it. Where only the answer was lost, asking again gives the same page."""
    key = f"checkout-{donation.id}-{donation.attempt}"
    try:
        opened = checkout.create(donation, words, key, customer=customer, first_at=first_at)
    except Later as error:
        if error.spent:
            store.change(donation, replace(donation, attempt=donation.attempt + 1))
        raise
    there = store.open(donation, opened.id, opened.url or "").url
    if not there:
        raise Later("another page is being opened for it")
    return there


def _page_words(public: PublicPage, donation: Donation) -> Words:
    address = f"{config.public_url()}/{public.group.slug}/{public.page.slug}"
    return Words(
        title=donation.title,
        language=public.page.language,
        done=public.page.thanks_url or f"{address}/given/{links.of_donation(donation)}",
        back=address,
        button="donate" if not donation.tickets else "pay",
    )


def _words(public: PublicPage, submission: Submission, wish: Wish) -> str:
    told = (public.page.id, submission.person, wish.amount, wish.currency, wish.often, wish.tickets, wish.again)
    return sha256("\n".join(map(str, told)).encode()).hexdigest()[:32]


def _until() -> float:
    return clock.now() + OPEN_SECONDS
