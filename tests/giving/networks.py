"""Networks that people of tests come from: no two are the same, since tries of cards are counted by them."""

from itertools import count

_numbers = count(1)


def network_of_their_own() -> str:
    number = next(_numbers)
    return f"10.{number >> 8}.{number & 255}.7"
