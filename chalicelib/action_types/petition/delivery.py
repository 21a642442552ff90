"""What is handed over to whoever can decide: every signature with name, place and comment, and no contact data.

A large petition goes in parts. Each takes a range of person ids, which are spread evenly: so parts have about the same
size, and whoever signs meanwhile moves nobody from one part to another.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from chalicelib import clock
from chalicelib.actions import signers
from chalicelib.actions.action_page import ActionPage

# About what a part holds: some hundred pages, and a few seconds of reading and drawing.
PART = 5000
MOST_PARTS = 4096

_MOST_SIGNATURES = 2 * PART
_MOST_LETTERS = 1_500_000
_MOST_SECONDS = 12

_IDS = 1 << 128
_ADDRESS = re.compile(r"\S+@\S+")


class TooMuch(Exception):
    """More than one part can hold, or than can be read in time."""


class Part(NamedTuple):
    """`number` 1 to `of`."""

    number: int = 1
    of: int = 1


class Signature(NamedTuple):
    """`at`: when, in epoch seconds. `name` is '' where none was given, or an email address was given for one."""

    at: float
    name: str
    place: str
    comment: str


def parts_of(count: int) -> int:
    """How many parts this many signatures make."""
    return min(max(1, -(-count // PART)), MOST_PARTS)


def signatures(page: ActionPage, part: Part, *, comments: bool) -> list[Signature]:
    """Those of a part, the first to sign first; whoever was deleted is not among them. Raises TooMuch."""
    found, letters, deadline = [], 0, clock.now() + _MOST_SECONDS
    for signature in _each(page, part, comments=comments):
        found.append(signature)
        letters += len(signature.name) + len(signature.comment)
        if len(found) > _MOST_SIGNATURES or letters > _MOST_LETTERS or clock.now() > deadline:
            raise TooMuch
    return sorted(found)


def _each(page: ActionPage, part: Part, *, comments: bool) -> Iterator[Signature]:
    for action, person in signers.each(page.group, page.id, after=_end(part.number - 1, part.of), until=_end(*part)):
        if person:
            name = "" if _ADDRESS.search(person.full_name) else person.full_name
            comment = action.comment if comments else ""
            yield Signature(action.at, name, person.city or person.zip_code, comment)


def _end(number: int, of: int) -> str:
    """The last person id that a part may hold; '' before the first part."""
    return f"{number * _IDS // of - 1:032x}" if number else ""
