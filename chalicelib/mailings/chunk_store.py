"""Rows of chunks. Claiming is one conditional write with a fresh token; facts are added, never replaced."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from chalicelib import clock, dynamo
from chalicelib.mailings.chunk import Chunk, Outcome, State

_CHUNKS = dynamo.Table("chunks", "m", "n")
_PARTITIONS = 16

_SHORT = {
    "size": "z",
    "file": "f",
    "start": "o",
    "length": "w",
    "group": "g",
    "variant": "v",
    "due": "du",
    "state": "st",
    "token": "tok",
    "deadline": "dl",
    "attempts": "at",
    "tries": "tr",
    "again": "ag",
    "sent": "s",
    "unknown": "u",
    "delivered": "dv",
    "complained": "co",
    "refused": "rf",
    "suppressed": "sp",
    "bounced": "bo",
    "opened": "op",
    "unsubscribed": "un",
    "clicks": "ck",
}
_SETS = ("sent", "unknown", "delivered", "complained", "opened", "unsubscribed", "clicks")
_MAPS = ("refused", "suppressed", "bounced")


def add(chunks: Iterable[Chunk]) -> None:
    """Write down how an audience was cut. Rows of the same run and number are replaced."""
    dynamo.put_many(_CHUNKS, (_new_item(chunk) for chunk in chunks))


def find(run: str, number: int) -> Chunk | None:
    item = _CHUNKS.get(_partition(run, number), number, consistent=True)
    return _chunk(item) if item else None


def each(run: str, after: int = -1) -> Iterator[Chunk]:
    """Every chunk of a run, partition after partition, beginning behind the chunk `after`."""
    first = after % _PARTITIONS if after >= 0 else 0
    for remainder in range(first, _PARTITIONS):
        partition = _partition(run, remainder)
        start = {"m": partition, "n": after} if after >= 0 and remainder == first else None
        for item in _CHUNKS.each(partition, consistent=True, after=start):
            yield _chunk(item)


def claim(run: str, number: int, token: str, deadline: float) -> Chunk | None:
    """Take a pending chunk; None when it is not there to be taken, or not due yet. `token` must be fresh."""
    try:
        item = _CHUNKS.update(
            *_key(run, number),
            set={"st": str(State.CLAIMED), "tok": token, "dl": deadline},
            add={"at": 1},
            when="#st = :pending AND (attribute_not_exists(#du) OR #du <= :now)",
            values={"pending": str(State.PENDING), "now": clock.now()},
        )
    except dynamo.ConditionFailed as rival:
        # Our own token in the row means that we won, and only the reply was lost.
        ours = rival.item is not None and rival.item.get("tok") == token and rival.item["st"] == State.CLAIMED
        return _chunk(rival.item) if ours and rival.item else None
    return _chunk(item)


class Recorded(NamedTuple):
    """`before` is the row as it was, for counting; `ours` tells whether the state was still ours to change."""

    before: Chunk | None
    ours: bool


def record(chunk: Chunk, outcome: Outcome, state: State) -> Recorded:
    """Write down what became of a chunk that we have claimed, and leave it in `state`.

    When our claim has run out and someone else holds the chunk, the facts are added all the same.
    """
    try:
        old = _CHUNKS.update(
            *_key(chunk.run, chunk.number),
            **_facts(outcome, {"st": str(state)}),
            when="#tok = :token AND #st = :claimed",
            values={"token": chunk.token, "claimed": str(State.CLAIMED)},
            returns="ALL_OLD",
        )
    except dynamo.ConditionFailed as rival:
        if rival.item and rival.item.get("tok") == chunk.token and _holds(_chunk(rival.item), state, outcome):
            return Recorded(chunk, ours=True)  # only the reply of our own write was lost
        return Recorded(add_facts(chunk.run, chunk.number, outcome), ours=False)
    return Recorded(_chunk(old), ours=True)


def _holds(chunk: Chunk, state: State, outcome: Outcome) -> bool:
    """A sweeper may have left the same state behind, but not our facts."""
    return chunk.state == state and not outcome.news(chunk)


def add_facts(run: str, number: int, outcome: Outcome) -> Chunk | None:
    """Add what has been learned about a chunk, whoever holds it; the row before, or None when there is none such."""
    facts = _facts(outcome, {})
    if not any(facts.values()):
        return None
    try:
        return _chunk(_CHUNKS.update(*_key(run, number), **facts, when="attribute_exists(#m)", returns="ALL_OLD"))
    except dynamo.ConditionFailed:
        return None


def settle(chunk: Chunk, state: State, outcome: Outcome) -> bool:
    """Move a claimed chunk on, unless somebody else has done so since it was read."""
    try:
        _CHUNKS.update(
            *_key(chunk.run, chunk.number),
            **_facts(outcome, {"st": str(state)}),
            when="#tok = :token AND #st = :claimed",
            values={"token": chunk.token, "claimed": str(State.CLAIMED)},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return False
    return True


def reopen(chunk: Chunk, tries: int, end: str, suppressed: Mapping[int, str]) -> Chunk | None:
    """Have those who met this end (refused or unknown) written to again, and close others as `suppressed` says.

    None when it was claimed since it was read, or has been reopened for this time already.
    """
    places = chunk.ends()[end]
    inside, left = (set(chunk.refused) & places, {"u": chunk.unknown & places, "s": chunk.sent & places})
    try:
        item = _CHUNKS.update(
            *_key(chunk.run, chunk.number),
            set={
                "st": str(State.PENDING if places else State.DONE),
                "tr": tries,
                "ag": {**chunk.again, **dict.fromkeys(places, (tries, end))},
            },
            set_in={("sp", str(place)): why for place, why in suppressed.items()},
            remove=[("rf", str(place)) for place in inside],
            delete=left,
            when="#st = :read AND (attribute_not_exists(#tr) OR #tr < :tries)",
            values={"read": str(chunk.state), "tries": tries},
        )
    except dynamo.ConditionFailed:
        return None
    return _chunk(item)


def relabel(run: str, number: int, before: str, variant: str) -> None:
    """Have a waiting chunk get another variant than `before`, unless somebody is at it, or has got that already."""
    try:
        _CHUNKS.update(
            *_key(run, number),
            set={"v": variant},
            when="#st = :pending AND #v = :before AND attribute_not_exists(#s)",
            values={"pending": str(State.PENDING), "before": before},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return


def _facts(outcome: Outcome, also_set: dict[str, Any]) -> dict[str, Any]:
    inside = {(_SHORT[name], str(place)): why for name in _MAPS for place, why in getattr(outcome, name).items()}
    added = {_SHORT[name]: set(getattr(outcome, name)) for name in _SETS if getattr(outcome, name)}
    return {"set": also_set, "set_in": inside, "add": added}


def _partition(run: str, number: int) -> str:
    return f"{run}#{number % _PARTITIONS:x}"


def _key(run: str, number: int) -> tuple[str, int]:
    return _partition(run, number), number


def _new_item(chunk: Chunk) -> dynamo.Item:
    partition, number = _key(chunk.run, chunk.number)
    place = {
        "z": chunk.size,
        "f": chunk.file,
        "o": chunk.start,
        "w": chunk.length,
        "g": chunk.group,
        "v": chunk.variant,
    }
    place |= {"du": chunk.due} if chunk.due else {}
    return {"m": partition, "n": number, "st": str(State.PENDING), "rf": {}, "sp": {}, "bo": {}} | place


def _chunk(item: dynamo.Item) -> Chunk:
    known: dict[str, Any] = {name: item[short] for name, short in _SHORT.items() if short in item}
    known |= {name: frozenset(known.get(name, ())) for name in _SETS}
    known |= {name: {int(place): why for place, why in known.get(name, {}).items()} for name in (*_MAPS, "again")}
    known["state"] = State(known["state"])
    return Chunk(run=item["m"].partition("#")[0], number=item["n"], **known)
