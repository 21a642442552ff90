"""Rows of who came by which mailing's source code and acted: partition `group/code#shard`, sorted by person id.

They lie among the actions, without the attribute that the index by person sorts by, so that no timeline shows them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib import dynamo
from chalicelib.actions.store import SHARDS
from chalicelib.actions.submission import Submission

_ACTIONS = dynamo.Table("actions", "ps", "id")


class Came(NamedTuple):
    """Somebody who came by a source code, and the pages they took action on."""

    person: str
    pages: frozenset[str]


def record(submission: Submission) -> bool:
    """Write down that somebody came by this code; False when that is known of this person and page."""
    partition = _partition(submission.group, submission.source, submission.person[0])
    old = _ACTIONS.update(partition, submission.person, add={"pages": {submission.page}}, returns="ALL_OLD")
    return submission.page not in old.get("pages", ())


def each(group: str, code: str, after: str = "") -> Iterator[Came]:
    """Everyone who came by this code in the order of their ids, beginning behind the id `after`."""
    for shard in SHARDS[SHARDS.index(after[0]) if after else 0 :]:
        partition = _partition(group, code, shard)
        start = {"ps": partition, "id": after} if after[:1] == shard else None
        for item in _ACTIONS.each(partition, after=start):
            yield Came(item["id"], frozenset(item["pages"]))


def _partition(group: str, code: str, shard: str) -> str:
    return f"{group}/{code}#{shard}"
