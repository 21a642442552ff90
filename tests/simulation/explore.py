"""Every placement of so many faults in one small send, or one small gift: each fault of `faults.Placed` at each occasion, in all combinations.

Whenever no handler is under way, the world is at rest and can be copied. From a world at rest the next handlers are run
once for every way in which they can fail, which gives the next worlds at rest. Two worlds that differ in nothing that
matters have the same future, so each is followed once; the histories through it are counted all the same.
"""

import contextlib
import re
import time
from collections.abc import Callable, Container, Iterator
from typing import Any, NamedTuple

from simulation import endings, givers, giving, install, town
from simulation.faults import Calm, Placed, placements
from simulation.scale import Scale, scaled
from simulation.wire import Wire
from simulation.world import START, Acts, World


class Small(NamedTuple):
    """A plot whose every history can be known: what there is, what sets it going, and by when it must be at rest."""

    words: str
    acts: Acts
    set_out: Callable[[World], None]
    days: float = 5


def _send(world: World) -> None:
    town.build(world, 2, 1)
    world.later(1.0, "act", "send")


SEND = Small("a small send", town.ACTS, _send)
GIFT = Small("a small gift", givers.ACTS, giving.one_gift)
MONTHLY = Small("a small monthly gift", givers.ACTS, giving.one_monthly_gift, days=60)
# One chunk of two recipients is the least in which one can be hurt by what happens to the other.
_SCALE = Scale(2, 1, 1)
_TIME = re.compile(r"('dl': \{'N': '|)(18\d{8}(?:\.\d+)?)")
_ID = re.compile(r"[0-9a-f]{32}")


class Found(NamedTuple):
    """A history in which something was broken, in words."""

    violations: list[str]
    lines: list[str]


class TimeIsUp(Exception):
    """What was found until now stands; the rest was not looked at."""


class Explorer:
    """`histories` is how many there are, `runs` how many handlers' turns it took to know them all.

    `kinds` are the faults to place, all of them when None; `seconds` is how long to look at most.
    """

    def __init__(
        self, wire: Wire, kinds: Container[str] | None = None, seconds: float = float("inf"), small: Small = SEND
    ) -> None:
        self.wire, self.found = wire, list[Found]()
        self.histories = self.runs = 0
        self.is_complete = False
        self.small, self.world = small, World(Calm(), small.acts)
        self._known: dict[tuple[int, int], int] = {}
        self._kinds, self._end = kinds, time.monotonic() + seconds

    def explore(self, most: int) -> int:
        """Place up to `most` faults; how many histories that makes."""
        install.begin(self.wire, self.world, 0)
        with scaled(_SCALE), contextlib.suppress(TimeIsUp):
            self.small.set_out(self.world)
            self._follow(self.world.freeze_state(), most)
            self.is_complete = True
        return self.histories

    def _follow(self, at_rest: bytes, left: int) -> int:
        """All histories that begin with this world. Keeps its own list of what is to do: histories are long."""
        histories = 0
        for after, faults in self._turns(at_rest, {}, left):
            if not self.world.agenda or self.found_in_this_turn:
                self.histories, histories = self.histories + 1, histories + 1
                continue
            key = (hash(alike(self.world)), left - faults)
            if key in self._known:
                self.histories += self._known[key]
            else:
                self._known[key] = self._follow(after, left - faults)
            histories += self._known[key]
        return histories

    def _turns(self, at_rest: bytes, plan: dict[int, str], left: int) -> Iterator[tuple[bytes, int]]:
        """The next worlds at rest, and how many faults it took."""
        occasions = self._turn(at_rest, plan)
        yield self.world.freeze_state(), len(plan)
        if left > len(plan):
            for place, kind in placements(occasions, max(plan, default=-1)):
                yield from self._turns(at_rest, plan | {place: kind}, left)

    def _turn(self, at_rest: bytes, plan: dict[int, str]) -> list[tuple[str, ...]]:
        """Run until something could have gone wrong and everything is at rest again."""
        if time.monotonic() > self._end:
            raise TimeIsUp
        self.runs += 1
        world, source = self.world, Placed(plan, self._kinds)
        world.thaw_state(at_rest)
        world.faults = world.db.choices = source
        install.begin(self.wire, world, 0)
        while world.agenda and not (source.occasions and not world.tasks):
            world.run(START + self.small.days * 86400, at_rest=True)
        if not world.agenda:
            endings.check(world)
        self._note()
        return source.occasions

    def _note(self) -> None:
        self.found_in_this_turn = bool(self.world.invariants.violations)
        if self.found_in_this_turn:
            self.found.append(Found(list(self.world.invariants.violations), self.world.history.lines()))


def alike(world: Any) -> str:
    """A world at rest without what cannot matter any more: names of ids, and when exactly something was long ago."""
    sqs, rules = world.sqs, world.invariants.memory
    queues = [(queue, message.body, message.visible_at, message.receives)
              for queue, many in sqs.messages.items() for message in many.values()]  # fmt: skip
    emails = [(email.key, email.fate, email.told_at) for email in world.ses.accepted]
    memory = [rules[name] for name in ("left", "resting", "undone", "letters", "took", "causes", "ever_left")]
    text = repr((
        world.db.rows, sorted(world.s3.files), queues, sqs.dead, sqs.trigger_on, sqs.turning_until, emails,
        sorted((name, when) for name, (when, *_) in world.jobs.schedules.items()), world.jobs.dead,
        world.ses.used >= world.ses.daily, memory, list(_to_come(world)), world.treasury and _at_stripe(world),
    ))  # fmt: skip
    names: dict[str, str] = {}
    text = _ID.sub(lambda found: names.setdefault(found[0], f"id{len(names)}"), text)
    return _TIME.sub(lambda found: found[1] + _age(float(found[2]) - world.now, bool(found[1])), text)


def _at_stripe(world: Any) -> tuple[Any, ...]:
    """What Stripe has, but for its memory of what it told."""
    till, _, *rest = world.stripe.kept()
    things = [({kind: many for kind, many in has.items() if kind != "event"}, *more) for has, *more in till.values()]
    return things, rest, world.invariants.memory["treasury"]


def _to_come(world: Any) -> Iterator[tuple[Any, ...]]:
    for at, _, kind, what in sorted(world.agenda):
        stale = kind in ("timeout", "resume") or (
            kind == "fire" and world.jobs.schedules.get(what[0], (0, 0, 0, -1))[3] != what[1]
        )
        if not stale and not (kind == "poll" and not world.sqs.messages[what[0]]):
            yield at, kind, *(what[:1] if kind == "fire" else what), *(_told_of(world, *what) if kind == "hook" else ())


def _told_of(world: Any, account: str, event: str, tried: int) -> tuple[str, str]:
    found = world.stripe.till.accounts[account].find("event", event)
    return found["type"], found["data"]["object"]["id"]


def _age(seconds: float, exact: bool) -> str:
    """Deadlines matter for a quarter of an hour after they are over; nothing else does for longer than a minute."""
    if seconds >= 0 or (exact and seconds > -1000):
        return f"{seconds:.0f}"
    return "just now" if seconds > -60 else "a minute ago" if seconds > -120 else "long ago"
