"""A surge on paper: submissions against the rules by which Lambda and SQS scale, as their documentation gives them.

Nothing is measured here but what `Speeds` says; nothing of AWS's is assumed beyond what the constants name. A step is a
tenth of a second.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

STEP = 0.1

# Lambda: a function gets a thousand new environments in ten seconds; an account may use a thousand at once, or what it
# asked for.
NEW_ENVIRONMENTS_A_SECOND = 100.0
FIRST_ENVIRONMENTS = 1000.0
ACCOUNT_ENVIRONMENTS = 1000.0
# SQS triggers: five readers at first, three hundred more a minute; a batch of a hundred, gathered for a second at most.
FIRST_READERS, MORE_READERS_A_SECOND = 5.0, 300 / 60
BATCH = 100


class Speeds(NamedTuple):
    """Seconds: of one POST in a warm environment, of a cold start, and of recording one submission of a batch."""

    post: float
    cold: float
    record: float


class Moment(NamedTuple):
    """`at` seconds: POSTs that came in this step, that were acknowledged, and that were told to try again (429)."""

    at: float
    came: float
    acknowledged: float
    refused: float
    backlog: float
    readers: float
    environments: float


class Outcome(NamedTuple):
    """`delay`: the longest that an acknowledged submission waited to be recorded; `drained`: when nothing waited."""

    came: float
    refused: float
    most_backlog: float
    delay: float
    drained: float
    most_readers: float
    most_environments: float


def at_once(rate: float, seconds: float) -> Callable[[float], float]:
    """Nothing, then everything: a link read out on television."""
    return lambda at: rate if at < seconds else 0.0


def within_a_minute(rate: float, seconds: float) -> Callable[[float], float]:
    return lambda at: rate * min(at / 60, 1.0) if at < seconds else 0.0


def moments(surge: Callable[[float], float], speeds: Speeds, longest: float = 3600) -> Iterator[Moment]:
    """Until a surge is over and recorded, or `longest` has passed."""
    at = backlog = ready = 0.0
    budget, readers = FIRST_ENVIRONMENTS, FIRST_READERS
    warming: list[tuple[float, float]] = []
    while at < longest and (at == 0 or backlog >= 1 or surge(at) or surge(at + STEP)):
        ready += sum(number for when, number in warming if when <= at)
        warming = [(when, number) for when, number in warming if when > at]
        came = surge(at) * STEP
        served = min(came, ready * STEP / speeds.post)
        # Whoever finds no environment free waits for a new one, and has it to themselves; or there is none to be had.
        busy = served / STEP * speeds.post + sum(number for _, number in warming)
        new = min(came - served, budget, max(ACCOUNT_ENVIRONMENTS - readers - busy, 0.0))
        budget = min(budget - new + NEW_ENVIRONMENTS_A_SECOND * STEP, FIRST_ENVIRONMENTS)
        warming += [(at + speeds.cold, new)] if new else []
        acknowledged = served + new
        recorded = min(backlog + acknowledged, readers / speeds.record * STEP)
        backlog = max(backlog + acknowledged - recorded, 0.0)
        if backlog > readers * BATCH:
            readers = min(readers + MORE_READERS_A_SECOND * STEP, ACCOUNT_ENVIRONMENTS - busy)
        yield Moment(at, came, acknowledged, came - acknowledged, backlog, readers, ready + new)
        at = round(at + STEP, 6)


def outcome(surge: Callable[[float], float], speeds: Speeds) -> Outcome:
    seen = list(moments(surge, speeds))
    return Outcome(
        came=sum(moment.came for moment in seen),
        refused=sum(moment.refused for moment in seen),
        most_backlog=max(moment.backlog for moment in seen),
        delay=max(moment.backlog / (moment.readers / speeds.record) for moment in seen),
        drained=seen[-1].at,
        most_readers=max(moment.readers for moment in seen),
        most_environments=max(moment.environments for moment in seen),
    )
