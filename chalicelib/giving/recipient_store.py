"""Rows of recipients: which groups were asked to get a part of what a page collects, and which have agreed to it."""

from typing import Any

import msgspec

from chalicelib import clock, dynamo

_RECIPIENTS = dynamo.Table("recipients", "p", "r")
_BY_RECIPIENT = dynamo.Index("by_recipient", "r", "at")

MOST = 10


class Recipient(msgspec.Struct, frozen=True):
    """`group` was asked by the group `asked_by` for its `page`; `agreed_at` 0: it has not said yes."""

    page: str
    group: str
    asked_by: str
    at: float
    agreed_at: float = 0

    @property
    def agreed(self) -> bool:
        return bool(self.agreed_at)


def of_page(page: str, *, consistent: bool = False) -> list[Recipient]:
    """Those who were asked, in the order in which they were."""
    found = [_recipient(item) for item in _RECIPIENTS.query(page, limit=4 * MOST, consistent=consistent).items]
    return sorted(found, key=lambda recipient: recipient.at)


def of_group(group: str) -> list[Recipient]:
    """What a group was asked for, newest first; a hundred at most."""
    page = _RECIPIENTS.query(group, index=_BY_RECIPIENT, newest_first=True, limit=100)
    return [_recipient(item) for item in page.items]


def find(page: str, group: str) -> Recipient | None:
    item = _RECIPIENTS.get(page, group, consistent=True)
    return _recipient(item) if item else None


def ask(page: str, group: str, asked_by: str) -> None:
    """Asked again it stays as it is: whoever has agreed still does."""
    _RECIPIENTS.add_new({"p": page, "r": group, "g": asked_by, "at": clock.now()})


def agree(page: str, group: str, by: str) -> bool:
    """A group says yes, by an organizer of its own; False when it is not asked any more."""
    changes: dict[str, Any] = {"ok": clock.now(), "by": by}
    try:
        _RECIPIENTS.update(page, group, set=changes, when="attribute_exists(#p)", returns="NONE")
    except dynamo.ConditionFailed:
        return False
    return True


def remove(page: str, group: str) -> bool:
    """It gets nothing any more: because it leaves, or is asked no more. False when it was not asked."""
    return _RECIPIENTS.delete(page, group) is not None


def _recipient(item: dynamo.Item) -> Recipient:
    return Recipient(item["p"], item["r"], item["g"], float(item["at"]), float(item.get("ok", 0)))
