"""Rows of action pages (by group) and of actions: partition `page#shard`, sorted by person id."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from chalicelib import clock, dynamo
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.question import Answer
from chalicelib.actions.submission import Submission

_PAGES = dynamo.Table("pages", "g", "id")
_ACTIONS = dynamo.Table("actions", "ps", "id")
_BY_PERSON = dynamo.Index("by_person", "id", "at")

SHARDS = "0123456789abcdef"


class Action(msgspec.Struct, frozen=True, kw_only=True):
    """What a person did on a page. `at` is when first, `last` when latest (epoch seconds); `answers` by question id."""

    page: str
    person: str
    group: str
    at: float
    last: float
    answers: Mapping[str, Answer] = {}
    tally: frozenset[str] = frozenset()
    own: Mapping[str, str] = {}
    consent: str = ""
    joins: tuple[str, ...] = ()
    source: str = ""
    referrer: str = ""
    website: str = ""

    @property
    def comment(self) -> str:
        return str(self.answers.get("comment", ""))


def page_key(group: str, page: str) -> tuple[dynamo.Table, tuple[str, str]]:
    """For readers that fetch a page together with other rows."""
    return _PAGES, (group, page)


def page_from(item: dynamo.Item) -> ActionPage:
    return msgspec.convert(item | {"group": item["g"]}, ActionPage)


def find_page(group: str, page: str, *, consistent: bool = False) -> ActionPage | None:
    item = _PAGES.get(group, page, consistent=consistent)
    return page_from(item) if item else None


def find_pages(group: str, pages: Iterable[str]) -> list[ActionPage]:
    """Those of these pages (by id) that the group has, in their order."""
    wanted = list(pages)
    items = dynamo.get_many({_PAGES: [(group, page) for page in wanted]})[_PAGES] if wanted else []
    found = {item["id"]: page_from(item) for item in items}
    return [found[page] for page in wanted if page in found]


def pages_of(group: str) -> list[ActionPage]:
    """All pages of a group, newest first."""
    return [page_from(item) for item in _PAGES.each(group, newest_first=True)]


def latest_pages(group: str, limit: int) -> list[ActionPage]:
    return [page_from(item) for item in _PAGES.query(group, newest_first=True, limit=limit).items]


def add_page(page: ActionPage) -> None:
    item = msgspec.to_builtins(page)
    _PAGES.put({"g": item.pop("group")} | item)


def add_new_page(page: ActionPage) -> bool:
    """Unless there is one of its id."""
    item = msgspec.to_builtins(page)
    return _PAGES.add_new({"g": item.pop("group")} | item)


def change_page(group: str, page: str, *, edited: float | None = None, **changes: Any) -> ActionPage | None:
    """Write the named attributes of a page; None when there is none, or (`edited`: when one saw it) a newer one."""
    now = clock.now()
    try:
        item = _PAGES.update(
            group,
            page,
            set={"hand": ""} | changes | {"edited": now},
            when="attribute_exists(#id)" + (" AND #edited = :edited" if edited is not None else ""),
            values={} if edited is None else {"edited": edited},
        )
    except dynamo.ConditionFailed as newer:
        # What stands there may be ours, written by a call whose answer was lost.
        ours = newer.item is not None and newer.item["edited"] == now
        return page_from(newer.item) if newer.item and ours else None
    return page_from(item)


def record(submission: Submission) -> Action | None:
    """Write down what was done and give the row as it was before (None: this person's first on this page).

    A replay changes nothing; of two different submissions the later one's words stay.
    """
    latest = {
        "g": submission.group,
        "la": submission.at,
        "a": submission.answers,
        "ty": sorted(submission.tally),
        "own": submission.own,
        "co": submission.consent,
        "jo": submission.joined,
        "src": submission.source,
        "ref": submission.referrer,
        "web": submission.website,
    }
    try:
        old = _ACTIONS.update(
            _partition(submission.page, submission.person),
            submission.person,
            set=latest,
            set_once={"at": submission.at},
            when="attribute_not_exists(#la) OR #la <= :at",
            values={"at": submission.at},
            returns="ALL_OLD",
        )
    except dynamo.ConditionFailed as newer:
        old = newer.item or {}
    return _action(old) if old else None


def find_action(page: str, person: str) -> Action | None:
    """What this person did on this page, as it stands now."""
    item = _ACTIONS.get(_partition(page, person), person, consistent=True)
    return _action(item) if item else None


def each_of_page(page: str, after: str = "", at_once: int = 0) -> Iterator[Action]:
    """Every action on a page in the order of person ids, beginning behind the id `after`.

    Reads `at_once` rows a call (0: as many as DynamoDB gives, thousands).
    """
    for shard in SHARDS[SHARDS.index(after[0]) if after else 0 :]:
        partition = f"{page}#{shard}"
        start = {"ps": partition, "id": after} if after[:1] == shard else None
        yield from map(_action, _ACTIONS.each(partition, after=start, limit=at_once))


def find_many(page: str, people: Iterable[str]) -> list[Action]:
    """What these people (by id) did on a page, those who did."""
    keys = {_ACTIONS: [(_partition(page, person), person) for person in people]}
    return [_action(item) for item in dynamo.get_many(keys)[_ACTIONS]]


def who_acted(page: str, prefix: str) -> set[str]:
    """Ids of the people who took this action and whose id begins with `prefix` (at least one hex digit)."""
    low, high = prefix.ljust(32, "0"), prefix.ljust(32, "f")
    items = _ACTIONS.each(f"{page}#{prefix[0]}", between=(low, high), only="#id")
    return {item["id"] for item in items}


def actions_of(person: str, limit: int = 100) -> list[Action]:
    """What this person did, newest first."""
    page = _ACTIONS.query(person, index=_BY_PERSON, newest_first=True, limit=limit)
    return [_action(item) for item in page.items]


def _partition(page: str, person: str) -> str:
    return f"{page}#{person[0]}"


def _action(item: dynamo.Item) -> Action:
    return Action(
        page=item["ps"].partition("#")[0],
        person=item["id"],
        group=item["g"],
        at=item["at"],
        last=item["la"],
        answers={name: answer if isinstance(answer, str) else tuple(answer) for name, answer in item["a"].items()},
        tally=frozenset(item.get("ty", ())),
        own=item["own"],
        consent=item.get("co", ""),
        joins=tuple(item.get("jo", ())),
        source=item.get("src", ""),
        referrer=item.get("ref", ""),
        website=item.get("web", ""),
    )
