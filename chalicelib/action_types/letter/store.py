"""Rows of target lists: one for each list of a group, and their targets and places in 256 drawers each.

What lies under a key is in the drawer that the key's hash names. So a ZIP code costs two reads of a few rows, however
long the list, and 42,000 of them are written by a dozen calls. An upload fills drawers of its own and then changes the
list's row: whoever looks something up sees one file or the other.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import msgspec

from chalicelib import clock, dynamo
from chalicelib.action_types.letter.target import Target

_LISTS = dynamo.Table("target_lists", "g", "id")

# DynamoDB takes 400 KB a row.
_MOST_BYTES = 380_000
# Whoever read a list's row a moment ago still opens the drawers of the file before.
_KEPT_SECONDS = 86400


class TooDense(Exception):
    """More lies under a few keys than a row can hold: that is not a list of people anybody could write to."""


class TargetList(msgspec.Struct, frozen=True, kw_only=True):
    """`targets` and `places` name the drawers in use ('' while nothing was uploaded). `size`: targets, of them
    `with_email` can be written to, and `placed` are found without a file of places. `created` in epoch seconds. `left`
    are the first rows of the file uploaded last that were left out, and why; `left_out` is how many.
    """

    id: str
    group: str
    name: str
    created: float
    targets: str = ""
    size: int = 0
    with_email: int = 0
    placed: int = 0
    parties: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    places: str = ""
    zip_codes: int = 0
    left: tuple[str, ...] = ()
    left_out: int = 0
    # How many get no letter, since too many decide for the same place.
    unreached: int = 0

    @property
    def needs_places(self) -> bool:
        """True when some of its targets decide for districts or states and nothing says which ZIP codes those are."""
        return bool(self.size) and not self.places and self.placed < self.size


def add(made: TargetList) -> None:
    _LISTS.put(_item(made))


def find(group: str, wanted: str, *, consistent: bool = False) -> TargetList | None:
    item = _LISTS.get(group, wanted, consistent=consistent) if wanted else None
    return _list(item) if item else None


def lists_of(group: str) -> list[TargetList]:
    """All lists of a group, newest first."""
    return [_list(item) for item in _LISTS.each(group, newest_first=True)]


def change(group: str, wanted: str, **changes: Any) -> TargetList | None:
    """Write the named attributes; None when there is no such list."""
    try:
        return _list(_LISTS.update(group, wanted, set=changes, when="attribute_exists(#id)"))
    except dynamo.ConditionFailed:
        return None


def fill(group: str, wanted: str, by_key: Mapping[str, Any]) -> str:
    """Put what belongs to each key into new drawers; their name. Raises TooDense."""
    name, drawers = clock.new_id(), defaultdict[str, dict[str, Any]](dict)
    for key, held in by_key.items():
        drawers[_drawer(name, key)][key] = held
    encoded = {drawer: msgspec.json.encode(held).decode() for drawer, held in drawers.items()}
    if any(len(held.encode()) > _MOST_BYTES for held in encoded.values()):
        raise TooDense
    dynamo.put_many(_LISTS, ({"g": _partition(group, wanted), "id": id, "b": held} for id, held in encoded.items()))
    return name


def throw_away(group: str, wanted: str, name: str) -> None:
    """Let drawers that nothing names any more go in a day."""
    if name:
        gone = int(clock.now() + _KEPT_SECONDS)
        old = _LISTS.each(_partition(group, wanted), between=(f"{name}#", f"{name}#~"))
        dynamo.put_many(_LISTS, (item | {"x": gone} for item in old))


def places_at(group: str, wanted: TargetList, zip_code: str) -> list[str]:
    """The places (`MA/5`) in which a ZIP code lies."""
    found = _look(group, wanted.id, wanted.places, [zip_code]).get(zip_code, [])
    return msgspec.convert(found, list[str])


def targets_under(group: str, wanted: TargetList, keys: Sequence[str]) -> dict[str, list[Target]]:
    found = _look(group, wanted.id, wanted.targets, keys)
    return {key: msgspec.convert(targets, list[Target]) for key, targets in found.items()}


def _look(group: str, wanted: str, name: str, keys: Sequence[str]) -> dict[str, Any]:
    if not (name and keys):
        return {}
    partition = _partition(group, wanted)
    drawers = dynamo.get_many({_LISTS: [(partition, _drawer(name, key)) for key in keys]})[_LISTS]
    opened: dict[str, Any] = {}
    for drawer in drawers:
        opened |= msgspec.json.decode(drawer["b"])
    return {key: opened[key] for key in keys if key in opened}


def _partition(group: str, wanted: str) -> str:
    return f"{group}/{wanted}"


def _drawer(name: str, key: str) -> str:
    return f"{name}#{sha256(key.encode()).hexdigest()[:2]}"


def _item(made: TargetList) -> dynamo.Item:
    item: dynamo.Item = msgspec.to_builtins(made)
    return {"g": item.pop("group")} | item


def _list(item: dynamo.Item) -> TargetList:
    return msgspec.convert(item | {"group": item["g"]}, TargetList)
