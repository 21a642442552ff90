"""Rows of who acted on a page within five minutes, for those who want to be told. They are gone after a day."""

from collections.abc import Collection
from itertools import islice
from typing import NamedTuple

from chalicelib import clock, dynamo

_NOTICES = dynamo.Table("notices", "p", "w")

_KEPT_SECONDS = 86400
# A row has an end, and an email too: whoever wants all of them looks at the page's results.
MOST_NAMED = 20
_MOST_KNOWN = 200

_full: set[tuple[str, int]] = set()


class Window(NamedTuple):
    """Ids of people who acted, and whether there were more than are known here."""

    people: frozenset[str]
    more: bool


def add(page: str, window: int, people: Collection[str]) -> None:
    if (page, window) in _full:
        return
    item = _NOTICES.update(
        page,
        window,
        set={"x": int(clock.now() + _KEPT_SECONDS)},
        add={"who": set(islice(sorted(people), _MOST_KNOWN))},
    )
    if len(item["who"]) >= _MOST_KNOWN:
        _full.clear()
        _full.add((page, window))


def find(page: str, window: int) -> Window:
    item = _NOTICES.get(page, window, consistent=True) or {}
    people = frozenset(item.get("who", ()))
    return Window(people, len(people) >= _MOST_KNOWN)
