"""One table of DynamoDB: reads, conditional writes, and pages of a partition."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from chalicelib import config, wire
from chalicelib.dynamo.change import Change
from chalicelib.dynamo.items import Item, pack, pack_item, unpack_item

_NAMES = re.compile(r"#\w+")


class Index(NamedTuple):
    """A secondary index and its two key attributes."""

    name: str
    hash: str
    range: str


class ConditionFailed(Exception):
    """Someone else was there first; `item` is what the row holds now, or None."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("condition failed")
        self.item = item


class Page(NamedTuple):
    """Some items of a query, and the key to go on after (None at the end)."""

    items: list[Item]
    after: Item | None


class Table:
    """One DynamoDB table, known by the last part of its name and its key attributes."""

    def __init__(self, name: str, *key: str) -> None:
        self.name, self.key = name, key

    @property
    def full_name(self) -> str:
        return config.table_name(self.name)

    def key_of(self, values: tuple[Any, ...]) -> dict[str, Any]:
        return {name: pack(value) for name, value in zip(self.key, values, strict=True)}

    def get(self, *key: Any, consistent: bool = False) -> Item | None:
        request = {"TableName": self.full_name, "Key": self.key_of(key), "ConsistentRead": consistent}
        reply = wire.call(wire.DYNAMODB, "GetItem", request)
        return unpack_item(reply["Item"]) if "Item" in reply else None

    def put(self, item: Item, *, when: str = "", values: Mapping[str, Any] | None = None) -> None:
        """Write a whole row. Raises ConditionFailed when `when` does not hold."""
        self._write("PutItem", {"Item": pack_item(item)}, when, values or {})

    def add_new(self, item: Item) -> bool:
        """Write a row that must not exist yet; False when another does."""
        try:
            self.put(item, when=f"attribute_not_exists(#{self.key[0]})")
        except ConditionFailed as found:
            # The very same row is ours, written by a call whose answer was lost.
            return found.item == item
        return True

    def delete(self, *key: Any, when: str = "", values: Mapping[str, Any] | None = None) -> Item | None:
        """Remove a row and give what it held."""
        reply = self._write("DeleteItem", {"Key": self.key_of(key), "ReturnValues": "ALL_OLD"}, when, values or {})
        return unpack_item(reply["Attributes"]) if reply.get("Attributes") else None

    def update(
        self,
        *key: Any,
        set: Mapping[str, Any] | None = None,
        set_once: Mapping[str, Any] | None = None,
        set_in: Mapping[tuple[str, str], Any] | None = None,
        add: Mapping[str, Any] | None = None,
        delete: Mapping[str, Any] | None = None,
        remove: Iterable[str | tuple[str, str]] = (),
        when: str = "",
        values: Mapping[str, Any] | None = None,
        returns: str = "ALL_NEW",
    ) -> Item:
        """Change the named attributes only and return the row (`returns`: ALL_NEW, ALL_OLD, UPDATED_OLD or NONE).

        `set_once` writes what is still missing; `set_in` writes one entry of a map; `add` adds to numbers and sets;
        `delete` takes from sets; `remove` takes attributes, or (map, entry).
        Raises ConditionFailed when `when` does not hold.
        """
        change = Change()
        change.set(set or {}, set_once or {}, set_in or {})
        change.clause("ADD", add or {})
        change.clause("DELETE", delete or {})
        change.remove(remove)
        request = {"Key": self.key_of(key), "UpdateExpression": change.expression, "ReturnValues": returns}
        reply = self._write("UpdateItem", request, when, change.values | dict(values or {}), change.names)
        return unpack_item(reply.get("Attributes") or {})

    def updating(
        self,
        *key: Any,
        set: Mapping[str, Any] | None = None,
        add: Mapping[str, Any] | None = None,
        remove: Iterable[str] = (),
        when: str = "",
        values: Mapping[str, Any] | None = None,
    ) -> Item:
        """An update as one of several that are written `together`."""
        change = Change()
        change.set(set or {}, {}, {})
        change.clause("ADD", add or {})
        change.remove(remove)
        return {"Update": self.update_request(key, change, when, values or {})}

    def putting_new(self, item: Item) -> Item:
        """A row that must not exist yet, as one of several that are written `together`."""
        condition = {"ConditionExpression": "attribute_not_exists(#k)", "ExpressionAttributeNames": {"#k": self.key[0]}}
        return {"Put": {"TableName": self.full_name, "Item": pack_item(item), **condition}}

    def removing(self, *key: Any, when: str = "", values: Mapping[str, Any] | None = None) -> Item:
        """A row's removal, whether it is there or not unless `when` asks, as one of several writes `together`."""
        asked: Item = {"ConditionExpression": when, "ExpressionAttributeNames": aliases(when)} if when else {}
        if values:
            asked["ExpressionAttributeValues"] = {_colon(name): pack(value) for name, value in values.items()}
        return {"Delete": {"TableName": self.full_name, "Key": self.key_of(key), **asked}}

    def update_request(self, key: tuple[Any, ...], change: Change, when: str, values: Mapping[str, Any]) -> Item:
        """One update as a transaction takes it."""
        return {
            "TableName": self.full_name,
            "Key": self.key_of(key),
            "UpdateExpression": change.expression,
            **({"ConditionExpression": when} if when else {}),
            "ExpressionAttributeNames": change.names | aliases(when),
            "ExpressionAttributeValues": {
                _colon(name): pack(value) for name, value in (change.values | dict(values)).items()
            },
        }

    def query(
        self,
        hash_value: Any,
        *,
        index: Index | None = None,
        between: tuple[Any, Any] | None = None,
        after: Item | None = None,
        limit: int = 0,
        newest_first: bool = False,
        only: str = "",
        consistent: bool = False,
    ) -> Page:
        """One page of a partition in key order; `only` names the attributes to fetch (`#id, #st`)."""
        hash_name, range_name = (index.hash, index.range) if index else (*self.key, "")[:2]
        condition, values = f"#{hash_name} = :hash", {":hash": hash_value}
        if between:
            condition += f" AND #{range_name} BETWEEN :low AND :high"
            values |= {":low": between[0], ":high": between[1]}
        optional: dict[str, Any] = {
            "IndexName": index.name if index else None,
            "ConsistentRead": consistent or None,
            "ProjectionExpression": only,
            "Limit": limit,
            "ExclusiveStartKey": pack_item(after) if after else None,
        }
        request = {
            "TableName": self.full_name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": pack_item(values),
            "ExpressionAttributeNames": aliases(condition + only),
            "ScanIndexForward": not newest_first,
        }
        asked = request | {name: value for name, value in optional.items() if value}
        reply = wire.call(wire.DYNAMODB, "Query", asked)
        last = reply.get("LastEvaluatedKey")
        return Page([unpack_item(item) for item in reply["Items"]], unpack_item(last) if last else None)

    def each(self, hash_value: Any, **how: Any) -> Iterator[Item]:
        """Every item of a partition, page after page."""
        after = how.pop("after", None)
        while True:
            page = self.query(hash_value, after=after, **how)
            yield from page.items
            after = page.after
            if after is None:
                return

    def _write(
        self, operation: str, request: dict[str, Any], when: str, values: Mapping[str, Any], names: Item | None = None
    ) -> Any:
        request |= {"TableName": self.full_name}
        if when:
            request |= {"ConditionExpression": when, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if all_names := (names or {}) | aliases(when):
            request["ExpressionAttributeNames"] = all_names
        if values:
            request["ExpressionAttributeValues"] = {_colon(name): pack(value) for name, value in values.items()}
        try:
            return wire.call(wire.DYNAMODB, operation, request)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise
            item: Any = error.response.get("Item")
            raise ConditionFailed(unpack_item(item) if item else None) from None


def aliases(expression: str) -> dict[str, str]:
    """What each `#name` of an expression stands for."""
    return {alias: alias[1:] for alias in _NAMES.findall(expression)}


def _colon(name: str) -> str:
    return name if name.startswith(":") else f":{name}"
