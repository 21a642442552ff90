"""The people of a simulated group, and what they and their organizer do: in the product's own verbs."""

from collections.abc import Sequence
from datetime import datetime
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
TIME_ZONE = "America/Denver"
# Hours behind UTC in January, by ZIP code: no clock is asked, so that one that is wrong is found out.
HOURS_BEHIND = {"10001": 5, "60601": 6, "80202": 7, "85001": 7, "90210": 8, "99501": 9, "": 7, "nobody knows": 7}
_BODY = '<p>Come, {{ first_name }}. <a href="https://library.example">The library</a></p>'


def build(
    world: Any,
    count: int,
    shards: int,
    *,
    hold: bool = False,
    group: str = GROUP,
    zip_codes: Sequence[str] = (),
) -> None:
    """A group of so many people, spread over the first shards of its list, and a draft. They live at `zip_codes`."""
    made = Group(id=group, slug=f"friends-{group[-1]}", name="Friends", salt="aa" * 16, created=world.now,
                 hold_in_doubt=hold, postal_address="1 River Road", time_zone=TIME_ZONE)  # fmt: skip
    put(world, "groups", msgspec.to_builtins(made) | {"g": group})
    for place in range(count):
        put(world, "people", {"gs": f"{group}#{place % shards:02x}", "id": person(place, shards), "e": address(place),
                               "fn": NAMES[place % 8], "st": "subscribed", "sa": 0, "cr": 0,
                               "z": zip_codes[place] if zip_codes else ""})  # fmt: skip
        own(world, place, group)
    if group == GROUP:
        add_draft(world)


def own(world: Any, place: int, group: str = GROUP) -> None:
    """Have the invariants know whose address it is that may be suppressed."""
    world.invariants.memory["owners"].setdefault(hash_of(place), []).append((group, address(place)))


def add_draft(world: Any, mailing: str = MAILING, group: str = GROUP, **more: Any) -> None:
    """A mailing that is not sent yet; `more` is what is different about it."""
    draft = Mailing(id=mailing, group=group, created=world.now, subject="Hello", body=_BODY, **more)
    item = msgspec.to_builtins(draft)
    put(world, "mailings", {"g": item.pop("group")} | item)


def person(place: int, shards: int) -> str:
    return f"{place % shards:02x}{place:030x}"


def address(place: int) -> str:
    return f"{NAMES[place % 8].lower()}{place // 8 or ''}@example.org"


def hash_of(place: int) -> str:
    """How their address stands on the suppression list."""
    return address_hash(address(place), b"\x5a" * 32)


def moment(wall: str, home: str) -> float:
    """When it is that time there, in January."""
    return datetime.fromisoformat(f"{wall}+00:00").timestamp() + HOURS_BEHIND[home] * 3600


def put(world: Any, table: str, item: dict[str, Any]) -> None:
    packed = pack_item(item)
    world.db.write(table, packed, packed)


# What people do


def leave(world: Any, who: str, email: str, group: str = GROUP, mailing: str = MAILING) -> None:
    """By the link in a mailing if they have got it, and else by that of an earlier email."""
    _cause(world, group, email, "unsubscribed")
    got = any(one.to == email and f"{group}_{mailing}_" in one.tags.get("mailing", "") for one in world.ses.accepted)
    unsubscribe.leave(Leaver(group, who, mailing if got else ""))


def come_back(world: Any, who: str, group: str = GROUP, mailing: str = MAILING) -> None:
    unsubscribe.come_back(Leaver(group, who, mailing))


def be_deleted(world: Any, who: str, email: str, group: str = GROUP) -> None:
    _cause(world, group, email, "deleted")
    people.forget(group, who)


def bounce_elsewhere(world: Any, email: str) -> None:
    """Another group's mail to the same address came back."""
    people.suppress(address_hash(email), "bounced", clock.now())


def _cause(world: Any, group: str, email: str, cause: str) -> None:
    world.invariants.memory["causes"].setdefault((group, email), []).append(cause)


# What the organizer does


def send(world: Any, group: str = GROUP, mailing: str = MAILING) -> None:
    conduct.send_now(group, mailing)


def send_at(world: Any, seconds: float, group: str = GROUP, mailing: str = MAILING) -> None:
    conduct.send_at(group, mailing, clock.now() + seconds)


def undo(world: Any, group: str = GROUP, mailing: str = MAILING) -> None:
    conduct.undo(group, mailing)


def pause(world: Any, group: str = GROUP, mailing: str = MAILING) -> None:
    conduct.pause(group, mailing)


def resume(world: Any, group: str = GROUP, mailing: str = MAILING) -> None:
    conduct.resume(group, mailing)


def stop(world: Any, group: str = GROUP, mailing: str = MAILING) -> None:
    conduct.stop(group, mailing)


ACTS = {
    act.__name__: act
    for act in (leave, come_back, be_deleted, bounce_elsewhere, send, send_at, undo, pause, resume, stop)
}

__all__ = [
    "ACTS",
    "GROUP",
    "HOURS_BEHIND",
    "MAILING",
    "TIME_ZONE",
    "add_draft",
    "address",
    "build",
    "hash_of",
    "moment",
    "own",
    "person",
    "put",
]
