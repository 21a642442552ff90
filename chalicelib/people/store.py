"""Rows of people: partition `group#shard`, sorted by person id. Short names keep a row within one write unit."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

import msgspec

from chalicelib import dynamo
from chalicelib.people.person import SHARDS, Gifts, Person, Subscription, id_prefix, shard_of

_PEOPLE = dynamo.Table("people", "gs", "id")
_SUPPRESSIONS = dynamo.Table("suppressions", "h")

_SHORT = {
    "email": "e",
    "given_name": "fn",
    "family_name": "ln",
    "phone": "ph",
    "street": "ad",
    "city": "ci",
    "zip_code": "z",
    "language": "l",
    "tags": "t",
    "subscription": "st",
    "subscription_since": "sa",
    "created": "cr",
    "source": "src",
}
_TOLD = ("given_name", "family_name", "phone", "street", "city", "zip_code", "language")
# A custom field is an attribute of its own, so that two forms never overwrite each other's.
_FIELD = "f_"
_LONG = {short: long for long, short in _SHORT.items()}


class PeoplePage(NamedTuple):
    """Some people in id order, and the id to go on after ('' at the end)."""

    people: list[Person]
    after: str


def find(group: str, person: str, *, consistent: bool = False) -> Person | None:
    item = _PEOPLE.get(_partition(group, person), person, consistent=consistent)
    return _person(item) if item else None


def find_many(group: str, people: Iterable[str], *, consistent: bool = False) -> dict[str, Person]:
    """People by id, those who exist (100 a round trip)."""
    keys = {_PEOPLE: [(_partition(group, person), person) for person in people]}
    items = dynamo.get_many(keys, consistent=consistent)[_PEOPLE]
    return {item["id"]: _person(item) for item in items}


def find_by_referrer_code(group: str, code: str) -> Person | None:
    """Whom a referrer code credits, if they are one of this group's."""
    prefix = id_prefix(code)
    if not prefix:
        return None
    low, high = prefix.ljust(32, "0"), prefix.ljust(32, "f")
    page = _PEOPLE.query(_partition(group, prefix), between=(low, high), limit=1)
    return _person(page.items[0]) if page.items else None


def upsert(person: Person, *, at: float, replace: bool = True) -> Person | None:
    """Write what is known of a person and give the row as it was before (None: new).

    Names and ZIP are replaced only by something newer, and without `replace` by nothing: then only what is missing is
    added. The subscription of someone already known is never touched.
    """
    once = {"e": person.email, "st": str(person.subscription), "sa": at, "cr": at, "src": person.source}
    key = (_partition(person.group, person.id), person.id)
    if not replace:
        # No "la": what they said themselves counts more than this, whichever of the two is recorded first.
        old = _PEOPLE.update(*key, set_once=once | _told(person), add={"t": set(person.tags)}, returns="ALL_OLD")
        return _person(old) if old else None
    try:
        old = _PEOPLE.update(
            *key,
            set=_told(person) | {"la": at},
            set_once=once,
            add={"t": set(person.tags)},
            when="attribute_not_exists(#la) OR #la <= :at",
            values={"at": at},
            returns="ALL_OLD",
        )
    except dynamo.ConditionFailed as newer:
        old = newer.item or {}
        if not person.tags <= set(old.get("t", ())):
            tag(person.group, person.id, add=person.tags)  # a tag is never older than another
    return _person(old) if old else None


def update_people(people: Sequence[Person], *, at: float) -> None:
    """`upsert` for up to a hundred who are on the list already, in one call."""
    while people:
        updates = [((_partition(person.group, person.id), person.id), _update(person, at)) for person in people]
        newer = dynamo.update_all(_PEOPLE, updates, "attribute_exists(#id) AND #la <= :at", {"at": at})
        # Somebody signed since, or was forgotten: those one by one, the others without them.
        for index in newer:
            upsert(people[index], at=at)
        people = [person for index, person in enumerate(people) if newer and index not in newer]


def _update(person: Person, at: float) -> dynamo.Change:
    change = dynamo.Change()
    change.set(_told(person) | {"la": at}, {}, {})
    change.clause("ADD", {"t": set(person.tags)})
    return change


def _told(person: Person) -> dynamo.Item:
    """What is not empty: nothing is known for certain by not being said."""
    told = {_SHORT[name]: getattr(person, name) for name in _TOLD}
    told |= {_FIELD + field: value for field, value in person.fields.items()}
    return {name: value for name, value in told.items() if value}


def add_new_people(people: Sequence[Person], *, at: float, source: str) -> list[Person]:
    """Write people who are not on the list yet, a hundred a call; those found there meanwhile are given back.

    Conditional, in transactions: a whole-row write could undo what somebody did in the same second.
    """
    beaten: list[Person] = []
    for start in range(0, len(people), 100):
        beaten += _add_hundred(people[start : start + 100], at, source)
    return beaten


def _add_hundred(people: Sequence[Person], at: float, source: str) -> list[Person]:
    items = [_new_item(person, at, source) for person in people]
    taken = dynamo.add_all_new(_PEOPLE, items)
    if not taken:
        return []
    # One that exists makes DynamoDB refuse all hundred: write the others without it.
    beaten = [person for index, person in enumerate(people) if index in taken]
    return beaten + _add_hundred([person for index, person in enumerate(people) if index not in taken], at, source)


def _new_item(person: Person, at: float, source: str) -> dynamo.Item:
    told = {short: getattr(person, long) for long, short in _SHORT.items()}
    told |= {"st": str(person.subscription), "sa": at, "cr": person.created, "la": at, "src": source}
    kept = {name: value for name, value in told.items() if value != ""}
    return kept | {"gs": _partition(person.group, person.id), "id": person.id}


def change(group: str, person: str, **changes: Any) -> Person | None:
    """Change named attributes of someone known; None when there is no such person."""
    try:
        item = _PEOPLE.update(
            _partition(group, person),
            person,
            set={_SHORT[name]: value for name, value in changes.items()},
            when="attribute_exists(#id)",
        )
    except dynamo.ConditionFailed:
        return None
    return _person(item)


def change_subscription(
    group: str, person: str, to: Subscription, at: float, out_of: Iterable[Subscription]
) -> Subscription | None:
    """Set the subscription if it is one of `out_of`, and give what it was; None when nothing changed."""
    standings = {f"st{number}": str(standing) for number, standing in enumerate(out_of)}
    try:
        old = _PEOPLE.update(
            _partition(group, person),
            person,
            set={"st": str(to), "sa": at},
            when=f"#st IN ({', '.join(':' + name for name in standings)})",
            values=standings,
            returns="ALL_OLD",
        )
    except dynamo.ConditionFailed:
        return None
    return Subscription(old["st"])


def tag(group: str, person: str, *, add: Collection[str] = (), remove: Collection[str] = ()) -> None:
    key = (_partition(group, person), person)
    if add or remove:
        _PEOPLE.update(*key, add={"t": set(add)}, delete={"t": set(remove)}, when="attribute_exists(#id)")


def forget(group: str, person: str) -> Person | None:
    """Delete a person's row and give what it held."""
    item = _PEOPLE.delete(_partition(group, person), person)
    return _person(item) if item else None


def each(group: str, after: str = "") -> Iterator[Person]:
    """Everyone of a group in id order, shard after shard, beginning behind the id `after`."""
    for number in range(int(after[:2], 16) if after else 0, SHARDS):
        yield from each_of_shard(group, f"{number:02x}", after)


def each_of_shard(group: str, shard: str, after: str = "") -> Iterator[Person]:
    partition = f"{group}#{shard}"
    start = {"gs": partition, "id": after} if after[:2] == shard else None
    for item in _PEOPLE.each(partition, after=start):
        yield _person(item)


def suppress(address_hash: str, reason: str, at: float) -> None:
    """Never mail this address again, whatever any list says. `reason`: bounced, or complained, which weighs more."""
    try:
        _SUPPRESSIONS.update(
            address_hash,
            set={"reason": reason},
            set_once={"at": at},
            when="attribute_not_exists(#reason) OR #reason <> :complained",
            values={"complained": "complained"},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return


def suppressed(address_hashes: Iterable[str]) -> dict[str, str]:
    """Which of these addresses must not be mailed, and why."""
    found = dynamo.get_many({_SUPPRESSIONS: [(address,) for address in address_hashes]})[_SUPPRESSIONS]
    return {item["h"]: item["reason"] for item in found}


def standings(group: str, people: Mapping[str, str]) -> tuple[dict[str, Subscription], dict[str, str]]:
    """What decides at the last moment whether people may be mailed, in one consistent read of at most 50.

    `people` maps ids to address hashes. Gives the subscription of those who exist, and the reason why an address (by
    its hash) is suppressed.
    """
    keys: dict[dynamo.Table, list[tuple[Any, ...]]] = {
        _PEOPLE: [(_partition(group, person), person) for person in people],
        _SUPPRESSIONS: [(address,) for address in people.values()],
    }
    found = dynamo.get_many(keys, consistent=True, only={_PEOPLE: "#id, #st"})
    subscriptions = {item["id"]: Subscription(item["st"]) for item in found[_PEOPLE]}
    return subscriptions, {item["h"]: item["reason"] for item in found[_SUPPRESSIONS]}


def _partition(group: str, person: str) -> str:
    return f"{group}#{shard_of(person)}"


def _person(item: dynamo.Item) -> Person:
    known: dict[str, Any] = {_LONG[name]: value for name, value in item.items() if name in _LONG}
    known["subscription"] = Subscription(known["subscription"])
    known["tags"] = frozenset(known.get("tags", ()))
    known["gifts"] = msgspec.convert(item.get("gv", {}), Gifts, strict=False)
    known["fields"] = {name.removeprefix(_FIELD): item[name] for name in item if name.startswith(_FIELD)}
    return Person(id=item["id"], group=item["gs"].partition("#")[0], **known)
