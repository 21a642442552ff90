"""The tables of the real template: their keys and indexes."""

from typing import Any, NamedTuple

from infra import templates

Json = dict[str, Any]


class Schema(NamedTuple):
    key: tuple[str, ...]
    indexes: dict[str, tuple[str, ...]]


def schemas() -> dict[str, Schema]:
    """Keys and indexes by table, as deployed: the last part of the name without the stage."""
    found = {}
    for resource in templates.joined()["Resources"].values():
        if resource.get("Type") == "AWS::DynamoDB::Table":
            properties = resource["Properties"]
            name = _name(properties["TableName"]).rpartition("-")[2]
            indexes = {each["IndexName"]: _keys(each) for each in properties.get("GlobalSecondaryIndexes", [])}
            found[name] = Schema(_keys(properties), indexes)
    return found


def _name(value: Any) -> str:
    return value if isinstance(value, str) else next(iter(value.values()))


def _keys(described: Json) -> tuple[str, ...]:
    ordered = sorted(described["KeySchema"], key=lambda each: str(each["KeyType"]))
    return tuple(each["AttributeName"] for each in ordered)
