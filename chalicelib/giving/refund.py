"""Giving money back: once, however often it is asked for."""

from collections.abc import Iterable

from msgspec.structs import replace

from chalicelib import log, queues
from chalicelib.giving import settle, store
from chalicelib.giving.donation import Dispute, Donation
from chalicelib.giving.news import GiveBack
from chalicelib.giving.stripe_gateway import Later, Refused, payments


class NotTaken(Exception):
    """The donor's bank does not take it: it is here still."""


def refundable(donation: Donation) -> int:
    """How much can go back: nothing of what a bank argues about or has taken, also in part: Stripe refuses the rest."""
    if not donation.is_given or not donation.payment or donation.dispute in (Dispute.OPEN, Dispute.LOST):
        return 0
    return donation.amount - donation.refunded


def may_go_back(donation: Donation, amount: int, seen: str) -> bool:
    """Whether so much can go back for whoever pressed the button on a screen that showed `seen` as gone back.

    Their first press may have been done though its answer was lost: pressed again on that old screen, it is not meant
    once more.
    """
    return seen == str(donation.refunded) and 0 < amount <= refundable(donation)


def give_back(donation: Donation, amount: int) -> Donation:
    """Give so much back, now. Raises Refused when there is less, NotTaken, or Later when nobody knows: then ask again.

    The key is made of what had gone back before, so whoever presses the button twice gives back once.
    """
    key = f"refund-{donation.id}-{donation.refunded}-{amount}-{donation.bounced}.{donation.back_attempt}"
    try:
        back = payments.refund(donation.account, donation.payment, amount, key, donation.label)
    except Later as error:
        if error.spent:
            _begin_anew(donation, amount)
        raise
    after = _settle(donation)
    if not back:
        _count(after)
        raise NotTaken
    return after


def all_later(donations: Iterable[tuple[str, str]]) -> None:
    """Give back whatever is left of these, by person and id: each by itself, and tried again until it is done."""
    queues.send_many("feedback", [GiveBack(person, donation) for person, donation in donations])


def all_of(person: str, donation: str) -> None:
    """Give back whatever is left of one, now. Raises Later."""
    found = store.find(person, donation)
    if found is None or not (amount := refundable(found)):
        return
    try:
        give_back(found, amount)
    except (Refused, NotTaken) as error:
        # Somebody may have given it back at Stripe; else it stays as it is, for an organizer to see.
        log.failure("not given back", error, donation=donation)
        _settle(found)


def _begin_anew(donation: Donation, amount: int) -> None:
    """Stripe gives its error for a day to whoever comes with that key: the next has another, if nothing has gone back.

    Of all that is left only. Stripe may still be doing it, and would do a part twice; it has not got all of it twice.
    """
    after = _settle(donation)
    if after.refunded == donation.refunded and amount == refundable(after):
        _count(after)


def _count(donation: Donation) -> None:
    """If somebody else wrote meanwhile, whoever asks next meets the same error, and counts."""
    store.change(donation, replace(donation, back_attempt=donation.back_attempt + 1))


def _settle(donation: Donation) -> Donation:
    settle.payment(donation.account, donation.payment, donation.label if not donation.recurring else "")
    return store.find(donation.person, donation.id) or donation
