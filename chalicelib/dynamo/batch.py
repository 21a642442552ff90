"""Many rows a call, with patience for what DynamoDB could not take yet."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from botocore.exceptions import ClientError

from chalicelib import clock, wire
from chalicelib.dynamo.change import Change
from chalicelib.dynamo.items import Item, pack_item, unpack_item
from chalicelib.dynamo.table import Table, aliases

# Why a transaction may be cancelled and yet succeed: a row exists and is left out next time, somebody else is writing
# one just now, or we write too fast.
_MENDABLE = {
    "None",
    "ConditionalCheckFailed",
    "TransactionConflict",
    "ProvisionedThroughputExceeded",
    "ThrottlingError",
}


def get_many(
    keys: Mapping[Table, Iterable[tuple[Any, ...]]],
    *,
    consistent: bool = False,
    only: Mapping[Table, str] | None = None,
) -> dict[Table, list[Item]]:
    """Rows of several tables in one round trip (100 keys at most a call). Missing rows are left out, order is lost.

    `only` names the attributes to fetch of a table (`#id, #st`).
    """
    wanted = [(table, table.key_of(key)) for table, table_keys in keys.items() for key in dict.fromkeys(table_keys)]
    found: dict[Table, list[Item]] = {table: [] for table in keys}
    for start in range(0, len(wanted), 100):
        for table, item in _read_batch(_request(wanted[start : start + 100], consistent, only or {}), keys):
            found[table].append(item)
    return found


def put_many(table: Table, items: Iterable[Item]) -> None:
    """Write many whole rows, 25 a call."""
    requests = [{"PutRequest": {"Item": pack_item(item)}} for item in items]
    for start in range(0, len(requests), 25):
        _write_batch(table.full_name, requests[start : start + 25])


def add_all_new(table: Table, items: Sequence[Item]) -> set[int]:
    """Write up to 100 rows, none of which may exist yet, all or none; the places of those that do (empty: written)."""
    return together([table.putting_new(item) for item in items])


def update_all(table: Table, updates: Sequence[tuple[tuple[Any, ...], Change]], when: str, values: Item) -> set[int]:
    """Change up to 100 rows if `when` holds for each, all or none; the places of those where not (empty: written)."""
    return together([{"Update": table.update_request(key, change, when, values)} for key, change in updates])


def together(writes: Sequence[Any], *, longest_pause: float = 5.0) -> set[int]:
    """Up to 100 writes (`Table.updating`, `Table.removing`), all or none; the places of those whose condition fails.

    A call whose answer was lost is asked again under its own token, and is done once.
    """
    pause = min(0.05, longest_pause)
    while writes:
        try:
            request = {"TransactItems": writes, "ClientRequestToken": clock.new_id()}
            wire.call(wire.DYNAMODB, "TransactWriteItems", request)
        except ClientError as error:
            codes = _cancelled(error)
            if "ConditionalCheckFailed" in codes:
                return {place for place, code in enumerate(codes) if code == "ConditionalCheckFailed"}
            pause = min(_back_off(pause), longest_pause)
        else:
            return set()
    return set()


def _cancelled(error: ClientError) -> list[str]:
    """Why each row of a transaction was not written; the error itself when trying again would not help."""
    codes = [reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])]
    if set(codes) - {"None"} and set(codes) <= _MENDABLE:
        return codes
    raise error


def _write_batch(table: str, requests: list[Any]) -> None:
    pause = 0.05
    while requests:
        reply = wire.call(wire.DYNAMODB, "BatchWriteItem", {"RequestItems": {table: requests}})
        requests = (reply.get("UnprocessedItems") or {}).get(table, [])
        pause = _back_off(pause) if requests else pause


def _request(wanted: list[tuple[Table, Any]], consistent: bool, only: Mapping[Table, str]) -> dict[str, Any]:
    request: dict[str, Any] = {}
    for table, key in wanted:
        asked = request.setdefault(table.full_name, {"Keys": [], "ConsistentRead": consistent})
        asked["Keys"].append(key)
        if table in only:
            asked |= {"ProjectionExpression": only[table], "ExpressionAttributeNames": aliases(only[table])}
    return request


def _read_batch(request: dict[str, Any], tables: Iterable[Table]) -> Iterator[tuple[Table, Item]]:
    by_name = {table.full_name: table for table in tables}
    pause = 0.05
    while request:
        reply = wire.call(wire.DYNAMODB, "BatchGetItem", {"RequestItems": request})
        for name, items in reply["Responses"].items():
            yield from ((by_name[name], unpack_item(item)) for item in items)
        request = reply.get("UnprocessedKeys") or {}
        pause = _back_off(pause) if request else pause


def _back_off(pause: float) -> float:
    clock.sleep(pause + clock.jitter(pause))
    return min(pause * 2, 5.0)
