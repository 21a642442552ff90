"""The private list: who needs help, who fits best, who was brought together. It reads a few thousand replies."""

from itertools import islice
from typing import NamedTuple

from chalicelib.action_types.aid import store
from chalicelib.action_types.aid.matching import Fit, Reply, fitting, reply_of
from chalicelib.actions import store as actions
from chalicelib.people import store as people
from chalicelib.people.person import Person

MOST_READ, MOST_OPEN, MOST_MATCHED = 4000, 25, 100


class Need(NamedTuple):
    """Somebody who needs help, and the three who fit best."""

    person: Person
    reply: Reply
    fits: list[tuple[Person, Fit]]


class Pair(NamedTuple):
    need: Person
    give: Person
    reply: Reply
    done: bool


class MatchList(NamedTuple):
    """The longest waiting come first; `waiting` is how many there are, `more`: not all replies were read."""

    needs: list[Need]
    pairs: list[Pair]
    waiting: int
    giving: int
    more: bool


def look(group: str, page: str) -> MatchList:
    replies = [
        reply_of(action.person, action.at, action.own)
        for action in islice(actions.each_of_page(page), MOST_READ)
    ]  # fmt: skip
    matches = store.matches_of(page)
    waiting = sorted(
        (reply for reply in replies if reply.needs and reply.person not in matches), key=lambda one: one.at
    )
    giving = [reply for reply in replies if reply.gives]
    shown = [(need, fitting(need, giving)) for need in waiting[:MOST_OPEN]]
    paired = [match for match in matches.values() if not match.done][:MOST_MATCHED]
    paired += [match for match in matches.values() if match.done][: MOST_MATCHED - len(paired)]
    ids = {need.person for need, _ in shown} | {fit.reply.person for _, fits in shown for fit in fits}
    known = people.find_many(group, ids | {each for match in paired for each in (match.need, match.give)})
    said = {reply.person: reply for reply in replies}
    return MatchList(
        needs=[_need(known, need, fits) for need, fits in shown if need.person in known],
        pairs=[
            Pair(known[match.need], known[match.give], said[match.need], match.done)
            for match in paired
            if {match.need, match.give} <= set(known) and match.need in said
        ],
        waiting=len(waiting),
        giving=len(giving),
        more=len(replies) == MOST_READ,
    )


def _need(known: dict[str, Person], reply: Reply, fits: list[Fit]) -> Need:
    there = [(known[fit.reply.person], fit) for fit in fits if fit.reply.person in known]
    return Need(known[reply.person], reply, there)
