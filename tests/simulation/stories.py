"""Histories told on purpose: faults at a chosen call of a chosen handler, where no seed may happen to put them."""

from typing import Any, NamedTuple
from unittest.mock import patch

from chalicelib.mailings import hints
from simulation import endings, install, signing, town, zones
from simulation.faults import Calm
from simulation.scale import SMALL, scaled
from simulation.wire import Wire
from simulation.world import START, Endless, World


class At(NamedTuple):
    """The `nth` call of an operation by a handler, so many seconds after the start, meets this fault."""

    handler: str
    operation: str
    fault: str
    nth: int = 1
    since: float = 0.0
    stall: float = 3.0


class Told(Calm):
    """Nothing goes wrong but what the story says: of calls, and `once` or `always` of other kinds."""

    def __init__(self, *calls: At, once: tuple[str, ...] = (), always: tuple[str, ...] = ()) -> None:
        super().__init__()
        self.calls, self.always, self.once = calls, always, list(once)
        self.seen = dict.fromkeys(calls, 0)
        self.world: Any = None
        self._stall, self.reads_stale, self.people, self.rate = 0.0, False, 3, 14.0
        self.zip_codes: list[str] = []

    def stale(self) -> bool:
        return self.reads_stale

    def call(self, service: str, operation: str, task: str) -> str:
        found = ""
        for at in self.calls:
            if at.operation == operation and task.startswith(at.handler) and self.world.now >= START + at.since:
                self.seen[at] += 1
                if self.seen[at] == at.nth:
                    found, self._stall = at.fault, at.stall
        return found

    def choose(self, kinds: tuple[str, ...], where: str) -> str:
        for kind in kinds:
            if kind in self.once:
                self.once.remove(kind)
                return kind
        return next((kind for kind in kinds if kind in self.always), "")

    def stall(self) -> tuple[float, bool]:
        return self._stall, self._stall > 60


def live(wire: Wire, faults: Told, *acts: tuple[Any, ...]) -> World:
    """A small send with these faults and acts, (when, act, ...); the world at its end."""
    world = World(faults, signing.ACTS | zones.ACTS)
    faults.world = world
    install.begin(wire, world, 0)
    with scaled(SMALL):
        town.build(world, faults.people, SMALL.shards, zip_codes=faults.zip_codes)
        signing.open_petition(world)
        world.ses.rate = faults.rate
        for at, *act in acts:
            world.later(at, "act", *act)
        try:
            world.run(START + 86400)
            endings.check(world)
        except Endless as endless:
            world.invariants.broken(str(endless))
    return world


def stalled_sender(wire: Wire) -> World:
    """One stands still before it writes down a result of which half is to be tried again; others go on with the chunk."""
    return live(
        wire,
        Told(
            At("send_chunks", "UpdateItem", "stalled before", nth=5, stall=1050.0),
            At("send_chunks", "SendBulkEmail", "stalled after", since=1083.0, stall=100.0),
            once=("entry throttled",),
        ),
        (1.0, "send"),
    )


def stalled_reopener(wire: Wire) -> World:
    """One stands still before it reopens a chunk; the next does it, and by then a sender has sent it, and died of it."""
    return live(
        wire,
        Told(
            At("sweep_mailing", "UpdateItem", "stalled before", since=600.0, stall=75.0),
            At("send_chunks", "SendBulkEmail", "killed after", since=600.0),
            once=("entry refused",),
            always=("event late",),
        ),
        (1.0, "send"),
        (600.0, "retry"),
    )


def stalled_sweeper(wire: Wire) -> World:
    """One stands still before it takes a chunk out of doubt; the next does it, and a sender has claimed it by then."""
    return live(
        wire,
        Told(
            At("send_chunks", "UpdateItem", "killed after", nth=4),
            At("sweep_mailing", "UpdateItem", "stalled before", since=1083.0, stall=75.0),
            At("send_chunks", "SendBulkEmail", "stalled after", since=1083.0, stall=100.0),
        ),
        (1.0, "send"),
    )


def lost_answer(wire: Wire) -> World:
    """A claim whose answer was lost must not cost its chunk a quarter of an hour."""
    world = live(wire, Told(At("send_chunks", "UpdateItem", "reply cut", nth=4)), (1.0, "send"))
    (mailing,) = world.db.all("mailings")
    seconds = float(mailing["finished_at"]["N"]) - START
    if seconds > 300:
        world.invariants.broken(f"a lost answer: finished only after {seconds:.0f} s")
    return world


def left_just_before(wire: Wire) -> World:
    """They leave a tenth of a second before the claim, when a read that is not consistent would not know it yet."""
    faults = Told()
    faults.reads_stale = True
    return live(wire, faults, (1.0, "send"), (61.9, "leave", town.person(0, SMALL.shards), town.address(0)))


def paused_in_a_slow_send(wire: Wire) -> World:
    """One sender has several chunks before it, and SES takes two people in five seconds."""
    faults = Told()
    faults.people, faults.rate = 7, 0.42
    return live(wire, faults, (1.0, "send"), (62.2, "pause"))


def slow_undo(wire: Wire) -> World:
    """An undo in the last second is two seconds on its way."""
    return live(
        wire,
        Told(At("web", "UpdateItem", "stalled before", since=60.0, stall=2.0)),
        (1.0, "send"),
        (60.5, "undo"),
        (120.0, "send"),
    )


def left_after_the_look(wire: Wire) -> World:
    """They leave while a sender stands still between its look at them and its call."""
    faults = Told(At("send_chunks", "BatchGetItem", "stalled after", stall=2.5))
    return live(wire, faults, (1.0, "send"), (62.3, "leave", town.person(0, SMALL.shards), town.address(0)))


def paused_before_the_answer(wire: Wire) -> World:
    """The first sender stands still between what DynamoDB does for it and hearing of it, and it is paused meanwhile."""
    faults = Told(At("send_chunks", "UpdateItem", "stalled after", nth=2, stall=40.0))
    return live(wire, faults, (1.0, "send"), (62.2, "pause"))


def left_before_a_thank_you(wire: Wire) -> World:
    """One who signed leaves while the thank-you's worker stands still."""
    faults = Told(At("deliver_emails", "UpdateItem", "stalled before", stall=10.0))
    return live(wire, faults, (1.0, "sign", 0), (6.0, "leave", town.person(0, SMALL.shards), town.address(0)))


def two_planners(wire: Wire) -> World:
    """One stands still until it is taken for dead; somebody leaves; the other is at work when the first wakes up."""
    return live(
        wire,
        Told(
            At("plan_mailing", "PutObject", "stalled after", nth=2, stall=200.0),
            At("plan_mailing", "PutObject", "stalled after", since=120.0, stall=100.0),
        ),
        (1.0, "send"),
        (100.0, "leave", town.person(0, SMALL.shards), town.address(0)),
    )


def between_two_zones(wire: Wire) -> World:
    """Ada and Cyd have got it, and it will be an hour until it is time for Bob; then he gets it soon."""
    faults = Told()
    faults.zip_codes = ["10001", "60601", "10001"]
    world = live(
        wire,
        faults,
        (1.0, "send_at_own_time", zones.wall_in_new_york(60.0)),
        (900.0, "look_between_two_zones"),
        (1000.0, "hint_at_everything"),
        (1200.0, "look_between_two_zones"),
    )
    late = world.ses.accepted[-1].at - START - 3660 if len(world.ses.accepted) == 3 else 1e6
    if late > 120:
        world.invariants.broken(f"bob was mailed {late:.0f} s after it was time")
    return world


def due_while_others_are_sent(wire: Wire) -> World:
    """It takes five minutes to write to all who are due at once; Ada and Cyd, first in the audience, are due after two."""
    faults = Told()
    faults.people, faults.rate = 60, 0.2
    faults.zip_codes = ["60601", "10001", "60601", *["10001"] * 57]
    with patch.object(hints, "CHUNK", SMALL.chunk):  # or hints of so small chunks come so slowly that it stalls
        world = live(wire, faults, (1.0, "send_at_own_time", zones.wall_in_new_york(120.0 - 3600)))
    after = next(number for number, email in enumerate(world.ses.accepted) if email.to == town.address(0))
    if after > 40:
        world.invariants.broken(f"ada was due after two minutes, and waited until {after} others had got it")
    return world


STORIES = (
    two_planners,
    slow_undo,
    stalled_sender,
    stalled_reopener,
    stalled_sweeper,
    lost_answer,
    left_just_before,
    left_after_the_look,
    paused_before_the_answer,
    left_before_a_thank_you,
    paused_in_a_slow_send,
    between_two_zones,
    due_while_others_are_sent,
)
