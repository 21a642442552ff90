"""Rows of what an event campaign lists, in its partition."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any

import msgspec

from chalicelib import clock, dynamo
from chalicelib.people.zip_place import Place

_LISTED = dynamo.Table("listed_events", "c", "id")


class Standing(StrEnum):
    """`offered` and `declined` are words of a volunteer; an event is `open`, or `away`: not shown."""

    OFFERED = "offered"
    DECLINED = "declined"
    OPEN = "open"
    AWAY = "away"


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """An event as its campaign lists it, or the offer of one.

    `page` is the id of the event, or of the one that an offer becomes. Times in epoch seconds, told in `zone`.
    `at_place`: the middle of its ZIP code, None where that is not known. `host`: the id of the person who offered it,
    '' of an organizer's. `words`: what a host who was declined reads.
    """

    id: str
    campaign: str
    group: str
    page: str
    standing: Standing
    at: float
    title: str = ""
    slug: str = ""
    starts: float = 0
    ends: float = 0
    zone: str = "UTC"
    place: str = ""
    address: str = ""
    zip_code: str = ""
    at_place: Place | None = None
    text: str = ""
    capacity: int = 0
    host: str = ""
    words: str = ""


def add(row: Listed) -> None:
    """Write an offer down. Saying it again, or again later, changes nothing."""
    item = msgspec.to_builtins(row)
    _LISTED.add_new({"c": item.pop("campaign")} | item)


def each(campaign: str) -> Iterator[Listed]:
    return map(_listed, _LISTED.each(campaign))


def find(campaign: str, row: str) -> Listed | None:
    item = _LISTED.get(campaign, row, consistent=True)
    return _listed(item) if item else None


def keep(campaign: str, row: str, **shown: Any) -> Listed:
    """Write what the list shows of an event; the row is born by that where there was none."""
    item = _LISTED.update(campaign, row, set=msgspec.to_builtins(shown), set_once={"at": clock.now()})
    return _listed(item)


def decline(campaign: str, row: str, words: str) -> Listed | None:
    """None when it is no offer (any more). Declined once more with the same words, it stays so."""
    try:
        item = _LISTED.update(
            campaign, row,
            set={"standing": str(Standing.DECLINED), "words": words},
            when="#standing = :offered OR (#standing = :declined AND #words = :said)",
            values={"offered": str(Standing.OFFERED), "declined": str(Standing.DECLINED), "said": words},
        )  # fmt: skip
    except dynamo.ConditionFailed:
        return None
    return _listed(item)


def _listed(item: dynamo.Item) -> Listed:
    return msgspec.convert(item | {"campaign": item["c"]}, Listed)
