"""DynamoDB in memory: tables of the real template, conditional writes, batches, transactions, pages, stale reads."""

import json
from typing import Any

from simulation import expressions, updates
from simulation.answers import Failure, Reply
from simulation.expressions import Invalid, Item, Scope
from simulation.schemas import Schema

Json = dict[str, Any]
Key = tuple[str, ...]

# A read that is not consistent may see a row as it was until so long ago.
STALE_SECONDS = 1.0
# For so long a transaction is known by its token.
TOKEN_SECONDS = 600.0


class Choices:
    """What a read may meet; the world's faults decide."""

    def page_limit(self) -> int:
        return 1000

    def unprocessed(self, count: int) -> int:
        """How many of a batch are left undone."""
        return 0

    def stale(self) -> bool:
        return False

    def conflicts(self) -> bool:
        """Whether somebody else is just writing one of a transaction's rows."""
        return False


class Database:
    """`rows` is by table, partition and sort key; items are in DynamoDB's JSON, and replaced, never changed."""

    def __init__(self, tables: dict[str, Schema], choices: Choices | None = None) -> None:
        self.tables = tables
        self.choices = choices or Choices()
        self.rows: dict[str, dict[str, dict[Any, Item]]] = {name: {} for name in tables}
        self.before: dict[tuple[str, str, Any], tuple[float, Item | None]] = {}
        self.tokens: dict[str, float] = {}
        self.now = 0.0
        self.watch: Any = None

    # Operations of the wire

    def answer(self, operation: str, request: Json, now: float) -> Reply:
        self.now = now
        handle = getattr(self, f"_on_{operation}", None)
        if handle is None:
            raise expressions.Unknown(operation)
        try:
            return Reply(200, json.dumps(handle(request)).encode())
        except Invalid as error:
            raise Failure(400, "ValidationException", str(error)) from None

    def _on_GetItem(self, request: Json) -> Json:
        item = self._read(_table(request), request["Key"], request.get("ConsistentRead", False))
        return {"Item": item} if item else {}

    def _on_PutItem(self, request: Json) -> Json:
        scope = _scope(request)
        before = self.item(_table(request), request["Item"])
        self._check(request, before, scope)
        scope.check_all_used()
        self.write(_table(request), request["Item"], request["Item"])
        return {}

    def _on_DeleteItem(self, request: Json) -> Json:
        scope = _scope(request)
        before = self.item(_table(request), request["Key"])
        self._check(request, before, scope)
        scope.check_all_used()
        self.write(_table(request), request["Key"], None)
        return {"Attributes": before} if before and request.get("ReturnValues") == "ALL_OLD" else {}

    def _on_UpdateItem(self, request: Json) -> Json:
        scope, table = _scope(request), _table(request)
        before = self.item(table, request["Key"])
        allowed = self._holds(request, before, scope)
        after = updates.update(request["UpdateExpression"], before or request["Key"], scope) if allowed else None
        if after is None:
            raise _condition_failed(request, before)
        scope.check_all_used()
        self.write(table, request["Key"], after)
        return _returned(request.get("ReturnValues", "NONE"), before, after)

    def _on_Query(self, request: Json) -> Json:
        table, scope = _table(request), _scope(request)
        schema = self.tables[table]
        key = schema.indexes[request["IndexName"]] if "IndexName" in request else schema.key
        found = self._partition(table, key, request, scope)
        limit = min(request.get("Limit", 1_000_000), self.choices.page_limit())
        page = found[:limit]
        only = request.get("ProjectionExpression", "")
        reply: Json = {"Items": [_project(item, only, scope) for item in page]}
        scope.check_all_used()
        if len(found) > limit or len(page) == request.get("Limit"):
            names = dict.fromkeys((*key, *schema.key))
            reply["LastEvaluatedKey"] = {name: page[-1][name] for name in names}
        return reply

    def _partition(self, table: str, key: tuple[str, ...], request: Json, scope: Scope) -> list[Item]:
        test = expressions.condition(request["KeyConditionExpression"])
        if key == self.tables[table].key:
            ((_, partition),) = request["ExpressionAttributeValues"][":hash"].items()
            candidates = list(self.rows[table].get(partition, {}).values())
        else:
            candidates = [item for rows in self.rows[table].values() for item in rows.values() if key[0] in item]
        candidates = candidates or [{}]
        found = [item for item in candidates if test(item, scope) and item]
        backwards = not request.get("ScanIndexForward", True)
        found.sort(key=lambda item: [expressions.plain(item[name])[1] for name in key[1:]], reverse=backwards)
        if start := request.get("ExclusiveStartKey"):
            edge = [expressions.plain(start[name])[1] for name in key[1:]]
            found = [item for item in found if _behind(item, key, edge, backwards)]
        return found

    def _on_BatchGetItem(self, request: Json) -> Json:
        replies: Json = {}
        left: Json = {}
        wanted = [(name, key) for name, asked in request["RequestItems"].items() for key in asked["Keys"]]
        _check_batch([(name, json.dumps(key, sort_keys=True)) for name, key in wanted], 100)
        served = len(wanted) - self.choices.unprocessed(len(wanted))
        for place, (name, key) in enumerate(wanted):
            asked = request["RequestItems"][name]
            if place >= served:
                left.setdefault(name, asked | {"Keys": []})["Keys"].append(key)
                continue
            item = self._read(name.rpartition("-")[2], key, asked.get("ConsistentRead", False))
            only = asked.get("ProjectionExpression", "")
            shown = [_project(item, only, _scope(asked))] if item else []
            replies.setdefault(name, []).extend(shown)
        return {"Responses": replies, "UnprocessedKeys": left}

    def _on_BatchWriteItem(self, request: Json) -> Json:
        puts = [(name, each["PutRequest"]["Item"]) for name, many in request["RequestItems"].items() for each in many]
        _check_batch([(name, self._key(name.rpartition("-")[2], item)) for name, item in puts], 25)
        served = len(puts) - self.choices.unprocessed(len(puts))
        left: Json = {}
        for place, (name, item) in enumerate(puts):
            if place < served:
                self.write(name.rpartition("-")[2], item, item)
            else:
                left.setdefault(name, []).append({"PutRequest": {"Item": item}})
        return {"UnprocessedItems": left}

    def _on_TransactWriteItems(self, request: Json) -> Json:
        """All or none; asked again under its token, it has been done."""
        token = request.get("ClientRequestToken", "")
        self.tokens = {known: at for known, at in self.tokens.items() if self.now - at < TOKEN_SECONDS}
        if token in self.tokens:
            return {}
        writes = [next(iter(each.items())) for each in request["TransactItems"]]
        keys = [(_table(told), self._key(_table(told), told.get("Item") or told["Key"])) for _, told in writes]
        _check_batch(keys, 100)
        if len({table for table, _ in keys}) > 1 and self.choices.conflicts():
            raise _cancelled(["None"] * (len(writes) - 1) + ["TransactionConflict"])
        made = [self._transacted(kind, told) for kind, told in writes]
        if any(each is None for each in made):
            raise _cancelled(["None" if each else "ConditionalCheckFailed" for each in made])
        for (_, told), after in zip(writes, made, strict=True):
            self.write(_table(told), told.get("Item") or told["Key"], (after or [None])[0])
        self.tokens |= {token: self.now} if token else {}
        return {}

    def _transacted(self, kind: str, told: Json) -> list[Item | None] | None:
        """What a row is after one write of a transaction, alone in a list; None when its condition does not hold."""
        scope, before = _scope(told), self.item(_table(told), told.get("Item") or told["Key"])
        if not self._holds(told, before, scope):
            return None
        if kind == "Update":
            after = updates.update(told["UpdateExpression"], before or told["Key"], scope)
            scope.check_all_used()
            return [after]
        if kind not in ("Put", "Delete"):
            raise expressions.Unknown(kind)
        return [told.get("Item")]

    # Rows

    def item(self, table: str, key: Item) -> Item | None:
        partition, sort = self._key(table, key)
        return self.rows[table].get(partition, {}).get(sort)

    def all(self, table: str) -> list[Item]:
        return [item for rows in self.rows[table].values() for item in rows.values()]

    def _read(self, table: str, key: Item, consistent: bool) -> Item | None:
        now = self.item(table, key)
        if consistent:
            return now
        changed, before = self.before.get((table, *self._key(table, key)), (-1e9, now))
        return before if self.now - changed < STALE_SECONDS and self.choices.stale() else now

    def write(self, table: str, key: Item, item: Item | None) -> None:
        partition, sort = self._key(table, key)
        rows = self.rows[table].setdefault(partition, {})
        old = rows.get(sort)
        if old is None and item is None:
            return
        self.before[table, partition, sort] = (self.now, old)
        if item is None:
            rows.pop(sort, None)
        else:
            rows[sort] = item
        if self.watch:
            self.watch(table, old, item)

    def _key(self, table: str, item: Item) -> tuple[str, Any]:
        names = self.tables[table].key
        if any(name not in item for name in names):
            raise Invalid("a key attribute is missing")
        held = [next(iter(item[name].values())) for name in names]
        return held[0], held[1] if len(held) > 1 else ""

    def _holds(self, request: Json, before: Item | None, scope: Scope) -> bool:
        text = request.get("ConditionExpression")
        return expressions.condition(text)(before or {}, scope) if text else True

    def _check(self, request: Json, before: Item | None, scope: Scope) -> None:
        if not self._holds(request, before, scope):
            raise _condition_failed(request, before)


def _table(request: Json) -> str:
    return str(request["TableName"]).rpartition("-")[2]


def _scope(request: Json) -> Scope:
    return Scope(request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {}))


def _condition_failed(request: Json, before: Item | None) -> Failure:
    shown = {"Item": before} if before and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" else {}
    return Failure(400, "ConditionalCheckFailedException", "The conditional request failed", shown)


def _cancelled(codes: list[str]) -> Failure:
    return Failure(
        400, "TransactionCanceledException", "cancelled", {"CancellationReasons": [{"Code": code} for code in codes]}
    )


def _returned(wish: str, before: Item | None, after: Item) -> Json:
    if wish == "ALL_NEW":
        return {"Attributes": after}
    if wish == "ALL_OLD":
        return {"Attributes": before} if before else {}
    if wish == "NONE":
        return {}
    raise expressions.Unknown(wish)


def _project(item: Item, only: str, scope: Scope) -> Item:
    if not only:
        return item
    names = [scope.name(alias.strip()) for alias in only.split(",")]
    return {name: item[name] for name in names if name in item}


def _behind(item: Item, key: tuple[str, ...], edge: list[Any], backwards: bool) -> bool:
    place = [expressions.plain(item[name])[1] for name in key[1:]]
    return place < edge if backwards else place > edge


def _check_batch(keys: list[Any], most: int) -> None:
    if len(keys) > most or len(set(keys)) < len(keys):
        raise Invalid("too many keys in a batch, or one twice")
