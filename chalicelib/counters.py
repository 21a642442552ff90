"""Counters: rows that are added to once per batch, spread over shards so that a spike never meets one hot row.

A counter is known by what it counts (`group#<id>`, `page#<id>`) and a span (`total`, or a day as `2026-11-23`).
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from itertools import islice

from chalicelib import clock, dynamo

_COUNTERS = dynamo.Table("counters", "k", "s")
_SHARDS = 8

Counts = Mapping[str, int]


def add(counted: str, span: str, counts: Counts) -> None:
    """Add to the named numbers of one counter."""
    changes = {name: count for name, count in counts.items() if count}
    if changes:
        shard = int(clock.jitter(_SHARDS))
        _COUNTERS.update(counted, f"{span}#{shard}", add=changes, returns="NONE")


def adding(counted: str, span: str, counts: Counts) -> dynamo.Item:
    """The same as one of several writes `together`: counted if they are written, and only then."""
    return _COUNTERS.updating(counted, f"{span}#{int(clock.jitter(_SHARDS))}", add=counts)


def keys(counted: str, span: str = "total") -> tuple[dynamo.Table, list[tuple[str, str]]]:
    """For readers that fetch a counter together with other rows; sum what comes back with `total`."""
    return _COUNTERS, [(counted, f"{span}#{shard}") for shard in range(_SHARDS)]


def read(counted: str, span: str = "total") -> Counts:
    table, wanted = keys(counted, span)
    return total(dynamo.get_many({table: wanted})[table])


def read_days(counted: str, first: str, last: str) -> dict[str, Counts]:
    """Counts by day, from `first` to `last` inclusive (`2026-11-23`), days without any left out."""
    days: dict[str, list[dynamo.Item]] = {}
    for item in _COUNTERS.each(counted, between=(first, last + "$")):
        days.setdefault(item["s"].partition("#")[0], []).append(item)
    return {day: total(items) for day, items in days.items()}


def read_spans(counted: str, most: int) -> dict[str, Counts]:
    """Counts by span, of the first `most` rows there are."""
    spans: dict[str, list[dynamo.Item]] = {}
    for item in islice(_COUNTERS.each(counted), most):
        spans.setdefault(item["s"].rpartition("#")[0], []).append(item)
    return {span: total(items) for span, items in spans.items()}


def total(items: Iterable[dynamo.Item]) -> Counts:
    sums: Counter[str] = Counter()
    for item in items:
        sums.update({name: value for name, value in item.items() if name not in ("k", "s")})
    return sums


def day(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d")
