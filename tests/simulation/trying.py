"""A mailing with variants: some get the test, a while later the rest gets the winner; people click, leave and complain,
and the organizer chooses early, stops, pauses, or writes again to those who were refused."""

from collections.abc import Callable
from random import Random
from typing import Any

from chalicelib.mailings import clicks, follow_link, retry, store, try_variants
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.variant import Measure, Trial, Variant
from simulation import town
from simulation.faults import Seeded
from simulation.scale import SMALL, Scale
from simulation.ses import Accepted
from simulation.world import World

_HOUR = 3600.0


def trying(chance: Random, seed: int) -> tuple[World, Scale, Callable[[], None]]:
    """Two or three subjects, on some or on all."""
    world = World(Seeded(chance), ACTS)
    count, several = chance.choice((1, 3, 6, 9)), chance.choice((1, 1, 2))

    def begin() -> None:
        town.build(world, count, SMALL.shards, hold=chance.random() < 0.1)
        trial = Trial(share=chance.choice((30, 50, 80, 100)), hours=chance.choice((1, 1, 2)),
                      measure=chance.choice(list(Measure)))  # fmt: skip
        variants = [Variant(subject=f"Hello {letter}") for letter in "bc"[:several]]
        town.add_draft(world, variants=variants, trial=trial)
        world.later(1.0, "act", "send")
        for place in range(count):
            _someone_acts(world, chance, place)
        _something_happens(world, chance)

    return world, SMALL, begin


def _someone_acts(world: World, chance: Random, place: int) -> None:
    at = chance.choice((75.0, 300.0, _HOUR, 1.5 * _HOUR, 3 * _HOUR)) + chance.random() * 9
    email = town.address(place)
    match chance.randrange(6):
        case 0 | 1 | 2:
            for _ in range(chance.choice((1, 1, 2))):
                world.later(at, "act", "click", email)
        case 3:
            world.later(at, "act", "leave", town.person(place, SMALL.shards), email)
        case 4:
            world.later(at, "act", "be_deleted", town.person(place, SMALL.shards), email)


def _something_happens(world: World, chance: Random) -> None:
    at = chance.choice((63.0, 66.0, 200.0, _HOUR, _HOUR + 130)) + chance.random() * 4
    if chance.random() < 0.4:
        world.later(at, "act", "complain", chance.choice(("Hello", "Hello b")))
    match chance.randrange(6):
        case 0:
            world.later(at, "act", "choose", chance.choice("ab"))
        case 1:
            world.later(at, "act", "pause")
            world.later(at + chance.choice((2.0, 600.0, 2 * _HOUR)), "act", "resume")
        case 2:
            world.later(at, "act", "stop")
        case 3:
            at = 60.0 + chance.random() * 2
            world.later(at, "act", "undo")
            world.later(at + chance.choice((1.0, 90.0)), "act", "send")
    for _ in range(chance.choice((0, 1, 2))):
        world.later(chance.choice((300.0, 3 * _HOUR, 5 * _HOUR)) + chance.random() * 60, "act", "retry")


def click(world: Any, email: str) -> None:
    """They follow the link in what they got, if anything."""
    got: list[Accepted] = [one for one in world.ses.accepted if one.to == email and one.link]
    for one in got[-1:]:
        given = clicks.read(f"{one.link.rpartition('/')[2]}.0")
        assert given is not None
        assert follow_link.address_of(*given) == "https://library.example"
        follow_link.tell(*given)


def complain(world: Any, subject: str) -> None:
    """Everybody who got this by now, and to whom nothing else happened."""
    for number, email in enumerate(world.ses.accepted):
        if email.subject == subject and email.fate == "":
            email.fate = "complaint"
            world.ses.tell("Rare", "topic", (number,))


def choose(world: Any, letter: str) -> None:
    if mailing := _mailing():
        try_variants.choose_by_hand(mailing, letter)


def retry_refused(world: Any) -> None:
    if mailing := _mailing():
        retry.begin(town.GROUP, town.MAILING, "refused", mailing.tries)


def _mailing() -> Mailing | None:
    return store.find_mailing(town.GROUP, town.MAILING, consistent=True)


ACTS = town.ACTS | {"click": click, "complain": complain, "choose": choose, "retry": retry_refused}
