"""What one order is of: which kinds of tickets, how many of each, and what each cost then. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from chalicelib.action_types.event.settings import Ticket


class Line(NamedTuple):
    """So many of a kind (its id), at the price of one in minor units."""

    kind: str
    number: int
    price: int

    @property
    def total(self) -> int:
        return self.number * self.price


def of(kinds: Iterable[Ticket], wanted: Mapping[str, int]) -> list[Line]:
    """What is wanted of these kinds, by their ids, at today's prices."""
    return [Line(kind.id, wanted[kind.id], kind.price) for kind in kinds if wanted.get(kind.id)]


def total(lines: Iterable[Line]) -> int:
    return sum(line.total for line in lines)


def written(lines: Iterable[Line]) -> str:
    """As it stands with a donation."""
    return " ".join(f"{line.kind}:{line.number}:{line.price}" for line in lines)


def read(text: str) -> list[Line]:
    parts = (part.split(":") for part in text.split())
    return [Line(kind, int(number), int(price)) for kind, number, price in parts]


def named(lines: Iterable[Line], kinds: Sequence[Ticket]) -> str:
    """In words, such as two times front rows and once balcony."""
    names = {kind.id: kind.name for kind in kinds}
    return ", ".join(f"{line.number} × {names.get(line.kind, line.kind)}" for line in lines)
