"""Rows of gifts that somebody else took. Besides the donation there is a row that says whose it is, by its id: a donor
who has another address by the time that a refund is told has not given twice.
"""

from collections.abc import Iterable, Sequence

from chalicelib import dynamo
from chalicelib.giving import store
from chalicelib.giving.donation import Donation

_KNOWN = dynamo.Table("outside_gifts", "k")

_MOST_WRITES = 100


def find(group: str, donation: str) -> Donation | None:
    """Whoever gave it."""
    item = _KNOWN.get(_key(group, donation), consistent=True)
    return store.find(item["p"], donation) if item else None


def claim(group: str, told: str, person: str) -> str:
    """Whose a recurring donation of this id is: whoever was named first."""
    try:
        _KNOWN.put({"k": _key(group, told), "p": person}, when="attribute_not_exists(#k)")
    except dynamo.ConditionFailed as found:
        return str((found.item or {})["p"])
    return person


def known(group: str, donations: Iterable[str]) -> set[str]:
    """Which of these ids we know."""
    found = dynamo.get_many({_KNOWN: [(_key(group, each),) for each in donations]}, consistent=True)[_KNOWN]
    return {item["k"].partition("#")[2] for item in found}


def add(donation: Donation) -> bool:
    """One gift, into the sums at once; False when we know it."""
    return not add_all([donation])


def add_all(donations: Sequence[Donation]) -> list[Donation]:
    """Gifts of one group, each with a row that says so and with the sums; those known already are given back.

    As many at once as a transaction holds: each sum is then written once for all of them, and thousands of gifts in a
    file do not queue for the same few counters.
    """
    beaten: list[Donation] = []
    waiting = list(donations)
    while waiting:
        part = _part(waiting)
        rows = [write for each in part for write in (_adding(each), store.adding(each))]
        taken = {place // 2 for place in dynamo.together([*rows, *store.adding_to_sums((None, each) for each in part)])}
        beaten += [part[place] for place in sorted(taken)]
        left = [each for place, each in enumerate(part) if place not in taken] if taken else []
        waiting = left + waiting[len(part) :]
    return beaten


def _part(waiting: Sequence[Donation]) -> Sequence[Donation]:
    """Those from the first on that fit into one transaction."""
    sums: set[tuple[str, str]] = set()
    for number, each in enumerate(waiting):
        sums |= store.sums_with(each)
        if number and 2 * (number + 1) + len(sums) > _MOST_WRITES:
            return waiting[:number]
    return waiting


def _adding(donation: Donation) -> dynamo.Item:
    return _KNOWN.putting_new({"k": _key(donation.group, donation.id), "p": donation.person})


def _key(group: str, donation: str) -> str:
    return f"{group}#{donation}"
