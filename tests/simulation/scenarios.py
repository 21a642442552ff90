"""What a history is about: who is there, what they do and when. Each is made from a seed."""

from collections.abc import Callable
from random import Random
from typing import NamedTuple

from simulation import giving, signing, together, town, trying, zones
from simulation.faults import Seeded
from simulation.scale import FULL, SMALL, Scale
from simulation.world import World

# One history in so many is of full size: a list of 256 shards and chunks of fifty.
_FULL_EVERY = 500


class Plot(NamedTuple):
    """A world, its size, and what sets it going. After `days` at most it must be at rest.

    Nothing new goes wrong after `calm_after` seconds, so that every history can end.
    """

    world: World
    scale: Scale
    begin: Callable[[], None]
    days: float = 5
    calm_after: float = 6 * 3600.0


def sending(chance: Random, seed: int) -> Plot:
    """A mailing is sent while people leave, the organizer changes their mind, and strangers forge events."""
    scale = FULL if seed % _FULL_EVERY == _FULL_EVERY - 1 else SMALL
    count = 52 if scale is FULL else chance.choice((1, 2, 3, 5, 7))
    world = World(Seeded(chance), town.ACTS)

    def begin() -> None:
        town.build(world, count, scale.shards, hold=chance.random() < 0.2)
        if chance.random() < 0.2:
            world.later(1.0, "act", "send_at", chance.choice((30.0, 200.0)))
        else:
            world.later(1.0, "act", "send")
        for place in range(min(count, 8)):
            _someone_acts(world, chance, town.person(place, scale.shards), town.address(place))
        for _ in range(chance.choice((0, 0, 1, 3))):
            _organizer_acts(world, chance)
        if seed % 8 == 0:
            world.later(65.0 + chance.random() * 100, "forge", 0)

    return Plot(world, scale, begin)


def _someone_acts(world: World, chance: Random, who: str, email: str) -> None:
    at = chance.choice((1.0, 62.0, 70.0, 300.0, 1200.0)) + chance.random() * 4
    match chance.randrange(8):
        case 0:
            world.later(at, "act", "leave", who, email)
        case 1:
            world.later(at, "act", "be_deleted", who, email)
        case 2:
            world.later(at, "act", "bounce_elsewhere", email)
        case 3:
            world.later(at, "act", "leave", who, email)
            world.later(at + chance.choice((3.0, 100.0)), "act", "come_back", who)


def _organizer_acts(world: World, chance: Random) -> None:
    at = chance.choice((30.0, 61.0, 63.0, 65.0, 130.0, 600.0, 2000.0)) + chance.random() * 3
    match chance.randrange(5):
        case 0 | 1:
            world.later(at, "act", "pause")
            world.later(at + chance.choice((0.05, 2.0, 30.0, 1500.0)), "act", "resume")
        case 2:
            world.later(at, "act", "pause")
        case 3:
            world.later(at, "act", "stop")
        case 4:
            at = 60.0 + chance.random() * 2
            world.later(at, "act", "undo")
            world.later(at + chance.choice((1.0, 90.0)), "act", "send")


def _of(made: Callable[[Random, int], tuple[World, Scale, Callable[[], None]]]) -> Callable[[Random, int], Plot]:
    return lambda chance, seed: Plot(*made(chance, seed))


SCENARIOS: dict[str, Callable[[Random, int], Plot]] = {
    "sending": sending,
    "signing": _of(signing.signing),
    "trying": _of(trying.trying),
    "together": _of(together.together),
    "zones": _of(zones.zones),
    "giving": lambda chance, seed: Plot(*giving.giving(chance, seed), days=120, calm_after=100 * 86400.0),
}
