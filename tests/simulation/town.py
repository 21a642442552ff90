"""The people of a simulated group, and what they and their organizer do: in the product's own verbs."""

from typing import Any

import msgspec

from chalicelib import clock
from chalicelib.dynamo.items import pack_item
from chalicelib.mailings import conduct, unsubscribe
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people.subscription import address_hash

GROUP = "0" * 31 + "1"
NAMES = ("Ada", "Bob", "Cyd", "Dan", "Eve", "Fay", "Gus", "Hal")
MAILING = "0" * 31 + "2"


def build(world: Any, count: int, shards: int, *, hold: bool = False) -> None:
    """A group of so many people, spread over the first shards of its list, and a draft."""
    group = Group(id=GROUP, slug="friends", name="Friends", salt="aa" * 16, created=world.now, hold_in_doubt=hold,
                  postal_address="1 River Road")  # fmt: skip
    put(world, "groups", msgspec.to_builtins(group) | {"g": GROUP})
    for place in range(count):
        put(world, "people", {"gs": f"{GROUP}#{place % shards:02x}", "id": person(place, shards), "e": address(place),
                               "fn": NAMES[place % 8], "st": "subscribed", "sa": 0, "cr": 0})  # fmt: skip
        world.invariants.memory["owners"][hash_of(place)] = address(place)
    draft = Mailing(id=MAILING, group=GROUP, created=world.now, subject="Hello", body="<p>Come, {{ first_name }}.</p>")
    item = msgspec.to_builtins(draft)
    put(world, "mailings", {"g": item.pop("group")} | item)


def person(place: int, shards: int) -> str:
    return f"{place % shards:02x}{place:030x}"


def address(place: int) -> str:
    return f"{NAMES[place % 8].lower()}{place // 8 or ''}@example.org"


def hash_of(place: int) -> str:
    """How their address stands on the suppression list."""
    return address_hash(address(place), b"\x5a" * 32)


def put(world: Any, table: str, item: dict[str, Any]) -> None:
    packed = pack_item(item)
    world.db.write(table, packed, packed)


# What people do


def leave(world: Any, who: str, email: str) -> None:
    _cause(world, email, "unsubscribed")
    unsubscribe.leave(Leaver(GROUP, who, MAILING))


def come_back(world: Any, who: str) -> None:
    unsubscribe.come_back(Leaver(GROUP, who, MAILING))


def be_deleted(world: Any, who: str, email: str) -> None:
    _cause(world, email, "deleted")
    people.forget(GROUP, who)


def bounce_elsewhere(world: Any, email: str) -> None:
    """Another group's mail to the same address came back."""
    people.suppress(address_hash(email), "bounced", clock.now())


def _cause(world: Any, email: str, cause: str) -> None:
    world.invariants.memory["causes"].setdefault(email, []).append(cause)


# What the organizer does


def send(world: Any) -> None:
    conduct.send_now(GROUP, MAILING)


def send_at(world: Any, seconds: float) -> None:
    conduct.send_at(GROUP, MAILING, clock.now() + seconds)


def undo(world: Any) -> None:
    conduct.undo(GROUP, MAILING)


def pause(world: Any) -> None:
    conduct.pause(GROUP, MAILING)


def resume(world: Any) -> None:
    conduct.resume(GROUP, MAILING)


def stop(world: Any) -> None:
    conduct.stop(GROUP, MAILING)


ACTS = {
    act.__name__: act
    for act in (leave, come_back, be_deleted, bounce_elsewhere, send, send_at, undo, pause, resume, stop)
}

__all__ = ["ACTS", "GROUP", "MAILING", "address", "build", "hash_of", "person", "put"]
