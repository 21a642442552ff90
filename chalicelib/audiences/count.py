"""How many people a query would reach now: exact when there is time to walk the whole list, else honest about it."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import NamedTuple

import msgspec

from chalicelib import clock, counters
from chalicelib.audiences.find import find_in_shard
from chalicelib.audiences.query import EVERYONE, Query
from chalicelib.mailings.mailing import Excluded
from chalicelib.people.person import SHARDS, Subscription

# Shards read at the same time: what a Lambda of this size gains from.
_AT_ONCE = 8


class Count(msgspec.Struct, frozen=True):
    """`complete` is False when time ran out: then at least so many."""

    reachable: int
    excluded: Excluded
    complete: bool


def count(group: str, query: Query, seconds: float = 3.0) -> Count:
    """Walk the list for about `seconds` at most."""
    look = partial(_look, group, query, clock.now() + seconds)
    with ThreadPoolExecutor(_AT_ONCE) as readers:
        looks = list(readers.map(look, range(SHARDS)))
    standings = sum((look.standings for look in looks), Counter[Subscription]())
    reachable, complete = standings[Subscription.SUBSCRIBED], all(look.complete for look in looks)
    if not complete and query == EVERYONE:
        reachable = max(reachable, counters.read(f"group#{group}").get("subscribed", 0))
    left_out = {str(status): standings[status] for status in Subscription if status != Subscription.SUBSCRIBED}
    return Count(reachable, Excluded(**left_out), complete)


class _Look(NamedTuple):
    """Into one shard of the list."""

    standings: Counter[Subscription]
    complete: bool


def _look(group: str, query: Query, end: float, shard: int) -> _Look:
    standings: Counter[Subscription] = Counter()
    if clock.now() > end:
        return _Look(standings, False)
    for number, person in enumerate(find_in_shard(group, query, f"{shard:02x}", "")):
        if number % 500 == 499 and clock.now() > end:
            return _Look(standings, False)
        standings[person.subscription] += 1
    return _Look(standings, True)
