"""Giving money back: once, however often it is asked for."""

from chalicelib.giving import settle, store
from chalicelib.giving.donation import Dispute, Donation
from chalicelib.giving.stripe_gateway import payments


def refundable(donation: Donation) -> int:
    """How much can go back: nothing of what a bank has taken or is arguing about."""
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
    """Give so much back, now. Raises Refused when there is less, Later when nobody knows: then ask again.

    The key is made of what had gone back before, so whoever presses the button twice gives back once.
    """
    key = f"refund-{donation.id}-{donation.refunded}-{amount}"
    payments.refund(donation.account, donation.payment, amount, key, donation.label)
    settle.payment(donation.account, donation.payment, donation.label if not donation.recurring else "")
    return store.find(donation.person, donation.id) or donation
