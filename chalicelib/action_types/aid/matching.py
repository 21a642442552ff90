"""Who fits whom: the same kind of help first, then the shortest way."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chalicelib.people.zip_place import km_between, place_of

MOST_FITTING = 3

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
    """Between the middles of two ZIP codes; None where one is not known."""
    here, there = place_of(zip_code), place_of(other)
    return km_between(here, there) if here and there else None


def _far(fit: Fit) -> float:
    return _NOWHERE if fit.km is None else fit.km
