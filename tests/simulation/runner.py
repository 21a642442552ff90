"""Runs histories one after the other, and says what came of them."""

from collections import Counter
from collections.abc import Callable, Iterable
from random import Random
from typing import Any, NamedTuple

from simulation import endings, install
from simulation.scale import scaled
from simulation.scenarios import SCENARIOS, Plot
from simulation.wire import Wire
from simulation.world import START, Endless, World


class Outcome(NamedTuple):
    """`seed` of which scenario, the world at its end, and what was broken in it."""

    scenario: str
    seed: int
    world: World
    violations: list[str]


def one(wire: Wire, scenario: str, seed: int, tells_all: bool = False) -> Outcome:
    """One history, from its beginning to its end."""
    chance = Random(f"{scenario} {seed}")
    return _lived(wire, scenario, seed, SCENARIOS[scenario](chance, seed), tells_all)


def many(scenarios: Iterable[str], seeds: Iterable[int], tell: Callable[[Outcome], Any]) -> Counter[str]:
    """Every seed of every scenario; totals of what happened."""
    totals: Counter[str] = Counter()
    with install.installed() as wire:
        for scenario in scenarios:
            for seed in seeds:
                outcome = one(wire, scenario, seed)
                tell(outcome)
                totals.update(histories=1, violations=len(outcome.violations), **sums(outcome.world))
    return totals


def sums(world: World) -> Counter[str]:
    told = world.history.told
    return Counter(
        {
            "events": len(told),
            "faults": sum(what.split(":")[0].isupper() for _, _, what in told),
            "emails": len(world.ses.accepted),
            **world.invariants.memory["counted"],
        }
    )


def _lived(wire: Wire, scenario: str, seed: int, plot: Plot, tells_all: bool) -> Outcome:
    world = plot.world
    world.tells_all = tells_all
    install.begin(wire, world, seed)
    with scaled(plot.scale):
        plot.begin()
        world.later(plot.calm_after, "calm")
        try:
            world.run(START + plot.days * 86400)
            endings.check(world)
        except Endless as endless:
            world.invariants.broken(str(endless))
    return Outcome(scenario, seed, world, list(world.invariants.violations))
