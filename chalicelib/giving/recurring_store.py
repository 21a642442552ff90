"""Rows of recurring donations: partition is the donor; an index has a group's. The forecast changes with them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

import msgspec

from chalicelib import counters, dynamo
from chalicelib.giving.recurring import Recurring, lapses_at, tally

_RECURRING = dynamo.Table("recurring", "p", "id")
_BY_GROUP = dynamo.Index("by_group", "g", "id")


def find(person: str, recurring: str) -> Recurring | None:
    item = _RECURRING.get(person, recurring, consistent=True)
    return _recurring(item) if item else None


def of_person(person: str) -> list[Recurring]:
    return [_recurring(item) for item in _RECURRING.each(person, consistent=True)]


def find_many(recurring: Iterable[tuple[str, str]]) -> list[Recurring]:
    """Those that there are, by donor and id, a hundred a call; order is lost."""
    return list(map(_recurring, dynamo.get_many({_RECURRING: recurring}, consistent=True)[_RECURRING]))


def each_of_group(group: str) -> Iterator[Recurring]:
    """All of them."""
    yield from map(_recurring, _RECURRING.each(group, index=_BY_GROUP))


def of_group(group: str, after: str = "", limit: int = 100) -> tuple[list[Recurring], str]:
    """Newest first, and where to go on ('' at the end)."""
    person, _, recurring = after.partition(".")
    begin = {"g": group, "id": recurring, "p": person} if recurring else None
    page = _RECURRING.query(group, index=_BY_GROUP, newest_first=True, after=begin, limit=limit)
    following = f"{page.after['p']}.{page.after['id']}" if page.after else ""
    return [_recurring(item) for item in page.items], following


def add(recurring: Recurring) -> bool:
    """One that begins; False when it is known."""
    return not dynamo.together([_RECURRING.putting_new(_item(recurring)), *_forecast(None, recurring)])


def change(before: Recurring, after: Recurring) -> bool:
    """Write what is different; False when somebody else wrote since `before` was read."""
    old, new = _item(before), _item(msgspec.structs.replace(after, version=before.version + 1))
    write = _RECURRING.updating(
        before.person,
        before.id,
        set={name: value for name, value in new.items() if old.get(name) != value},
        remove=[name for name in old if name not in new],
        when="#version = :seen" if before.version else "attribute_exists(#p) AND attribute_not_exists(#version)",
        values={"seen": before.version} if before.version else {},
    )
    return not dynamo.together([write, *_forecast(before, after)])


def _forecast(before: Recurring | None, after: Recurring) -> list[dynamo.Item]:
    spans: dict[str, Counter[str]] = defaultdict(Counter)
    spans[_span(after)].update(tally(after))
    if before:
        spans[_span(before)].subtract(tally(before))
    changes = {span: {name: count for name, count in counts.items() if count} for span, counts in spans.items()}
    return [counters.adding(f"recurring#{after.group}", span, changed) for span, changed in changes.items() if changed]


def _span(recurring: Recurring) -> str:
    """Of what nobody may tell us the end, it is counted until a day, and each gift moves it on."""
    lapses = lapses_at(recurring)
    return counters.day(lapses) if lapses else "total"


def _item(recurring: Recurring) -> dynamo.Item:
    item: dynamo.Item = msgspec.to_builtins(recurring)
    return {"p": item.pop("person"), "g": item.pop("group")} | item


def _recurring(item: dynamo.Item) -> Recurring:
    return msgspec.convert(item | {"person": item["p"], "group": item["g"]}, Recurring, strict=False)
