"""Rows of donations: partition is the donor, so that all they gave is one consistent read; an index has a group's by
time, in shards. And of checkouts: which donation somebody began with the same words a moment ago.

A donation's row and the sums of money that it is part of change together or not at all: sums are what the rows say,
whatever dies in between.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib import clock, counters, dynamo
from chalicelib.giving.donation import Donation, news

_DONATIONS = dynamo.Table("donations", "p", "id")
_BY_TIME = dynamo.Index("by_time", "gs", "at")
_CHECKOUTS = dynamo.Table("checkouts", "c")

_SHARDS = "0123456789abcdef"
# How long a donation may be begun before it is paid: banks take days.
_SLOWEST_SECONDS = 21 * 86400


def find(person: str, donation: str) -> Donation | None:
    item = _DONATIONS.get(person, donation, consistent=True)
    return _donation(item) if item else None


def of_person(person: str) -> list[Donation]:
    """All that somebody gave or began to give, oldest first."""
    return [_donation(item) for item in _DONATIONS.each(person, consistent=True)]


def each_of_group(group: str, since: float, until: float) -> Iterator[Donation]:
    """Every donation that began then, shard by shard: those of one shard by time."""
    for shard in _SHARDS:
        for item in _DONATIONS.each(f"{group}#{shard}", index=_BY_TIME, between=(since, until)):
            yield _donation(item)


def each_given(group: str, since: float, until: float) -> Iterator[Donation]:
    """Every donation that was paid then."""
    for donation in each_of_group(group, since - _SLOWEST_SECONDS, until):
        if donation.is_given and since <= donation.given_at < until:
            yield donation


def latest(group: str, limit: int) -> list[Donation]:
    """The newest of a group, whatever became of them."""
    found: list[Donation] = []
    for shard in _SHARDS:
        page = _DONATIONS.query(f"{group}#{shard}", index=_BY_TIME, newest_first=True, limit=limit)
        found += map(_donation, page.items)
    return sorted(found, key=lambda donation: donation.at, reverse=True)[:limit]


def add(donation: Donation) -> bool:
    """A donation that begins; False when it has."""
    return _DONATIONS.add_new(_item(donation))


def add_given(donation: Donation) -> bool:
    """A donation that we hear of when it is paid already, into the sums at once; False when we know it."""
    puts = _DONATIONS.putting_new(_item(donation))
    return not dynamo.together([puts, *_sums(None, donation)])


def change(before: Donation, after: Donation) -> bool:
    """Write what is different, and the sums with it; False when somebody else wrote since `before` was read."""
    old, new = _item(before), _item(replace(after, version=before.version + 1))
    changed = {name: value for name, value in new.items() if old.get(name) != value}
    gone = [name for name in old if name not in new]
    unchanged = "#version = :seen" if before.version else "attribute_exists(#p) AND attribute_not_exists(#version)"
    write = _DONATIONS.updating(
        before.person,
        before.id,
        set=changed,
        remove=gone,
        when=unchanged,
        values={"seen": before.version} if before.version else {},
    )
    return not dynamo.together([write, *_sums(before, after)])


def open(donation: Donation, session: str, url: str) -> Donation:
    """Stripe's page for it, unless somebody who was faster has written the same."""
    after = replace(donation, session=session, url=url)
    return after if change(donation, after) else (find(donation.person, donation.id) or after)


def claim_checkout(words: str, donation: str, until: float, instead_of: str = "") -> str:
    """The donation that these words began, ours if there is none (any more). `words`: a hash of what was asked for."""
    now = clock.now()
    try:
        _CHECKOUTS.put(
            {"c": words, "d": donation, "u": until, "x": int(until) + 86400},
            when="attribute_not_exists(#c) OR #u < :now OR #d = :old",
            values={"now": now, "old": instead_of},
        )
    except dynamo.ConditionFailed as known:
        return str((known.item or {})["d"])
    return donation


def _sums(before: Donation | None, after: Donation) -> list[Any]:
    """What changes in the sums: of the group and the page, altogether and on the day, and by how the donor came."""
    counts = news(before, after)
    if not counts:
        return []
    group, day = f"money#{after.group}", counters.day(after.given_at)
    writes = [
        counters.adding(group, "total", counts),
        counters.adding(group, day, counts),
        *(counters.adding(f"ways#{after.group}", way, counts) for way in ways_of(after)),
        *_sizes(before, after),
    ]
    page = f"money#{after.page}"
    return writes + ([counters.adding(page, "total", counts), counters.adding(page, day, counts)] if after.page else [])


def ways_of(donation: Donation) -> list[str]:
    """How somebody came to give: by which page, source, referrer and website."""
    names = ("page", "source", "referrer", "website")
    return [f"{name}:{code}" for name in names if (code := getattr(donation, name))]


def _sizes(before: Donation | None, after: Donation) -> list[Any]:
    """How many gifts there are of each amount: averages and medians come from it."""
    sizes = Counter({str(after.amount): 1} if after.is_given else {})
    sizes.subtract({str(before.amount): 1} if before and before.is_given else {})
    changed = {amount: count for amount, count in sizes.items() if count}
    return [counters.adding(f"sizes#{after.group}", after.currency, changed)] if changed else []


def _item(donation: Donation) -> dynamo.Item:
    item: dynamo.Item = msgspec.to_builtins(donation)
    shard = donation.id[-1]
    return {"p": item.pop("person"), "gs": f"{item.pop('group')}#{shard}"} | item


def _donation(item: dynamo.Item) -> Donation:
    known = item | {"person": item["p"], "group": item["gs"].partition("#")[0]}
    return msgspec.convert(known, Donation, strict=False)
