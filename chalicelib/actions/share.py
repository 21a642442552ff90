"""People who join the lists of a page's sponsors, beside that of the group whose page it is."""

from functools import cache

import msgspec

from chalicelib import counters
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Person, Subscription, person_id


def share(person: Person, groups: tuple[str, ...], at: float, *, replace: bool = True) -> list[str]:
    """Put somebody on the lists of these groups, and give those to which they are new. Repeating it changes nothing.

    `replace`: as `people.upsert` has it.
    """
    return [group for group in groups if group != person.group and _join(person, group, at, replace)]


def count(new: list[str], today: str) -> None:
    for group in set(new):
        counts = {"people": new.count(group), "subscribed": new.count(group)}
        counters.add(f"group#{group}", "total", counts)
        counters.add(f"group#{group}", today, counts)


def _join(person: Person, group: str, at: float, replace: bool) -> bool:
    salt = _salt(group)
    theirs = msgspec.structs.replace(
        person,
        id=person_id(salt, person.email),
        group=group,
        subscription=Subscription.SUBSCRIBED,
        tags=frozenset(),
        source=f"shared:{person.group}",
    )
    known = people.upsert(theirs, at=at, replace=replace)
    if known and known.subscription == Subscription.OUTSIDE:
        subscription.join(group, theirs.id)
    return known is None


@cache
def _salt(group: str) -> str:
    """It never changes. A group that is gone is a bug: groups are not deleted."""
    found = network.find_group(group)
    if found is None:
        raise LookupError(f"no group {group}")
    return found.salt
