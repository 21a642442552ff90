"""Rows of who was brought together, by page and by the person who needs help."""

from typing import NamedTuple

from chalicelib import clock, dynamo

_MATCHES = dynamo.Table("matches", "p", "id")


class Match(NamedTuple):
    """`need` and `give` are people's ids; `done`: they have been helped."""

    need: str
    give: str
    at: float
    done: bool


def matches_of(page: str) -> dict[str, Match]:
    """By the id of whoever needs help."""
    return {item["id"]: Match(item["id"], item["gi"], item["at"], item["do"]) for item in _MATCHES.each(page)}


def match(page: str, need: str, give: str) -> bool:
    """Bring two people together; False when somebody else was faster with another one."""
    try:
        _MATCHES.update(
            page,
            need,
            set={"gi": give},
            set_once={"at": clock.now(), "do": False},
            when="attribute_not_exists(#id) OR #gi = :give",
            values={"give": give},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return False
    return True


def finish(page: str, need: str, give: str) -> bool:
    """They have been helped; False when these two are not together any more."""
    try:
        _MATCHES.update(page, need, set={"do": True}, when="#gi = :give", values={"give": give}, returns="NONE")
    except dynamo.ConditionFailed:
        return False
    return True


def part(page: str, need: str, give: str) -> bool:
    """They do not belong together after all; False when somebody else came to help meanwhile, or they were helped."""
    try:
        _MATCHES.delete(
            page,
            need,
            when="attribute_not_exists(#id) OR (#gi = :give AND #do = :no)",
            values={"give": give, "no": False},
        )
    except dynamo.ConditionFailed:
        return False
    return True
