"""How Python values look on DynamoDB's wire. Whole numbers are int, others float; an empty set is left out."""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from typing import Any

Item = dict[str, Any]


def pack(value: Any) -> dict[str, Any]:
    """A Python value as DynamoDB writes it."""
    if isinstance(value, str):
        return {"S": value}
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, int | float):
        return {"N": repr(value)}
    if value is None:
        return {"NULL": True}
    if isinstance(value, bytes):
        return {"B": b64encode(value).decode()}
    if isinstance(value, set | frozenset):
        return _pack_set(value)
    if isinstance(value, Mapping):
        return {"M": {str(key): pack(part) for key, part in value.items()}}
    return {"L": [pack(part) for part in value]}


def unpack(value: dict[str, Any]) -> Any:
    """A DynamoDB value as Python holds it: whole numbers are int, others float."""
    ((kind, held),) = value.items()
    if kind in ("S", "BOOL"):
        return held
    if kind == "N":
        return _number(held)
    if kind == "NULL":
        return None
    if kind == "SS":
        return set(held)
    if kind == "NS":
        return {_number(number) for number in held}
    if kind == "M":
        return unpack_item(held)
    if kind == "B":
        return b64decode(held)
    return [unpack(part) for part in held]


def pack_item(item: Mapping[str, Any]) -> dict[str, Any]:
    return {name: pack(value) for name, value in item.items() if not is_empty_set(value)}


def unpack_item(item: Mapping[str, Any]) -> Item:
    return {name: unpack(value) for name, value in item.items()}


def _number(text: str) -> int | float:
    return int(text) if text.lstrip("-").isdigit() else float(text)


def _pack_set(values: Iterable[Any]) -> dict[str, Any]:
    members = sorted(values)
    if all(isinstance(member, str) for member in members):
        return {"SS": members}
    return {"NS": [repr(member) for member in members]}


def is_empty_set(value: Any) -> bool:
    return isinstance(value, set | frozenset) and not value
