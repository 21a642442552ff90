"""Rows of groups, public names, organizers, sign-in links and sessions."""

import secrets
from collections.abc import Iterable
from typing import Any

import msgspec

from chalicelib import clock, dynamo
from chalicelib.network.group import Group

_GROUPS = dynamo.Table("groups", "g")
_NAMES = dynamo.Table("names", "n")
_ORGANIZERS = dynamo.Table("organizers", "e", "g")


# Paths of our own that no group may take.
RESERVED = frozenset(
    {"api", "console", "embed", "embed.js", "favicon.ico", "g", "healthz", "hooks", "l", "media", "oembed"}
    | {"robots.txt", "static", "u", "_local"}
)


class Target(msgspec.Struct, frozen=True):
    """What a public name leads to: a group, or one of its action pages."""

    group: str
    page: str = ""


def create_group(slug: str, name: str, **settings: Any) -> Group | None:
    """Make a group and claim its public name; None when the name is taken or reserved."""
    if slug in RESERVED:
        return None
    group = Group(id=clock.new_id(), slug=slug, name=name, salt=secrets.token_hex(16), created=clock.now(), **settings)
    if not claim_name(slug, Target(group.id)):
        return None
    _GROUPS.put(msgspec.to_builtins(group) | {"g": group.id})
    return group


def find_group(group: str, *, consistent: bool = False) -> Group | None:
    item = _GROUPS.get(group, consistent=consistent)
    return group_from(item) if item else None


def find_groups(groups: Iterable[str]) -> tuple[Group, ...]:
    """Those that exist, in the order asked for."""
    wanted = list(groups)
    found = {
        item["g"]: group_from(item) for item in dynamo.get_many({_GROUPS: [(group,) for group in wanted]})[_GROUPS]
    }
    return tuple(found[group] for group in wanted if group in found)


def group_from(item: dynamo.Item) -> Group:
    return msgspec.convert(item, Group)


def group_key(group: str) -> tuple[dynamo.Table, tuple[str]]:
    """For readers that fetch a group together with other rows."""
    return _GROUPS, (group,)


def change_group(group: str, **changes: Any) -> Group:
    return group_from(_GROUPS.update(group, set=changes))


def claim_name(name: str, target: Target) -> bool:
    """Take a public name (`group` or `group/slug`); False when another page or group has it."""
    return _NAMES.add_new({"n": name, "g": target.group, "p": target.page})


def find_name(name: str) -> Target | None:
    item = _NAMES.get(name)
    return Target(item["g"], item["p"]) if item else None


def add_organizer(email: str, group: str) -> None:
    _ORGANIZERS.add_new({"e": email, "g": group, "since": clock.now()})


def groups_of(email: str) -> list[str]:
    """Ids of the groups that this address may organize."""
    return [item["g"] for item in _ORGANIZERS.each(email)]
