"""Rows of imports: what was uploaded, how it is read, how far it has come, and what it found."""

from enum import StrEnum
from itertools import islice
from typing import Any

import msgspec

from chalicelib import clock, dynamo
from chalicelib.people.csv_file import Dialect

_IMPORTS = dynamo.Table("imports", "g", "id")


class State(StrEnum):
    """`checking` is the dry run; `checked` waits for the organizer."""

    CHECKING = "checking"
    CHECKED = "checked"
    IMPORTING = "importing"
    DONE = "done"
    STOPPED = "stopped"


class Kind(StrEnum):
    """What a file holds."""

    PEOPLE = "people"
    GIFTS = "gifts"


class Counts(msgspec.Struct, frozen=True):
    """Rows by what they mean for the list; `repeated` are rows about somebody who stood in the file before.

    Among the others, `unsubscribed` counts those whom we know and must not mail, and `suppressed` those of the new
    whose address bounced or complained before.

    Of past gifts: `new`, `unchanged` are gifts, `people` counts donors who are new on the list.
    """

    new: int = 0
    updated: int = 0
    unchanged: int = 0
    invalid: int = 0
    repeated: int = 0
    unsubscribed: int = 0
    suppressed: int = 0
    people: int = 0

    @property
    def rows(self) -> int:
        return self.new + self.updated + self.unchanged + self.invalid + self.repeated

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(*(one + more for one, more in zip(_numbers(self), _numbers(other), strict=True)))


class Batch(msgspec.Struct, frozen=True):
    """Rows under way, not yet in the import's counts: where they end, and what they mean.

    Written down before anything of it is done. Whoever does it again after a crash finds half of its people on the list
    already, and must not count them as known.
    """

    end: int
    line: int
    counts: Counts = Counts()


class Import(msgspec.Struct, frozen=True, kw_only=True):
    """`offset` and `line` are how far the present pass has come; `size` the file's, in bytes; times epoch seconds.

    `confirmed` says that the organizer has seen the dry run and wants it imported.
    `currency` and `day_first` say how amounts and dates of past gifts are read.
    `token` names the worker that is at it, until `alive_until`; `problem` says why it could not go on.
    """

    id: str
    group: str
    created: float
    dialect: Dialect
    by: str = ""
    kind: Kind = Kind.PEOPLE
    state: State = State.CHECKING
    confirmed: bool = False
    size: int = 0
    heading: list[str] = []
    meanings: list[str] = []
    first_is_heading: bool = True
    tag: str = ""
    currency: str = ""
    day_first: bool = False
    offset: int = 0
    line: int = 0
    counts: Counts = Counts()
    under_way: Batch | None = None
    token: str = ""
    alive_until: float = 0
    begun: float = 0
    finished: float = 0
    problem: str = ""

    @property
    def running(self) -> bool:
        return self.state in RUNNING

    @property
    def share(self) -> float:
        """How much of the present pass is done, 0 to 1."""
        return min(1.0, self.offset / self.size) if self.size else 0.0


RUNNING = (State.CHECKING, State.IMPORTING)


def add(started: Import) -> bool:
    """False when this import was started before."""
    item = msgspec.to_builtins(started)
    return _IMPORTS.add_new({"g": item.pop("group")} | item)


def find(group: str, wanted: str) -> Import | None:
    item = _IMPORTS.get(group, wanted, consistent=True)
    return _import(item) if item else None


def imports_of(group: str, kind: Kind = Kind.PEOPLE, limit: int = 20) -> list[Import]:
    """Newest first."""
    found = map(_import, _IMPORTS.each(group, newest_first=True))
    return list(islice((each for each in found if each.kind == kind), limit))


def change(
    group: str, wanted: str, when: list[State], changes: dict[str, Any], token: str | None = None
) -> Import | None:
    """Write the named attributes if the import stands as `when` says (and is held by `token`); else None.

    `changes` hold a time, so a row that has them all already was written by this call, whose first answer was lost.
    """
    states = {f"s{number}": str(state) for number, state in enumerate(when)}
    condition = f"#state IN ({', '.join(':' + name for name in states)})"
    condition += " AND #token = :token" if token is not None else ""
    values = states | ({"token": token} if token is not None else {})
    return _write(group, wanted, msgspec.to_builtins(changes), condition, values)


def take(group: str, wanted: str, token: str, until: float) -> Import | None:
    """Take the work on an import; None while another worker is at it, or when there is nothing to do."""
    condition = "#state IN (:checking, :importing) AND #alive_until < :now"
    values = {"checking": str(State.CHECKING), "importing": str(State.IMPORTING), "now": clock.now()}
    return _write(group, wanted, {"token": token, "alive_until": until}, condition, values)


def _write(group: str, wanted: str, changes: dict[str, Any], when: str, values: dict[str, Any]) -> Import | None:
    try:
        item = _IMPORTS.update(group, wanted, set=changes, when=when, values=values)
    except dynamo.ConditionFailed as found:
        item = found.item or {}
        if not all(item.get(name) == value for name, value in changes.items()):
            return None
    return _import(item)


def _import(item: dynamo.Item) -> Import:
    return msgspec.convert(item | {"group": item["g"]}, Import)


def _numbers(counts: Counts) -> tuple[int, ...]:
    return msgspec.structs.astuple(counts)
