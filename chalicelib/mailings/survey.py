"""A look at every chunk of a mailing: what they add up to, which wait for a sender, and what can be settled now."""

from collections.abc import Iterable
from typing import Any, NamedTuple

import msgspec

from chalicelib import clock
from chalicelib.mailings import chunk_store, store
from chalicelib.mailings.breakers import Tally
from chalicelib.mailings.chunk import NOTHING, Chunk, Outcome, State
from chalicelib.mailings.mailing import SUMMED, Mailing, Status
from chalicelib.network import store as network

# After a call without an answer, SES's SEND events have this long to say who got it.
DOUBT_SECONDS = 900


class Waiting(NamedTuple):
    """A chunk that is pending: its number, how many recipients it has, and whose words they get."""

    number: int
    size: int
    variant: str = ""


class Survey:
    """Reads every chunk of a run once, settles what can be settled, and adds up.

    `pending` wait for a sender, `freed` are those that this look has moved on; `claimed` counts the rest that are not
    done, `in_work` those of them that a sender may still be at. Those that are not due yet are none of these.
    `next_due` is when the first of them will be, 0 when there are none; `last_due` when the last of the pending was.
    """

    def __init__(self, mailing: Mailing) -> None:
        self.mailing, self.at = mailing, clock.now()
        self.numbers: dict[str, Any] = dict.fromkeys(SUMMED, 0)
        # Of a large mailing there are very many: no more is kept of them than a hint says.
        self.pending: list[Waiting] = []
        self.freed: set[int] = set()
        self.done = self.claimed = self.in_work = self.next_due = self.last_due = 0
        self.tally = Tally()
        self._look_at(chunk_store.each(mailing.run_name))
        self.pending.sort()

    def _look_at(self, chunks: Iterable[Chunk]) -> None:
        for found in chunks:
            chunk = _settle(self.mailing, found) if found.state == State.CLAIMED else found
            self.tally = self.tally.plus(chunk)
            self.done += chunk.state == State.DONE
            self.claimed += chunk.state == State.CLAIMED
            self.in_work += chunk.state == State.CLAIMED and chunk.deadline > self.at
            if chunk.state == State.PENDING:
                self._add_pending(chunk)
            if chunk.state != found.state:
                self.freed.add(chunk.number)
            for name, count in chunk.numbers().items():
                self.numbers[name] += count

    def _add_pending(self, chunk: Chunk) -> None:
        if chunk.due > self.at:
            self.next_due = min(chunk.due, self.next_due or chunk.due)
        else:
            self.pending.append(Waiting(chunk.number, chunk.size, chunk.variant))
            self.last_due = max(chunk.due, self.last_due)


def _settle(mailing: Mailing, chunk: Chunk) -> Chunk:
    """A claimed chunk as it is now: with its sender, told by events, or out of doubt after a quarter of an hour."""
    now = clock.now()
    if chunk.deadline > now:
        return chunk
    if not chunk.open:
        return _move(chunk, State.DONE)
    if chunk.deadline + DOUBT_SECONDS > now:
        return chunk
    if mailing.status == Status.STOPPED or mailing.closed or _holds(mailing):
        return _move(chunk, State.DONE, Outcome(unknown=frozenset(chunk.open)))
    return _move(chunk, State.PENDING)


def _move(chunk: Chunk, state: State, outcome: Outcome = NOTHING) -> Chunk:
    if not chunk_store.settle(chunk, state, outcome):
        return chunk
    if state == State.DONE:
        store.add_progress(chunk.run, {"done": 1} | outcome.news(chunk))
    return msgspec.structs.replace(chunk, state=state, unknown=chunk.unknown | outcome.unknown)


def _holds(mailing: Mailing) -> bool:
    """True when the group would rather list people as unknown than risk to write to one of them twice."""
    group = network.find_group(mailing.group)
    return bool(group and group.hold_in_doubt)
