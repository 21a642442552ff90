"""Variants of a mailing: who of the audience gets which, what they are measured by, which does best and which badly.

Known by a letter: `a` is the mailing as it was written, `b` to `g` say what is different. Whoever is not under test is
the rest, and gets the winner.
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from hashlib import blake2b

import msgspec

REST = "rest"
# Why a mailing waits whose variants have gone out.
TEST = "test"
LETTERS = "abcdefg"


class Variant(msgspec.Struct, frozen=True, kw_only=True):
    """What is different about a variant; what is empty is as the mailing has it. `body` is sanitised HTML."""

    subject: str = ""
    sender_name: str = ""
    sender_address: str = ""
    body: str = ""


class Measure(StrEnum):
    CLICKS = "clicks"
    ACTIONS = "actions"
    UNSUBSCRIBES = "unsubscribes"


class Trial(msgspec.Struct, frozen=True, kw_only=True):
    """`share` percent of the audience are under test; `hours` after the last of them the winner is chosen."""

    share: int = 20
    hours: int = 4
    measure: Measure = Measure.CLICKS


class Result(msgspec.Struct, frozen=True, kw_only=True):
    """What came of one variant: people, but for actions."""

    sent: int = 0
    opened: int = 0
    clicked: int = 0
    unsubscribed: int = 0
    complained: int = 0
    actions: int = 0


def label_of(mailing: str, person: str, variants: int, share: int) -> str:
    """Which variant a person gets, or REST; '' when there is one text only. The same person, the same answer."""
    if variants < 2:
        return ""
    digest = blake2b(f"{mailing}{person}".encode(), digest_size=8).digest()
    place = int.from_bytes(digest) * 100
    tested = share << 64
    return LETTERS[place * variants // tested] if place < tested else REST


def best(results: Mapping[str, Result], measure: Measure, dropped: Collection[str] = ()) -> str:
    """The letter that does best for what it was sent to; the earlier one of equals, '' when all were dropped."""
    letters = sorted(letter for letter in results if letter not in dropped)
    return max(letters, key=lambda letter: _worth(results[letter], measure), default="")


def does_badly(result: Result) -> bool:
    """True when a variant must not go on: a few of a small test may be chance, so each number has a least."""
    complaints = result.complained >= 2 and result.complained * 500 > result.sent
    leaving = result.unsubscribed >= 5 and result.unsubscribed * 50 > result.sent
    return complaints or leaving


def _worth(result: Result, measure: Measure) -> float:
    counted = {
        Measure.CLICKS: result.clicked,
        Measure.ACTIONS: result.actions,
        Measure.UNSUBSCRIBES: -result.unsubscribed - result.complained,
    }
    # One that reached nobody has shown nothing.
    return counted[measure] / result.sent if result.sent else float("-inf")
