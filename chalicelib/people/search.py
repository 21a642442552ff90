"""Looking people up: everyone page by page, or those who match, walking the list a stretch at a time.

A walk stops when it has found enough or used up its time, and says how far it came and where to go on. So a screen
never takes long, however large the list, and never claims that nobody is there before it has looked everywhere.
"""

import unicodedata
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import islice
from typing import NamedTuple

from chalicelib import clock
from chalicelib.people import store
from chalicelib.people.email_address import normalise
from chalicelib.people.person import SHARDS, Person, Subscription, person_id

Wanted = Callable[[Person], bool]

# About what one read of a shard gives.
_ROWS = 5000
# Shards read at the same time: what one small Lambda's CPU can follow.
_AT_ONCE = 10
# What somebody waits for at a screen.
SCREEN_SECONDS = 0.7


class Found(NamedTuple):
    """`after`: where to go on ('' when the whole list has been looked through); `share`: how much of it was, 0 to 1."""

    people: list[Person]
    after: str
    share: float

    @property
    def complete(self) -> bool:
        return not self.after


class _Stretch(NamedTuple):
    """Part of one shard: everyone in it, and the id to go on after ('' at the shard's end)."""

    shard: int
    people: list[Person]
    after: str


def by_email(group: str, salt: str, text: str) -> Person | None:
    """The person with exactly this address, found at once; None when the text is no address or nobody has it."""
    email = normalise(text)
    return store.find(group, person_id(salt, email)) if email else None


def look(group: str, wanted: Wanted, *, after: str = "", most: int = 50, seconds: float | None = None) -> Found:
    """Up to `most` people who match, in id order, beginning behind the id `after`; after that time, what was found."""
    found: list[Person] = []
    deadline = clock.now() + (SCREEN_SECONDS if seconds is None else seconds)
    for stretch in _walk(group, after):
        for person in stretch.people:
            if wanted(person):
                found.append(person)
                if len(found) > most:
                    return Found(found[:most], found[most - 1].id, _share(found[most - 1].id))
        following = stretch.after or _beginning(stretch.shard + 1)
        if following and clock.now() > deadline:
            return Found(found, following, _share(following))
    return Found(found, "", 1.0)


def matching(text: str = "", tag: str = "", standing: Subscription | None = None) -> Wanted:
    """Who has every word of `text` in their name or address, and the tag, and the standing; '' and None ask nothing."""
    words = _plain(text).split()

    def wanted(person: Person) -> bool:
        if (tag and tag not in person.tags) or (standing and person.subscription != standing):
            return False
        if not words:
            return True
        told = _plain(f"{person.given_name} {person.family_name} {person.email}")
        return all(word in told for word in words)

    return wanted


def each(group: str, wanted: Wanted) -> Iterator[list[Person]]:
    """Everyone who matches, for a file: stretch by stretch, so that one knows how time passes where nobody does."""
    for stretch in _walk(group, ""):
        yield list(filter(wanted, stretch.people))


def _walk(group: str, after: str) -> Iterator[_Stretch]:
    """The list in id order. Small shards are read several at once, ever more while they turn out small."""
    shard, at_once = int(after[:2], 16) if after else 0, 1
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        while shard < SHARDS:
            wave = range(shard, min(shard + at_once, SHARDS))
            for stretch in readers.map(partial(_read, group, after), wave):
                yield stretch
                shard, after = (stretch.shard, stretch.after) if stretch.after else (stretch.shard + 1, "")
                if after:
                    break
            at_once = 1 if after else min(at_once * 2, _AT_ONCE)


def _read(group: str, after: str, number: int) -> _Stretch:
    shard = f"{number:02x}"
    people = list(islice(store.each_of_shard(group, shard, after if after[:2] == shard else ""), _ROWS))
    return _Stretch(number, people, people[-1].id if len(people) == _ROWS else "")


def _beginning(shard: int) -> str:
    """An id before everyone of a shard (ids have their version in the middle); '' behind the last shard."""
    return f"{shard:02x}".ljust(32, "0") if shard < SHARDS else ""


def _share(person: str) -> float:
    return int(person[:4], 16) / 65536


def _plain(text: str) -> str:
    """Lower case without accents, so that `jose` finds José."""
    folded = text.casefold()
    if folded.isascii():
        return folded
    return "".join(letter for letter in unicodedata.normalize("NFKD", folded) if not unicodedata.combining(letter))
