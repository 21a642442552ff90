"""People sign a petition and are thanked: submissions, single emails and their feedback, with strangers' forgeries."""

import json
from collections.abc import Callable
from random import Random
from typing import Any

import msgspec

from chalicelib import clock, queues
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.actions.submission import Submission
from simulation import ses, town
from simulation.faults import Seeded
from simulation.scale import SMALL, Scale
from simulation.world import World

PAGE = "0" * 31 + "3"


def signing(chance: Random, seed: int) -> tuple[World, Scale, Callable[[], None]]:
    """A few people sign, some twice, some leave again, and somebody forges events about them."""
    world = World(Seeded(chance), ACTS)

    def begin() -> None:
        town.build(world, 0, SMALL.shards)
        open_petition(world)
        for place in range(chance.choice((1, 2, 4))):
            town.own(world, place)
            for _ in range(chance.choice((1, 1, 2))):
                world.later(1.0 + chance.random() * chance.choice((1, 600)), "act", "sign", place)
            if chance.random() < 0.3:
                who = town.person(place, SMALL.shards)
                world.later(2.0 + chance.random() * 400, "act", "leave", who, town.address(place))
            if chance.random() < 0.3:
                world.later(chance.random() * 100, "forge", place)
                world.later(1.2 + chance.random(), "forge", place)

    return world, SMALL, begin


def open_petition(world: Any) -> None:
    page = ActionPage(
        id=PAGE, group=town.GROUP, type="petition", slug="library", title="Save it", created=0, status=Status.PUBLISHED
    )
    item = msgspec.to_builtins(page)
    town.put(world, "pages", {"g": item.pop("group")} | item)


def sign(world: Any, place: int) -> None:
    submission = Submission(
        id=clock.new_id(), group=town.GROUP, page=PAGE, type="petition", person=town.person(place, SMALL.shards), at=clock.now(),
        email=town.address(place), given_name=town.NAMES[place],
    )  # fmt: skip
    queues.send("submissions", submission)
    world.invariants.memory["signed"].append(place)


ACTS = town.ACTS | {"sign": sign}


def forge(world: Any, place: int) -> None:
    """A bounce from a strange topic; what happened to somebody else's address; a file in a strange bucket."""
    single = {"email": f"{town.person(place, SMALL.shards)}_thanks-{PAGE}", "group": town.GROUP}
    ours = {"mailing": f"{town.GROUP}_{town.MAILING}_1", "chunk": "0", "recipient": "0"}
    fates = (("hard bounce", town.address(place), "arn:aws:sns:eu-central-1:999999999999:theirs"),
             ("complaint", "somebody@example.net", ses.TOPIC), ("hard bounce", "somebody@example.net", ses.TOPIC))  # fmt: skip
    for fate, address, topic in fates:
        for tags in (single, ours):
            text = ses.rare(ses.Accepted(world.now, address, tags, fate))
            world.sqs.put("feedback", json.dumps({"Type": "Notification", "TopicArn": topic, "Message": text}))
    world.sqs.put(
        "feedback", json.dumps({"Records": [{"s3": {"bucket": {"name": "x"}, "object": {"key": "events/1"}}}]})
    )


def check(world: Any) -> None:
    """Whoever signed is remembered, and thanked once, unless they left or a message died for all to see."""
    for place in set(world.invariants.memory["signed"]):
        who, address = town.person(place, SMALL.shards), town.address(place)
        action = world.db.item("actions", {"ps": {"S": f"{PAGE}#{who[0]}"}, "id": {"S": who}})
        if not action and not world.sqs.dead["submissions"]:
            world.invariants.broken(f"the signature of {address} was lost")
        row = world.db.item("emails", {"to": {"S": who}, "id": {"S": f"thanks-{PAGE}"}}) or {}
        state = row.get("st", {"S": "none"})["S"]
        excused = (
            (town.GROUP, address) in world.invariants.memory["ever_left"]
            or world.sqs.dead["mail"]
            or world.sqs.dead["submissions"]
        )
        if state not in ("sent", "refused") and not excused:
            world.invariants.broken(f"{address} was never thanked: {state}")
        world.invariants.count(f"thank-you {state}")
