"""Declined cards: each is counted against the network that it came from, and a page with too many of them is closed."""

from msgspec.structs import replace

from chalicelib import clock
from chalicelib.giving import store
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.stripe_gateway import Refused, checkout
from chalicelib.guard import tries
from chalicelib.guard.tries import Needed
from chalicelib.people.email_address import mailbox

# Of one page at Stripe: somebody may mistype, take another card, and ask their bank.
MOST_DECLINES = 5


def lets_in(page: str, network: str, email: str) -> bool:
    """Whether a page may be opened without a form, and so without a proof: not once a network has tried too many."""
    return tries.needed(page, network, mailbox(email)) in (Needed.NOTHING, Needed.PROOF)


def begun(donation: Donation) -> None:
    _count(donation, 1)


def too_many(donation: Donation, *, confirmed: bool) -> bool:
    """Whether it was begun at once with too many others: the door lets all of a burst in before any is counted."""
    return bool(donation.network) and not confirmed and tries.many(donation.network)


def declined(donation: Donation) -> None:
    """One more card was declined. It may be told twice: then it counts twice, which only makes us more careful."""
    if one_more(donation) and donation.state == State.STARTED and donation.session:
        _close(donation)


def one_more(donation: Donation) -> bool:
    """Count it; whether these are too many for the page at which they were tried."""
    after = replace(donation, declines=donation.declines + 1)
    store.change(donation, after)
    return _count(donation, 1) >= tries.INBOX_FROM or after.declines >= MOST_DECLINES


def paid(donation: Donation) -> None:
    """The page that was opened for it came to something. Declines stay counted: stolen cards that work pay too."""
    _count(donation, -1, donation.at)


def _count(donation: Donation, number: int, at: float = 0) -> int:
    """How many tries there are from its network; 0 of one that came through no form."""
    if not donation.network:
        return 0
    inbox = mailbox(donation.donor.email)
    return tries.count(donation.page, donation.network, inbox, number, at or clock.now())


def _close(donation: Donation) -> None:
    try:
        checkout.expire(donation.account, donation.session)
    except Refused:
        return  # it is paid, or over
