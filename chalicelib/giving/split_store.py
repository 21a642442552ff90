"""Rows of splits: which donations were begun together, and the card that they are charged to."""

from typing import Any

import msgspec
from msgspec.structs import replace

from chalicelib import dynamo
from chalicelib.giving.split import Split

_SPLITS = dynamo.Table("splits", "id")


def find(split: str) -> Split | None:
    item = _SPLITS.get(split, consistent=True)
    return msgspec.convert(item, Split, strict=False) if item else None


def add(split: Split) -> bool:
    """A split that begins; False when it has."""
    return _SPLITS.add_new(msgspec.to_builtins(split))


def change(before: Split, **changes: Any) -> Split | None:
    """Write what is different; None when somebody else wrote since `before` was read."""
    after = replace(before, **changes, version=before.version + 1)
    seen = "#version = :seen" if before.version else "attribute_exists(#id) AND attribute_not_exists(#version)"
    try:
        _SPLITS.update(
            before.id,
            set=msgspec.to_builtins(changes) | {"version": after.version},
            when=seen,
            values={"seen": before.version} if before.version else {},
            returns="NONE",
        )
    except dynamo.ConditionFailed as other:
        # Our own write, whose answer was lost, stands there already.
        theirs = msgspec.convert(other.item, Split, strict=False) if other.item else None
        return after if theirs == after else None
    return after
