"""Planning a mailing: freeze its audience, cut it into chunks, and wake the senders.

Every attempt to plan has a run of its own (its number is part of every key), so that a planner that died, or one that
was taken for dead, leaves nothing that another could trip over.
"""

from collections.abc import Iterator
from typing import Any

from chalicelib import clock, log
from chalicelib.audiences.find import find
from chalicelib.mailings import asks, chunk_store, conduct, content, own_time, store, sweep
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.cut import Cut
from chalicelib.mailings.mailing import Excluded, Mailing, Status
from chalicelib.people.person import Person, Subscription

# A planner that has not been heard of for this long is taken for dead.
_SILENCE_SECONDS = 120
_HEARTBEAT_SECONDS = 20


class Superseded(Exception):
    """The mailing was undone, or another planner took over: leave everything as it is."""


def run(group: str, mailing: str) -> None:
    """Freeze and release a mailing whose time has come. Starting it twice does nothing the second time."""
    conduct.begin_scheduled(group, mailing)
    planned = store.begin_run(group, mailing, clock.now() + _SILENCE_SECONDS)
    if planned is None:
        return
    try:
        frozen = _freeze(planned)
    except Superseded:
        log.line("planning superseded", mailing=mailing, run=planned.run)
        return
    log.line("mailing frozen", mailing=mailing, run=frozen.run, size=frozen.size, chunks=frozen.chunks)
    sweep.look_after(frozen)


def _freeze(mailing: Mailing) -> Mailing:
    """Write down who gets it and what they get, then let it go. Raises Superseded."""
    group, fields = content.freeze(mailing)
    left_out = _LeftOut(asks.teller(group, fields))
    cut = Cut(mailing, own_time.dues(mailing, group.time_zone, clock.now()))
    reachable = left_out.without(find(mailing.group, mailing.query, at_each_shard=_Heartbeat(mailing).beat))
    for recipient in reachable:
        if chunks := cut.add(recipient):
            chunk_store.add(chunks)
    chunk_store.add(cut.finish())
    undecided = {"dropped": [], "decide_at": 0, "winner": "", "decided_at": 0}
    frozen = {"size": cut.size, "chunks": cut.chunks, "hinted": 0, "excluded": left_out.excluded}
    return _change(mailing, status=Status.SENDING, **frozen, **undecided)


class _LeftOut:
    """Counts, by reason, whom the query found but the list does not let us write to.

    Of the others it notes what the mailing says of each: `tell`.
    """

    def __init__(self, tell: asks.Teller) -> None:
        self.tell = tell
        self.counts = dict.fromkeys((status for status in Subscription if status != Subscription.SUBSCRIBED), 0)

    @property
    def excluded(self) -> Excluded:
        return Excluded(**{str(status): count for status, count in self.counts.items()})

    def without(self, people: Iterator[Person]) -> Iterator[Recipient]:
        for person in people:
            if person.subscription == Subscription.SUBSCRIBED:
                known = (person.id, person.email, person.given_name, person.family_name, person.zip_code)
                yield Recipient(*known, self.tell(person))
            else:
                self.counts[person.subscription] += 1


class _Heartbeat:
    """Says now and then that this planner is alive, however few people it finds."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing, self.last = mailing, clock.now()

    def beat(self) -> None:
        now = clock.now()
        if now - self.last > _HEARTBEAT_SECONDS:
            _change(self.mailing, planning_until=now + _SILENCE_SECONDS)
            self.last = now


def _change(mailing: Mailing, **changes: Any) -> Mailing:
    changed = store.change_mailing(mailing.group, mailing.id, when=[Status.COUNTING], run=mailing.run, **changes)
    if changed is None:
        raise Superseded
    return changed
