"""Giving: begin a donation, and lead the donor to Stripe's page.

Whoever sends the same form twice within the hour gets the same donation, the same key and so the same page at Stripe,
which can be paid once. Whoever has paid it is asked whether they mean to give again.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from chalicelib import clock, config, queues
from chalicelib.actions.action_type import AskBack, Onward, Refused
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Submission
from chalicelib.giving import accounts, card_testing, charge_split, links, money, store, terms
from chalicelib.giving.donation import Donation, Donor, Often, State, left
from chalicelib.giving.news import Look
from chalicelib.giving.stripe_gateway import Later, checkout
from chalicelib.giving.stripe_gateway import Refused as RefusedByStripe
from chalicelib.giving.stripe_gateway.checkout import Words
from chalicelib.network.group import Group

# How long Stripe's page stays open. Stripe opens none for less than half an hour.
OPEN_SECONDS = 3600
LEAST_SECONDS = 31 * 60
# When we look ourselves what became of it, should Stripe not tell us.
LOOK_SECONDS = 900


# Whoever presses twice writes at once with themselves.
_MOST_RACES = 5

_decode = msgspec.json.Decoder(Submission).decode


class Wish(NamedTuple):
    """What somebody wants to give. `again`: the donation of the same words that they gave before, and know of.

    `tickets`: what they get for it. `title`: what it is for, '' for the page's own.
    """

    amount: int
    currency: str
    often: Often
    donor: Donor
    again: str = ""
    tickets: str = ""
    title: str = ""


Sure = Callable[[Donation], str]


def begin(
    public: PublicPage, submission: Submission, wish: Wish, make_sure: Sure | None = None
) -> Onward | AskBack | Refused:
    """Write the donation down, then have Stripe open a page for it.

    `make_sure`: has what is paid for kept for them before Stripe's page opens, or says why it cannot be had.
    """
    words = _words(public, submission, wish)
    donation = _donation(public, submission, wish, store.claim_checkout(words, clock.new_id(), _until()))
    if donation.state == State.STARTED and not donation.url and donation.until - clock.now() < LEAST_SECONDS:
        donation = _anew(public, submission, wish, words, donation)
    if donation.state not in (State.STARTED, State.LEFT, State.FAILED):
        shown = money.write(donation.amount, donation.currency, public.page.language)
        return AskBack({"given_before": donation, "given_amount": shown})
    if donation.state != State.STARTED:
        donation = _anew(public, submission, wish, words, donation)
    if not donation.url and card_testing.too_many(donation, confirmed=submission.confirmed):
        close(donation)
        return Refused("tries")
    if too_much(public.group, donation):
        close(donation)
        return Refused("limit")
    if make_sure and (why := make_sure(donation)):
        close(donation)
        return Refused(why)
    return Onward(donation.url or lead(donation, _page_words(public, donation)))


def leave(donation: Donation) -> bool:
    """Its page is over; False when it has been paid, or somebody else just wrote something of it."""
    return donation.state == State.STARTED and store.change(donation, left(donation))


def close(donation: Donation) -> bool:
    """End one that waits at Stripe; False when it is paid, or over."""
    if donation.session:
        try:
            checkout.expire(donation.account, donation.session)
        except RefusedByStripe:
            return False
    return leave(donation)


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
        title=wish.title or public.page.title,
        tickets=wish.tickets,
        source=submission.source,
        referrer=submission.referrer,
        website=submission.website,
        waiting=msgspec.json.encode(submission).decode(),
        network=submission.network,
    )
    known = store.find(submission.person, donation)
    return say_anew(known, begun) if known else add(begun)


def say_anew(known: Donation, now: Donation) -> Donation:
    """The donation as its donor describes it now: whoever went back to mend the form pays with what it says now."""
    for _ in range(_MOST_RACES):
        if known.state != State.STARTED or _says_the_same(known, now):
            return known
        after = replace(known, donor=now.donor, waiting=now.waiting)
        if store.change(known, after):
            return replace(after, version=known.version + 1)
        known = store.find(known.person, known.id) or known
    raise Later("others were faster")


def _says_the_same(one: Donation, other: Donation) -> bool:
    """Of the same words is also a form that was sent twice: only its id and moment differ."""
    said = [replace(_decode(each.waiting), id="", at=0) for each in (one, other)]
    return one.donor == other.donor and said[0] == said[1]


def add(begun: Donation) -> Donation:
    """Write one down that begins; somebody else's, who was faster with the same words."""
    # Before it is there: whatever dies from here on, somebody will look.
    queues.send("feedback", Look(begun.person, begun.id), delay=LOOK_SECONDS)
    if not store.add(begun):
        return store.find(begun.person, begun.id) or begun
    card_testing.begun(begun)
    return begun


def _anew(public: PublicPage, submission: Submission, wish: Wish, words: str, old: Donation) -> Donation:
    """Another donation in place of one that came to nothing."""
    leave(old)
    return _donation(public, submission, wish, store.claim_checkout(words, clock.new_id(), _until(), old.id))


def too_much(group: Group, donation: Donation) -> bool:
    """More than one donor may give, with all that they gave. Pages of theirs that are still open are closed first.

    The limit is in one currency, and counts that alone.
    """
    limits = terms.of(group)
    if not limits.most_from_donor or donation.currency != limits.currency:
        return False
    others = [each for each in store.of_person(donation.person) if each.id != donation.id]
    room = terms.room(limits, others, clock.now())
    if room is None or donation.amount <= room:
        return False
    for each in others:
        if each.state == State.STARTED and (each.session or each.whole):
            _end(each)
    others = [each for each in store.of_person(donation.person) if each.id != donation.id]
    room = terms.room(limits, others, clock.now())
    return room is not None and donation.amount > room


def _end(donation: Donation) -> None:
    """A page that is open elsewhere: of a gift to several groups, all of it."""
    if donation.whole and not donation.session:
        charge_split.close(donation.whole)
    else:
        close(donation)


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
    """Of the same network: whoever types somebody else's address elsewhere is not told what they gave."""
    told = (public.page.id, submission.person, wish.amount, wish.currency, wish.often, wish.tickets, wish.again)
    return sha256("\n".join(map(str, (*told, submission.network))).encode()).hexdigest()[:32]


def _until() -> float:
    return clock.now() + OPEN_SECONDS
