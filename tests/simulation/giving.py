"""People give: once, again and again, by card and by bank, some twice where they meant once. Treasurers give back, banks
take back, donors change their minds; and Stripe fails as AWS does. `treasury.py` says what must hold.
"""

from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.dynamo.items import pack_item
from simulation import town
from simulation.faults import Seeded
from simulation.givers import ACTS, BANK, DAY, DECLINED, DISPUTED, GOOD, LATER_DECLINED, STRANGERS
from simulation.scale import SMALL, Scale
from simulation.treasury import Treasury
from simulation.wishes import PAGE, add_wish
from simulation.world import START, World


def giving(chance: Random, seed: int) -> tuple[World, Scale, Callable[[], None]]:
    """Up to four donors in a few days; in one history of three the months that follow, for those who give monthly."""
    world = World(Seeded(chance), ACTS)
    long = seed % 3 == 0

    def begin() -> None:
        account = chance.choice(("own", "own", "acct_friends"))
        build(world, account, most_from_donor=chance.choice((0, 0, 0, 6000)) if not long else 0)
        world.stripe.closes_at = START + (80 * DAY if long else 6 * DAY)
        world.stripe.deaf = chance.random() < 0.08
        for donor in range(chance.choice((1, 2, 4) if not long else (1, 2))):
            for amount in chance.choice(((2500,), (2500,), (2500, 5000))):
                often = chance.choice(("once", "monthly") if long else ("once", "once", "once", "monthly"))
                _somebody_gives(world, chance, donor, amount, often)
        for _ in range(chance.choice((0, 1))):
            world.later(chance.random() * 5000, "outside", "strangers_label")

    return world, SMALL, begin


def one_gift(world: World) -> None:
    """Ada gives once; a treasurer gives a part of it back."""
    build(world)
    world.later(1.0, "act", "press", add_wish(world, 0, 2500, "once", (GOOD,)))
    world.later(5000.0, "act", "give_back", 0, 500, "screen")


def one_monthly_gift(world: World) -> None:
    """Ada gives every month, twice, and ends it."""
    build(world)
    world.stripe.closes_at = START + 40 * DAY
    world.later(1.0, "act", "press", add_wish(world, 0, 2500, "monthly", (GOOD,)))
    world.later(35 * DAY, "act", "change", 0, "cancel")


def _somebody_gives(world: World, chance: Random, donor: int, amount: int, often: str) -> None:
    cards = chance.choice(((GOOD,),) * 5 + ((DECLINED, GOOD), (DECLINED, DECLINED, GOOD), (DISPUTED,), (BANK,), (), (LATER_DECLINED,)))  # fmt: skip
    at = 1.0 + chance.random() * chance.choice((2.0, 600.0))
    wish = add_wish(world, donor, amount, often, cards)
    for offset in chance.choice(((), (), (0.0,), (0.1,), (3.0,), (60.0, 900.0))):
        world.later(at + offset + chance.random() * 0.1, "act", "press", wish)
    world.later(at, "act", "press", wish)
    for kind in chance.sample(_AFTERWARDS, chance.choice((0, 1, 1, 2, 3))):
        kind(world, chance, wish)


# What may happen to a gift later


def _is_given_back(world: World, chance: Random, wish: int) -> None:
    at = chance.choice((400.0, 2 * DAY, 4 * DAY)) + chance.random() * 100
    for view, amount in enumerate(chance.choice(((2500,), (500,), (500, 700), (2400, 100)))):
        name = f"{wish}.{view}.{at:.0f}"
        for again in range(chance.choice((1, 1, 2))):
            pause = again * chance.choice((0.05, 2.0, 600.0)) + view * chance.choice((1.0, 1000.0))
            world.later(at + pause, "act", "give_back", wish, amount, name)


def _bounces(world: World, chance: Random, wish: int) -> None:
    """Given back, refused by a bank, and given back again."""
    at = chance.choice((600.0, 2 * DAY)) + chance.random() * 100
    for view, when in enumerate(chance.choice(((at, at + 900.0), (at, at + 2 * DAY), (at, at + 1.0)))):
        world.later(when, "act", "give_back", wish, 500, f"{wish}.bounce.{view}.{at:.0f}")
    world.later(at + chance.choice((0.5, 300.0, DAY)), "outside", "bounce", wish)


def _is_given_back_at_stripe(world: World, chance: Random, wish: int) -> None:
    world.later(chance.choice((500.0, 3 * DAY)), "outside", "give_back_at_stripe", wish, chance.choice((300, 2500)))


def _is_disputed(world: World, chance: Random, wish: int) -> None:
    at = chance.choice((3000.0, 2 * DAY))
    world.later(at, "outside", "dispute", wish, chance.choice((0, 0, 700)))
    if chance.random() < 0.7:
        world.later(at + chance.choice((100.0, DAY)), "outside", "close_dispute", wish, chance.random() < 0.5)


def _becomes_monthly(world: World, chance: Random, wish: int) -> None:
    at = chance.choice((1500.0, 3000.0, DAY))
    for again in range(chance.choice((1, 1, 2))):
        world.later(at + again * chance.choice((0.1, 300.0, DAY)), "act", "make_monthly", wish)


def _is_changed(world: World, chance: Random, wish: int) -> None:
    for _ in range(chance.choice((1, 2))):
        at = chance.choice((2000.0, 2.5 * DAY, 3 * DAY, 35 * DAY)) + chance.random() * 100
        verb = chance.choice(("amount", "pause", "resume", "cancel", "move"))
        for again in range(chance.choice((1, 1, 2))):
            world.later(at + again * chance.choice((0.05, 5.0)), "act", "change", wish, verb)


def _gets_another_card(world: World, chance: Random, wish: int) -> None:
    world.later(chance.choice((3 * DAY, 33 * DAY)), "outside", "take_card", wish, chance.choice((GOOD, LATER_DECLINED)))


_AFTERWARDS = (
    _is_given_back,
    _is_given_back_at_stripe,
    _bounces,
    _is_disputed,
    _becomes_monthly,
    _is_changed,
    _gets_another_card,
)


# The place


def build(world: Any, account: str = "own", *, most_from_donor: int = 0) -> None:
    """A group whose account takes money, its page, and a stranger's account at the same Stripe."""
    town.build(world, 0, SMALL.shards)
    key = {"g": {"S": town.GROUP}}
    terms = {"most_from_donor": most_from_donor, "since": "2026-01-01"} if most_from_donor else {}
    own = {"stripe": {"id": account, "ready": True, "country": "US", "key": ""}, "giving": terms}
    world.db.write("groups", key, world.db.item("groups", key) | pack_item(own))
    page = ActionPage(
        id=PAGE, group=town.GROUP, type="fundraiser", slug="roof", title="A roof", created=0, status=Status.PUBLISHED
    )
    item = msgspec.to_builtins(page)
    town.put(world, "pages", {"g": item.pop("group")} | item)
    for other in {account, STRANGERS} - {"own"}:
        world.stripe.till.add_account(other)
    world.treasury = Treasury(world)
    world.invariants.memory["treasury"] = {
        "account": "" if account == "own" else account, "wishes": [], "led": {}, "views": {}, "asked_back": {}, "limit": most_from_donor,
    }  # fmt: skip
