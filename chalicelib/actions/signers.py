"""Who acted on a page: a screenful at a time, all of them for a file, and how many."""

from collections.abc import Iterable, Iterator
from itertools import islice, takewhile
from typing import NamedTuple

from chalicelib import counters, dynamo
from chalicelib.actions import store
from chalicelib.actions.store import Action
from chalicelib.people import store as people
from chalicelib.people.person import Person


class Signer(NamedTuple):
    """An action and who took it (None: their row has been deleted since)."""

    action: Action
    person: Person | None


def page_of(group: str, page: str, after: str = "", size: int = 50) -> tuple[list[Signer], str]:
    """Some signers in the order of person ids, and the id to go on after ('' at the end)."""
    actions = list(islice(store.each_of_page(page, after, at_once=size + 1), size + 1))
    more = len(actions) > size
    return _with_people(group, actions[:size]), actions[size - 1].person if more else ""


def each(group: str, page: str, after: str = "", until: str = "f" * 32) -> Iterator[Signer]:
    """Everyone who acted and whose id lies behind `after`, up to `until`; read a hundred at a time."""
    actions = takewhile(lambda action: action.person <= until, store.each_of_page(page, after))
    while hundred := list(islice(actions, 100)):
        yield from _with_people(group, hundred)


def count(pages: Iterable[str]) -> dict[str, int]:
    """How many people acted on each of these pages (ids), in one round trip for a dozen."""
    table, wanted = counters.keys("")[0], {page: f"page#{page}" for page in pages}
    keys = [key for counted in wanted.values() for key in counters.keys(counted)[1]]
    found = dynamo.get_many({table: keys})[table]
    return {page: _actions(item for item in found if item["k"] == counted) for page, counted in wanted.items()}


def _actions(items: Iterable[dynamo.Item]) -> int:
    return counters.total(items).get("actions", 0)


def _with_people(group: str, actions: list[Action]) -> list[Signer]:
    known = people.find_many(group, [action.person for action in actions])
    return [Signer(action, known.get(action.person)) for action in actions]
