"""How a gift is told on purpose: one wish of Ada's, with what happens to it, and what goes wrong."""

from typing import Any

from chalicelib.dynamo.items import pack_item
from simulation import endings, givers, giving, install, town
from simulation.givers import DAY, GOOD
from simulation.scale import SMALL, scaled
from simulation.stories import At, Told
from simulation.wire import Wire
from simulation.wishes import add_wish, treasury
from simulation.world import START, Endless, World


class Teller(Told):
    """Also answers of Stripe's: at the `nth` call of an operation, so many seconds after the start."""

    def __init__(self, *calls: At, answers: tuple[At, ...] = (), always: tuple[str, ...] = ()) -> None:
        super().__init__(*calls, always=always)
        self.answers = answers
        self.seen |= dict.fromkeys(answers, 0)

    def choose(self, kinds: tuple[str, ...], where: str) -> str:
        found = ""
        for at in self.answers:
            if at.operation == where and at.fault in kinds and self.world.now >= START + at.since:
                self.seen[at] += 1
                found = at.fault if self.seen[at] == at.nth else found
        return found or super().choose(kinds, where)


def _stop_listening(world: Any) -> None:
    """Somebody takes the webhook out of Stripe's settings."""
    world.stripe.deaf = True


def _lower_the_limit(world: Any, most: int) -> None:
    key = {"g": {"S": town.GROUP}}
    world.db.write("groups", key, world.db.item("groups", key) | pack_item({"giving": {"most_from_donor": most}}))
    treasury(world)["limit"] = most


def _pay_there(world: Any) -> None:
    """She comes back to Stripe's page, which she had left open."""
    known = treasury(world)
    known["wishes"][0]["cards"] = [GOOD]
    for session in list(known["led"]):
        givers.pay(world, session, 0, 0)


ACTS = givers.ACTS | {"pay_there": _pay_there, "stop_listening": _stop_listening, "lower_the_limit": _lower_the_limit}


def live(
    wire: Wire,
    faults: Teller,
    *what: tuple[Any, ...],
    often: str = "once",
    cards: tuple[str, ...] = (GOOD,),
    months: int = 0,
    patient: bool = True,
) -> World:
    """One wish of Ada's, and what happens (when, act, ...): what has its place at Stripe is done there.

    `patient`: she presses again when nobody answers. Renewals fall due for so many `months`.
    """
    world = World(faults, ACTS)
    faults.world = world
    install.begin(wire, world, 0)
    with scaled(SMALL):
        giving.build(world)
        world.stripe.closes_at = START + (months * 31 + 1) * DAY
        wish = add_wish(world, 0, 2500, often, cards)
        treasury(world)["wishes"][wish]["presses"] = 0 if patient else 99
        for at, act, *rest in what:
            world.later(at, "outside" if act in _OUTSIDE else "act", act, *rest)
        try:
            world.run(START + 200 * DAY)
            endings.check(world)
        except Endless as endless:
            world.invariants.broken(str(endless))
    return world


_OUTSIDE = (
    "stop_listening",
    "lower_the_limit",
    "pay_there",
    "dispute",
    "close_dispute",
    "give_back_at_stripe",
    "bounce",
    "strangers_label",
)
