"""Rows of seats. In partition `group/page`: the pool, who waits in order, and who was seated and does not know yet.

Each holder has a row in `group/page#shard`. The pool's number and a holder's row change together or not at all, so
`t` is always the sum of all `cn`. A holder's row changes under its version: nobody writes over what they have not read.
A kind of tickets has partitions of its own: `group/page/kind`.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from msgspec.structs import replace

from chalicelib import clock, dynamo
from chalicelib.actions.seats import Pool, Room, Seat, Standing

_SEATS = dynamo.Table("seats", "k", "id")
_SHARDS = "0123456789abcdef"
_POOL, _WAITING, _UNTOLD = "pool", "w#", "t#"
# Many write the pool's row at once: each tries again soon.
_LONGEST_PAUSE = 0.4


class Waiting(NamedTuple):
    """One in the waiting list."""

    place: str
    holder: str
    seats: int


def look(pool: Pool, holder: str) -> tuple[Room, Seat | None]:
    keys = [(_partition(pool), _POOL), (_of(pool, holder), holder)]
    rows = {row["id"]: row for row in dynamo.get_many({_SEATS: keys}, consistent=True)[_SEATS]}
    return _room(rows.get(_POOL)), _seat(rows[holder]) if holder in rows else None


def room(pool: Pool) -> Room:
    return _room(_SEATS.get(_partition(pool), _POOL, consistent=True))


def rooms(pools: Sequence[Pool]) -> list[Room]:
    """Of several pools, in one round trip."""
    rows = dynamo.get_many({_SEATS: [(_partition(pool), _POOL) for pool in pools]}, consistent=True)[_SEATS]
    found = {row["k"]: row for row in rows}
    return [_room(found.get(_partition(pool))) for pool in pools]


def find(pool: Pool, holder: str) -> Seat | None:
    row = _SEATS.get(_of(pool, holder), holder, consistent=True)
    return _seat(row) if row else None


def each(pool: Pool) -> Iterator[Seat]:
    """Everybody, in the order of their ids."""
    for shard in _SHARDS:
        yield from map(_seat, _SEATS.each(f"{_partition(pool)}#{shard}", consistent=True))


def waiting(pool: Pool) -> Iterator[Waiting]:
    """Who waits, in the order in which they came."""
    for row in _SEATS.each(_partition(pool), between=(_WAITING, _WAITING + "~"), consistent=True):
        yield Waiting(row["id"].removeprefix(_WAITING), row["p"], row["n"])


def take(pool: Pool, seat: Seat, before: Seat | None, most: int | None) -> bool:
    """Write somebody seated, if the pool then holds `most` at most (None: no limit); False if anything changed."""
    more = seat.counted - (before.counted if before else 0)
    writes = [_write(pool, seat, before)]
    if more:
        when, values = "#t >= :none", {":none": 0}
        if more > 0 and most is not None:
            when, values = "#t <= :room AND attribute_not_exists(#x) AND #w = #c", {":room": most - more}
        writes.append(_SEATS.updating(_partition(pool), _POOL, add={"t": more}, when=when, values=values))
    return not _together(writes)


def wait(pool: Pool, seat: Seat, before: Seat | None) -> bool:
    """Write somebody into the waiting list, and ring the bell; False if their row had changed."""
    entry = _SEATS.updating(
        _partition(pool), _WAITING + seat.place, set={"p": seat.holder, "n": seat.seats}, when=_NEW_OR_HERS,
        values={":holder": seat.holder},
    )  # fmt: skip
    if _together([_write(pool, seat, before), entry]):
        return False
    ring(pool)
    return True


def ring(pool: Pool) -> None:
    _SEATS.update(_partition(pool), _POOL, add={"w": 1}, returns="NONE")


def quiet(pool: Pool, seen: Room) -> None:
    """Nobody waits, unless the bell has been rung since it was `seen`."""
    try:
        _SEATS.update(_partition(pool), _POOL, set={"c": seen.bell}, when="#w = :bell", values={"bell": seen.bell})
    except dynamo.ConditionFailed:
        return


def seat_waiting(pool: Pool, seat: Seat, before: Seat, most: int | None) -> bool:
    """The same as `take` for one who waits, and note that they are to be told."""
    limit = most - seat.seats if most is not None else None
    counted = _SEATS.updating(
        _partition(pool), _POOL, add={"t": seat.seats},
        when="attribute_exists(#t)" if limit is None else "#t <= :room",
        values={} if limit is None else {":room": limit},
    )  # fmt: skip
    untold = _SEATS.updating(
        _partition(pool), _UNTOLD + seat.holder, set={"cl": seat.claim}, when=_NEW_OR_ANY, values={":any": "t"}
    )
    gone = _SEATS.removing(_partition(pool), _WAITING + before.place)
    return not _together([_write(pool, seat, before), counted, gone, untold])


def give_back(pool: Pool, seat: Seat, before: Seat) -> bool:
    """Write that somebody has nothing any more; False if their row had changed. A hold that ended leaves no row."""
    ended = before.standing == Standing.HELD
    writes = [_remove(pool, before) if ended else _write(pool, seat, before)]
    if before.counted:
        given = _SEATS.updating(
            _partition(pool), _POOL, add={"t": -before.counted}, when="#t >= :none", values={":none": 0}
        )
        writes.append(given)
    if before.place:
        writes.append(_SEATS.removing(_partition(pool), _WAITING + before.place))
    return not _together(writes)


def hand_over(pool: Pool, seat: Seat, before: Seat) -> bool:
    """Write that what was held is theirs; False if their row had changed."""
    return not _together([_write(pool, seat, before)])


def begin(pool: Pool) -> None:
    """A number for the pool, where there is none yet."""
    _SEATS.update(_partition(pool), _POOL, set_once={"t": 0, "w": 0, "c": 0}, returns="NONE")


def count_in(pool: Pool, seats: Sequence[Seat]) -> bool:
    """Put seats that were taken while nothing was limited into the number; False if one of them changed."""
    more = sum(seat.seats - seat.counted for seat in seats)
    rows = [_write(pool, replace(seat, counted=seat.seats), seat) for seat in seats]
    number = _SEATS.updating(_partition(pool), _POOL, add={"t": more}, when="attribute_exists(#t)")
    return not _together([*rows, number])


def set_ready(pool: Pool, ready: bool) -> None:
    _SEATS.update(_partition(pool), _POOL, set={"r": 1} if ready else {}, remove=() if ready else ("r",))


def set_shut(pool: Pool, shut: bool) -> None:
    """Let nobody have any more, whatever there is."""
    _SEATS.update(_partition(pool), _POOL, set={"x": 1} if shut else {}, remove=() if shut else ("x",))


def set_here(pool: Pool, holder: str, at: float) -> bool:
    """Write that somebody seated is there (0: is not); False when they have no seat."""
    try:
        _SEATS.update(
            _of(pool, holder),
            holder,
            set={"hr": at, "v": clock.new_id()},
            when="#st = :seated",
            values={"seated": str(Standing.SEATED)},
        )
    except dynamo.ConditionFailed:
        return False
    return True


def untold(pool: Pool) -> list[tuple[str, str]]:
    """Holders, and their claims, who came off the waiting list and have not been told."""
    rows = _SEATS.each(_partition(pool), between=(_UNTOLD, _UNTOLD + "~"), consistent=True)
    return [(row["id"].removeprefix(_UNTOLD), row["cl"]) for row in rows]


def told(pool: Pool, holder: str, claim: str) -> None:
    try:
        _SEATS.delete(_partition(pool), _UNTOLD + holder, when="#cl = :claim", values={"claim": claim})
    except dynamo.ConditionFailed:
        return


_NEW_OR_HERS = "attribute_not_exists(#id) OR #p = :holder"
_NEW_OR_ANY = "attribute_not_exists(#id) OR #id > :any"


def _write(pool: Pool, seat: Seat, before: Seat | None) -> dynamo.Item:
    row = {
        "st": str(seat.standing),
        "n": seat.seats,
        "cn": seat.counted,
        "at": seat.at,
        "cl": seat.claim,
        "pl": seat.place,
        "hr": seat.here,
        "v": clock.new_id(),
    }
    if seat.person:
        row |= {"pe": seat.person, "pr": seat.price, "cu": seat.currency}
    when = "#v = :seen" if before else "attribute_not_exists(#v)"
    values = {":seen": before.version} if before else {}
    return _SEATS.updating(_of(pool, seat.holder), seat.holder, set=row, when=when, values=values)


def _remove(pool: Pool, before: Seat) -> dynamo.Item:
    seen = {":seen": before.version}
    return _SEATS.removing(_of(pool, before.holder), before.holder, when="#v = :seen", values=seen)


def _together(writes: Sequence[dynamo.Item]) -> set[int]:
    return dynamo.together(writes, longest_pause=_LONGEST_PAUSE)


def _partition(pool: Pool) -> str:
    return "/".join(part for part in pool if part)


def _of(pool: Pool, holder: str) -> str:
    return f"{_partition(pool)}#{holder[0]}"


def _room(row: dynamo.Item | None) -> Room:
    row = row or {}
    return Room(row.get("t", 0), row.get("w", 0), row.get("c", 0), "r" in row, "x" in row)


def _seat(row: dynamo.Item) -> Seat:
    return Seat(
        holder=row["id"],
        standing=Standing(row["st"]),
        seats=row["n"],
        at=row["at"],
        claim=row["cl"],
        place=row["pl"],
        counted=row["cn"],
        here=row["hr"],
        version=row["v"],
        person=row.get("pe", ""),
        price=row.get("pr", 0),
        currency=row.get("cu", ""),
    )
