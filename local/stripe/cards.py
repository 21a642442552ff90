"""Stripe's test cards, and what each does."""

from typing import NamedTuple


class Card(NamedTuple):
    """What becomes of a payment with it.

    `declines`: why it never pays; `later`: why it does not pay a second time; `disputed`: its bank takes it back at
    once; `asks`: its owner must confirm; `slow`: a bank debit, which takes days.
    """

    declines: tuple[str, str] | None = None
    later: tuple[str, str] | None = None
    disputed: bool = False
    asks: bool = False
    slow: bool = False


CARDS = {
    "4242424242424242": Card(),
    "5555555555554444": Card(),
    "4000000000000002": Card(declines=("card_declined", "generic_decline")),
    "4000000000009995": Card(declines=("card_declined", "insufficient_funds")),
    "4000000000000069": Card(declines=("expired_card", "expired_card")),
    "4000000000000341": Card(later=("card_declined", "generic_decline")),
    "4000000000000259": Card(disputed=True),
    "4000002500003155": Card(asks=True),
    "4000002760003184": Card(asks=True),
    "000123456789": Card(slow=True),
}

UNKNOWN = Card(declines=("incorrect_number", "incorrect_number"))


def known(number: str) -> Card:
    return CARDS.get(number.replace(" ", ""), UNKNOWN)
