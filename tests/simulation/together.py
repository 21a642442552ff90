"""Several mailings of two groups at once: they share SES's rate and its daily quota, some people, and nothing else."""

from collections.abc import Callable
from random import Random
from typing import Any

from chalicelib.mailings.variant import Trial, Variant
from simulation import town, trying
from simulation.faults import Seeded
from simulation.scale import SMALL, Scale
from simulation.world import World

OTHER = "0" * 31 + "9"
# Which group's, and which mailing.
MAILINGS = ((town.GROUP, town.MAILING), (OTHER, "0" * 31 + "4"), (town.GROUP, "0" * 31 + "5"))


def together(chance: Random, seed: int) -> tuple[World, Scale, Callable[[], None]]:
    """Two or three mailings, one of them with variants now and then; people of both groups, some known to both."""
    world = World(Seeded(chance), trying.ACTS)
    counts = {group: chance.choice((1, 3, 5)) for group in (town.GROUP, OTHER)}
    mailings = MAILINGS[: chance.choice((2, 3))]

    def begin() -> None:
        for group, count in counts.items():
            town.build(world, count, SMALL.shards, hold=chance.random() < 0.1, group=group)
        for group, mailing in mailings[1:]:
            tried: dict[str, Any] = {"variants": [Variant(subject="Hello b")], "trial": Trial(share=60, hours=1)}
            town.add_draft(world, mailing, group, **(tried if chance.random() < 0.2 else {}))
        world.ses.rate = chance.choice((14.0, 14.0, 0.5))
        for group, mailing in mailings:
            world.later(chance.choice((1.0, 1.5, 40.0)), "act", "send", group, mailing)
            _organizer_acts(world, chance, group, mailing)
        for group, count in counts.items():
            for place in range(count):
                _someone_acts(world, chance, group, place)

    return world, SMALL, begin


def _someone_acts(world: World, chance: Random, group: str, place: int) -> None:
    at = chance.choice((1.0, 62.0, 70.0, 300.0)) + chance.random() * 4
    who, email = town.person(place, SMALL.shards), town.address(place)
    match chance.randrange(7):
        case 0:
            world.later(
                at, "act", "leave", who, email, group, chance.choice([one for of, one in MAILINGS if of == group])
            )
        case 1:
            world.later(at, "act", "be_deleted", who, email, group)
        case 2:
            world.later(at, "act", "bounce_elsewhere", email)
        case 3:
            world.later(at + 100, "act", "click", email)


def _organizer_acts(world: World, chance: Random, group: str, mailing: str) -> None:
    at = chance.choice((61.0, 63.0, 70.0, 200.0)) + chance.random() * 3
    match chance.randrange(6):
        case 0:
            world.later(at, "act", "pause", group, mailing)
            world.later(at + chance.choice((0.05, 2.0, 600.0)), "act", "resume", group, mailing)
        case 1:
            world.later(at, "act", "stop", group, mailing)
        case 2:
            at = 60.0 + chance.random() * 2
            world.later(at, "act", "undo", group, mailing)
            world.later(at + chance.choice((1.0, 90.0)), "act", "send", group, mailing)
