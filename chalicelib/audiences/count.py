"""How many people a query would reach now: exact when there is time to walk the whole list, else honest about it."""

from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import msgspec

from chalicelib import clock, counters
from chalicelib.audiences.find import find_in_shard
from chalicelib.audiences.query import EVERYONE, Query
from chalicelib.mailings.mailing import Excluded
from chalicelib.people.person import SHARDS, Person, Subscription

# Shards read at the same time: what a Lambda of this size gains from.
_AT_ONCE = 8


class Count(msgspec.Struct, frozen=True):
    """`complete` is False when time ran out: then at least so many. `noticed` is of `looked_at` reachable ones."""

    reachable: int
    excluded: Excluded
    complete: bool
    looked_at: int = 0
    noticed: dict[str, int] = {}


Notice = Callable[[Person], Iterable[str]]


def count(group: str, query: Query, seconds: float = 3.0, notice: Notice | None = None) -> Count:
    """Walk the list for about `seconds` at most; `notice` names what is to be counted about each reachable person."""
    look = partial(_look, group, query, clock.now() + seconds, notice)
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        looks = list(readers.map(look, range(SHARDS)))
    standings = sum((look.standings for look in looks), Counter[Subscription]())
    looked_at = standings[Subscription.SUBSCRIBED] if notice else 0
    noticed = sum((look.noticed for look in looks), Counter[str]())
    reachable, complete = standings[Subscription.SUBSCRIBED], all(look.complete for look in looks)
    if not complete and query == EVERYONE:
        reachable = max(reachable, counters.read(f"group#{group}").get("subscribed", 0))
    left_out = {str(status): standings[status] for status in Subscription if status != Subscription.SUBSCRIBED}
    return Count(reachable, Excluded(**left_out), complete, looked_at, dict(noticed))


class _Look(NamedTuple):
    """Into one shard of the list."""

    standings: Counter[Subscription]
    complete: bool
    noticed: Counter[str]


def _look(group: str, query: Query, end: float, notice: Notice | None, shard: int) -> _Look:
    standings, noticed = Counter[Subscription](), Counter[str]()
    if clock.now() > end:
        return _Look(standings, False, noticed)
    for number, person in enumerate(find_in_shard(group, query, f"{shard:02x}", "")):
        if number % 500 == 499 and clock.now() > end:
            return _Look(standings, False, noticed)
        standings[person.subscription] += 1
        if notice and person.subscription == Subscription.SUBSCRIBED:
            noticed.update(notice(person))
    return _Look(standings, True, noticed)
