"""Rows of mailings, of their live numbers, and of single emails."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from chalicelib import clock, dynamo
from chalicelib.mailings.bounces import Domain, from_counts
from chalicelib.mailings.mailing import SUMMED, Mailing, Progress, Status
from chalicelib.mailings.variant import LETTERS, REST

_MAILINGS = dynamo.Table("mailings", "g", "id")
_COUNTERS = dynamo.Table("counters", "k", "s")


def add_mailing(mailing: Mailing) -> None:
    item = msgspec.to_builtins(mailing)
    _MAILINGS.put({"g": item.pop("group")} | item)


def find_mailing(group: str, mailing: str, *, consistent: bool = False) -> Mailing | None:
    item = _MAILINGS.get(group, mailing, consistent=consistent)
    return _mailing(item) if item else None


def mailings_of(group: str, limit: int = 50, before: str = "") -> list[Mailing]:
    """The group's mailings, newest first, beginning behind the id `before`."""
    after = {"g": group, "id": before} if before else None
    return [_mailing(item) for item in _MAILINGS.query(group, newest_first=True, limit=limit, after=after).items]


def change_mailing(
    group: str,
    mailing: str,
    *,
    when: Iterable[Status] = (),
    run: int | None = None,
    unreleased: bool = False,
    still: Mapping[str, Any] | None = None,
    surveyed: float | None = None,
    **changes: Any,
) -> Mailing | None:
    """Write the named attributes if the mailing stands as said; else None.

    That is: in one of the states `when`, in this run, `unreleased`, and `still` with these values. Numbers come with
    the moment they were `surveyed`, and are not written over those of a later survey (0: they are out of date).
    """
    condition, values = _standing(when, run, still or {})
    condition += " AND (attribute_not_exists(#released) OR #released = :no)" if unreleased else ""
    values |= {"no": False} if unreleased else {}
    condition += " AND (attribute_not_exists(#surveyed) OR #surveyed <= :surveyed)" if surveyed else ""
    values |= {"surveyed": surveyed} if surveyed else {}
    changes |= {"surveyed": surveyed} if surveyed is not None else {}
    written = msgspec.to_builtins(changes)
    try:
        return _mailing(_MAILINGS.update(group, mailing, set=written, when=condition, values=values))
    except dynamo.ConditionFailed as rival:
        # What we wanted to write stands there already: only the answer to our own write was lost.
        ours = rival.item is not None and all(rival.item.get(name) == value for name, value in written.items())
        return _mailing(rival.item) if rival.item and ours and run in (None, rival.item["run"]) else None


def _standing(when: Iterable[Status], run: int | None, still: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    statuses = {f"s{number}": str(status) for number, status in enumerate(when)}
    equal = dict(still) | ({"run": run} if run is not None else {})
    condition = "attribute_exists(#id)"
    condition += f" AND #status IN ({', '.join(':' + name for name in statuses)})" if statuses else ""
    for name, value in equal.items():
        # A row from before an attribute was thought of has its empty value.
        unwritten = "" if value else f" OR attribute_not_exists(#{name})"
        condition += f" AND (#{name} = :is_{name}{unwritten})"
    return condition, statuses | {f"is_{name}": value for name, value in equal.items()}


def begin_run(group: str, mailing: str, until: float) -> Mailing | None:
    """Take the planning of a mailing, with a run of its own; None while another planner is at it."""
    planner = clock.new_id()
    try:
        item = _MAILINGS.update(
            group,
            mailing,
            set={"planning_until": until, "planner": planner, "surveyed": 0} | dict.fromkeys(SUMMED, 0),
            add={"run": 1},
            when="#status = :counting AND (attribute_not_exists(#planning_until) OR #planning_until < :now)",
            values={"counting": str(Status.COUNTING), "now": clock.now()},
        )
    except dynamo.ConditionFailed as rival:
        ours = rival.item is not None and rival.item.get("planner") == planner
        return _mailing(rival.item) if rival.item and ours else None
    return _mailing(item)


def release(group: str, mailing: str, run: int) -> Mailing | None:
    """From now on emails may leave, and nothing can be undone; None when it is not sending, or not this run."""
    try:
        item = _MAILINGS.update(
            group,
            mailing,
            set={"released": True},
            when="#status = :sending AND #run = :run",
            values={"sending": str(Status.SENDING), "run": run},
        )
    except dynamo.ConditionFailed:
        return None
    return _mailing(item)


def progress(mailing: Mailing) -> Progress:
    """Its numbers as far as they are known now."""
    item = _COUNTERS.get(f"mailing#{mailing.run_name}", "now")
    return msgspec.convert(item or {}, Progress).with_sums(mailing)


def progress_by_variant(mailing: Mailing) -> dict[str, Counter[str]]:
    """The live numbers of each variant, by its letter; `rest` has those of the rest."""
    found: dict[str, Counter[str]] = {}
    for name, count in (_COUNTERS.get(f"mailing#{mailing.run_name}", "now") or {}).items():
        letter, _, number = name.partition("_")
        if letter in (*LETTERS, REST) and number:
            found.setdefault(letter, Counter())[number] = count
    return found


def add_progress(run: str, counts: Mapping[str, int]) -> Progress:
    """Add to a run's live numbers (`done` counts chunks) and give them as they are now."""
    return msgspec.convert(_COUNTERS.update(f"mailing#{run}", "now", add=counts), Progress)


def add_bounces(run: str, domains: Mapping[str, Mapping[str, int]]) -> None:
    """Add to the numbers of receiving domains, a row for each."""
    for domain, counts in domains.items():
        _COUNTERS.update(f"mailing#{run}#domains", domain, add=counts, returns="NONE")


def domains(mailing: Mailing) -> Iterator[Domain]:
    """Every receiving domain that sent something back."""
    for item in _COUNTERS.each(f"mailing#{mailing.run_name}#domains"):
        yield from_counts(item["s"], item)


def add_clicks(run: str, counts: Mapping[str, int]) -> None:
    """Add to the numbers of people who followed each link of a run."""
    _COUNTERS.update(f"mailing#{run}", "links", add=counts, returns="NONE")


def clicks(mailing: Mailing) -> dict[str, int]:
    """How many people followed each link, by the name it has there."""
    item = _COUNTERS.get(f"mailing#{mailing.run_name}", "links") or {}
    return {name: count for name, count in item.items() if name not in ("k", "s")}


def _mailing(item: dynamo.Item) -> Mailing:
    return msgspec.convert(item | {"group": item["g"]}, Mailing)
