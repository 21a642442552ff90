"""Rows of custom fields, by group."""

import msgspec

from chalicelib import dynamo
from chalicelib.people.custom_field import CustomField

_FIELDS = dynamo.Table("fields", "g", "id")


def fields_of(group: str) -> list[CustomField]:
    """All of a group's, oldest first."""
    found = [msgspec.convert(item | {"group": item["g"]}, CustomField) for item in _FIELDS.each(group)]
    return sorted(found, key=lambda field: field.created)


def add(field: CustomField) -> None:
    """Write a field down; one that is known stays as it is."""
    item = msgspec.to_builtins(field)
    _FIELDS.add_new({"g": item.pop("group")} | item)
