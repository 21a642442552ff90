"""Rows of donations: partition is the donor, so that all they gave is one consistent read; an index has a group's by
time, in shards. And of checkouts: which donation somebody began with the same words a moment ago.

A row's `at` is what the index sorts by: when the donation began, and once it is given, when it was given. So whoever
asks for the gifts of a year finds each, however long its bank took or Stripe tried again; `began` then keeps the other.

A donation's row and the sums of money that it is part of change together or not at all: sums are what the rows say,
whatever dies in between.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

import msgspec
from msgspec.structs import replace

from chalicelib import clock, counters, dynamo
from chalicelib.giving.donation import WAYS, Donation, news
from chalicelib.giving.sums import size

_DONATIONS = dynamo.Table("donations", "p", "id")
_BY_TIME = dynamo.Index("by_time", "gs", "at")
_CHECKOUTS = dynamo.Table("checkouts", "c")

_SHARDS = "0123456789abcdef"


def find(person: str, donation: str) -> Donation | None:
    item = _DONATIONS.get(person, donation, consistent=True)
    return _donation(item) if item else None


def of_person(person: str) -> list[Donation]:
    """All that somebody gave or began to give, oldest first."""
    return [_donation(item) for item in _DONATIONS.each(person, consistent=True)]


def each_of_group(group: str, since: float, until: float) -> Iterator[Donation]:
    """Every donation that was given then, or began then and is not given, shard by shard: those of one by time."""
    for shard in _SHARDS:
        for item in _DONATIONS.each(f"{group}#{shard}", index=_BY_TIME, between=(since, until)):
            if item["at"] < until:
                yield _donation(item)


def each_given(group: str, since: float, until: float) -> Iterator[Donation]:
    """Every donation that was given then."""
    return (donation for donation in each_of_group(group, since, until) if donation.is_given)


def latest(group: str, limit: int) -> list[Donation]:
    """The newest of a group, whatever became of them."""
    found: list[Donation] = []
    for shard in _SHARDS:
        page = _DONATIONS.query(f"{group}#{shard}", index=_BY_TIME, newest_first=True, limit=limit)
        found += map(_donation, page.items)
    return sorted(found, key=_at, reverse=True)[:limit]


def add(donation: Donation) -> bool:
    """A donation that begins; False when it has."""
    return _DONATIONS.add_new(_item(donation))


def adding(donation: Donation) -> dynamo.Item:
    """A donation that is not known yet, as one of several writes `together`."""
    return _DONATIONS.putting_new(_item(donation))


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
    return not dynamo.together([write, *adding_to_sums([(before, after)])])


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


def adding_to_sums(changes: Iterable[tuple[Donation | None, Donation]]) -> list[dynamo.Item]:
    """What changes in the sums, as writes `together`: one for each sum, however many donations are part of it."""
    sums: dict[tuple[str, str], Counter[str]] = {}
    for before, after in changes:
        for counted, span, counts in _sums(before, after):
            sums.setdefault((counted, span), Counter()).update(counts)
    return [counters.adding(*about, changed) for about, counts in sums.items() if (changed := _without_zeros(counts))]


def sums_with(donation: Donation) -> set[tuple[str, str]]:
    """Which sums a donation is part of, by what they count and their span."""
    return {(counted, span) for counted, span, _ in _sums(None, donation)}


def _sums(before: Donation | None, after: Donation) -> Iterator[tuple[str, str, counters.Counts]]:
    """Of the group and the page, altogether and on the day, and by how the donor came."""
    counts = news(before, after)
    if not counts:
        return
    day = counters.day(after.given_at)
    for whole in (after.group, *([after.page] if after.page else [])):
        yield f"money#{whole}", "total", counts
        yield f"money#{whole}", day, counts
    for kind, code in ways_of(after):
        yield f"ways#{after.group}#{kind}", code, counts
    yield f"sizes#{after.group}", after.currency, _sizes(before, after)


def ways_of(donation: Donation) -> list[tuple[str, str]]:
    """How somebody came to give: by which page, source, referrer and website; and who took it, if it was not us."""
    ways = [(kind, code) for kind in WAYS if (code := getattr(donation, kind))]
    return ways if donation.is_ours else [*ways, ("origin", donation.origin)]


def _sizes(before: Donation | None, after: Donation) -> counters.Counts:
    """How many gifts there are of each size: medians come from it."""
    sizes = Counter({str(size(after.amount)): 1} if after.is_given else {})
    sizes.subtract({str(size(before.amount)): 1} if before and before.is_given else {})
    return sizes


def _without_zeros(counts: counters.Counts) -> counters.Counts:
    return {name: count for name, count in counts.items() if count}


def _item(donation: Donation) -> dynamo.Item:
    item: dynamo.Item = msgspec.to_builtins(donation)
    shard = donation.id[-1]
    began = {"at": _at(donation), "began": donation.at} if donation.given_at else {}
    return {"p": item.pop("person"), "gs": f"{item.pop('group')}#{shard}"} | item | began


def _donation(item: dynamo.Item) -> Donation:
    known = item | {"person": item["p"], "group": item["gs"].partition("#")[0], "at": item.get("began", item["at"])}
    return msgspec.convert(known, Donation, strict=False)


def _at(donation: Donation) -> float:
    """Where it stands among a group's."""
    return donation.given_at or donation.at
