"""Who fits whom: the same kind of help first, then the shortest way."""

import math
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

MOST_FITTING = 3

_EARTH_KM = 6371.0
_NOWHERE = 1e9


class Reply(NamedTuple):
    """What one person (by id) said; `at` epoch seconds."""

    person: str
    at: float
    needs: frozenset[str]
    gives: frozenset[str]
    zip_code: str = ""
    when: str = ""
    note: str = ""


class Fit(NamedTuple):
    """Somebody who can help: with what of it, and how far away (km; None where a ZIP code is not known)."""

    reply: Reply
    shared: frozenset[str]
    km: float | None


def reply_of(person: str, at: float, own: Mapping[str, str]) -> Reply:
    needs, gives = (frozenset(filter(None, own.get(name, "").split("\n"))) for name in ("needs", "gives"))
    return Reply(person, at, needs, gives, own.get("zip_code", ""), own.get("when", ""), own.get("note", ""))


def fitting(need: Reply, replies: Iterable[Reply]) -> list[Fit]:
    """The three who fit best, themselves left out."""
    fits = [
        Fit(reply, need.needs & reply.gives, distance_km(need.zip_code, reply.zip_code))
        for reply in replies
        if reply.person != need.person and need.needs & reply.gives
    ]
    return sorted(fits, key=lambda fit: (-len(fit.shared), _far(fit), fit.reply.at))[:MOST_FITTING]


def distance_km(zip_code: str, other: str) -> float | None:
    """Between the middles of two ZIP codes of the United States; None where one is not known."""
    here, there = _place(zip_code), _place(other)
    if here is None or there is None:
        return None
    (south, west), (north, east) = here, there
    across = math.sin((north - south) / 2) ** 2
    along = math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(across + along, 1.0)))


def _far(fit: Fit) -> float:
    return _NOWHERE if fit.km is None else fit.km


@cache
def _place(zip_code: str) -> tuple[float, float] | None:
    """Latitude and longitude, in radians."""
    import zipcodes  # noqa: PLC0415  (a file of its own that most never need)

    five = zip_code[:5]
    if not (len(five) == 5 and five.isascii() and five.isdigit()):
        return None
    found = zipcodes.matching(five)  # type: ignore[no-untyped-call]
    return (math.radians(float(found[0]["lat"])), math.radians(float(found[0]["long"]))) if found else None
