"""A mailing at one time on everybody's own wall: some are due at once, some within minutes, some hours later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from chalicelib import queues
from chalicelib.mailings import chunk_store, conduct, pace, retry, store
from chalicelib.mailings.chunk import Hint
from chalicelib.mailings.mailing import ZONES, Mailing, Status
from simulation import town
from simulation.faults import Seeded
from simulation.scale import SMALL, Scale
from simulation.world import START, World

_HOUR = 3600.0


def zones(chance: Random, seed: int) -> tuple[World, Scale, Callable[[], None]]:
    """A few people here and there, and a time that comes soon for some of them."""
    world = World(Seeded(chance), ACTS)
    count = chance.choice((1, 3, 6, 9))

    def begin() -> None:
        homes = [chance.choice(list(town.HOURS_BEHIND)[: chance.choice((3, 8))]) for _ in range(count)]
        town.build(world, count, SMALL.shards, hold=chance.random() < 0.1, zip_codes=homes)
        world.ses.rate = chance.choice((14.0, 14.0, 0.02))
        wall = wall_in_new_york(
            chance.choice((-600.0, 30.0, 90.0, 400.0, 0.9 * _HOUR)) - _HOUR * chance.choice((0, 0, 1))
        )
        world.later(1.0, "act", "send_at_own_time", wall)
        for place in range(count):
            _someone_acts(world, chance, place)
        for _ in range(chance.choice((0, 1, 1, 2))):
            _organizer_acts(world, chance, wall)
        if chance.random() < 0.3:
            world.later(chance.choice((100.0, 0.5 * _HOUR)), "act", "hint_at_everything")

    return world, SMALL, begin


def wall_in_new_york(seconds: float) -> str:
    """The time on the wall in New York then, to the minute."""
    return f"{datetime.fromtimestamp(START + seconds, UTC) - timedelta(hours=5):%Y-%m-%dT%H:%M}"


def _someone_acts(world: World, chance: Random, place: int) -> None:
    at = chance.choice((1.0, 62.0, 70.0, 1200.0, _HOUR, 2 * _HOUR)) + chance.random() * 4
    who, email = town.person(place, SMALL.shards), town.address(place)
    match chance.randrange(8):
        case 0 | 1:
            world.later(at, "act", "leave", who, email)
        case 2:
            world.later(at, "act", "be_deleted", who, email)


def _organizer_acts(world: World, chance: Random, wall: str) -> None:
    at = chance.choice((30.0, 63.0, 200.0, 0.5 * _HOUR, _HOUR, 1.9 * _HOUR)) + chance.random() * 60
    match chance.randrange(6):
        case 0:
            world.later(at, "act", "pause")
            world.later(at + chance.choice((2.0, 600.0, 2 * _HOUR)), "act", "resume")
        case 1:
            world.later(at, "act", "stop")
            world.later(at + chance.choice((2.0, 600.0, 2 * _HOUR)), "act", "retry")
        case 2:
            world.later(at, "act", "undo")
            again = chance.choice((("send",), ("send_at_own_time", wall)))
            world.later(at + chance.choice((1.0, 90.0)), "act", *again)
        case 3:
            world.later(at, "act", "resume")
        case 4:
            world.later(chance.choice((2 * _HOUR, 6 * _HOUR)), "act", "retry")


def send_at_own_time(world: Any, wall: str) -> None:
    conduct.send_at_own_time(town.GROUP, town.MAILING, wall, town.TIME_ZONE)


def hint_at_everything(world: Any) -> None:
    """As a sweeper would that was deployed before there were times of one's own, and still runs."""
    if mailing := _mailing():
        for chunk in chunk_store.each(mailing.run_name):
            queues.send("sends", Hint(town.GROUP, town.MAILING, mailing.run, chunk.number, chunk.size))


def retry_refused(world: Any) -> None:
    if mailing := _mailing():
        retry.begin(town.GROUP, town.MAILING, "refused", mailing.tries)


def look_between_two_zones(world: Any) -> None:
    """Nobody is due: it waits, and leaves the rate to others."""
    mailing = _mailing()
    if mailing is None or (mailing.status, mailing.reason) != (Status.WAITING, ZONES):
        world.invariants.broken(f"nobody is due, and the mailing is {mailing and mailing.status}")
    elif pace.is_anyone_sending():
        world.invariants.broken("nobody is due, and the mailing takes its share of the rate")


def _mailing() -> Mailing | None:
    return store.find_mailing(town.GROUP, town.MAILING, consistent=True)


ACTS = town.ACTS | {
    "send_at_own_time": send_at_own_time,
    "hint_at_everything": hint_at_everything,
    "look_between_two_zones": look_between_two_zones,
    "retry": retry_refused,
}
