"""The DynamoDB of the simulation answers as the emulator does: the same requests to both, the same replies from both."""

import json

import pytest

from chalicelib import aws as doors
from simulation import dynamodb, schemas
from simulation.answers import Failure

TABLE = "muster-local-chunks"


def _update(expression, values, *, when="", returns="ALL_NEW", number="0"):
    names = {word: word[1:] for word in set(_words(expression + " " + when))}
    request = {
        "TableName": TABLE,
        "Key": {"m": {"S": "conformance"}, "n": {"N": number}},
        "UpdateExpression": expression,
        "ExpressionAttributeNames": names,
        "ExpressionAttributeValues": values,
        "ReturnValues": returns,
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    } | ({"ConditionExpression": when} if when else {})
    return "UpdateItem", {name: value for name, value in request.items() if value}


def _words(text):
    return [word.strip("(),") for word in text.replace(".", " ").split() if word.startswith("#")] + [
        word
        for word in text.replace("(", " ").replace(")", " ").replace(".", " ").replace(",", " ").split()
        if word[0] == "#"
    ]


def _n(number):
    return {"N": str(number)}


_GET = {"TableName": TABLE, "Key": {"m": {"S": "conformance"}, "n": {"N": "0"}}, "ConsistentRead": True}


def _together(token, *, when="", number=1):
    """An update, a new row and a removal, all or none."""
    values = {":one": _n(1)}
    names = {"#x": "x"} | ({"#m": "m"} if when else {})
    update = {"UpdateExpression": "ADD #x :one", "ExpressionAttributeNames": names, "ExpressionAttributeValues": values}
    writes = [
        {"Update": {"TableName": TABLE, "Key": {"m": {"S": "together"}, "n": _n(0)}} | update | ({"ConditionExpression": when} if when else {})},
        {"Put": {"TableName": TABLE, "Item": {"m": {"S": "together"}, "n": _n(number)}, "ConditionExpression": "attribute_not_exists(#m)", "ExpressionAttributeNames": {"#m": "m"}}},
        {"Delete": {"TableName": TABLE, "Key": {"m": {"S": "together"}, "n": _n(99)}}},
    ]  # fmt: skip
    return "TransactWriteItems", {"TransactItems": writes, "ClientRequestToken": token}


_QUERY = {
    "TableName": TABLE,
    "KeyConditionExpression": "#m = :hash AND #n BETWEEN :low AND :high",
    "ExpressionAttributeNames": {"#m": "m", "#n": "n"},
    "ExpressionAttributeValues": {":hash": {"S": "conformance"}, ":low": _n(1), ":high": _n(10)},
}
STEPS = [
    _update("SET #st = :p, #rf = :m", {":p": {"S": "p"}, ":m": {"M": {}}}),
    _update("SET #st = :c, #tok = :t ADD #at :one", {":c": {"S": "c"}, ":t": {"S": "a"}, ":one": _n(1), ":p": {"S": "p"}}, when="#st = :p"),
    _update("SET #st = :c", {":c": {"S": "c"}, ":p": {"S": "p"}}, when="#st = :p"),
    _update("SET #st = :c", {":c": {"S": "c"}, ":p": {"S": "p"}, ":d": {"S": "d"}}, when="#st IN (:p, :d)"),
    _update("SET #st = :d, #rf.#k = :w ADD #s :set", {":d": {"S": "d"}, ":w": {"S": "why"}, ":set": {"NS": ["10", "2"]}, ":t": {"S": "a"}}, when="#tok = :t AND #st <> :d", returns="ALL_OLD"),
    _update("ADD #s :set, #at :half", {":set": {"NS": ["2", "3"]}, ":half": _n(0.25)}),
    _update("DELETE #s :set", {":set": {"NS": ["2", "3", "10", "99"]}}),
    _update("SET #rf.#k = :w, #x = :w", {":w": {"S": "why"}}),
    _update("SET #x = :w REMOVE #rf.#k, #rf.#l", {":w": {"S": "y"}}),
    _update("SET #no.#k = :w", {":w": {"S": "why"}}),
    _update("SET #at = if_not_exists(#at, :one), #new = if_not_exists(#new, :one)", {":one": _n(1)}),
    _update("REMOVE #new", {}),
    _update("SET #x = :one", {":one": _n(1), ":two": _n(2)}, when="#gone <> :two"),
    _update("SET #x = :one", {":one": _n(1), ":two": _n(2)}, when="#gone < :two"),
    _update("SET #x = :one", {":one": _n(1), ":two": _n(2)}, when="attribute_not_exists(#gone) OR #x < :two"),
    _update("SET #x = :one", {":one": _n(1), ":two": _n(2)}, when="(#st = :one OR #x <= :two) AND attribute_exists(#m)"),
    _update("ADD #st :one", {":one": _n(1)}),
    _update("SET #x = :one", {":one": _n(1), ":spare": _n(2)}),
    ("GetItem", _GET),
    *(_update("SET #x = :one", {":one": _n(1)}, number=str(number)) for number in (10, 9, 2, 1)),
    ("Query", _QUERY | {"Limit": 2}),
    ("Query", _QUERY | {"ScanIndexForward": False}),
    ("Query", _QUERY | {"ExclusiveStartKey": {"m": {"S": "conformance"}, "n": _n(2)}}),
    ("Query", _QUERY | {"ExpressionAttributeNames": {"#m": "m", "#n": "n", "#x": "x"}, "ProjectionExpression": "#n, #x"}),
    ("BatchGetItem", {"RequestItems": {TABLE: {"Keys": [_GET["Key"], {"m": {"S": "none"}, "n": _n(0)}]}}}),
    ("DeleteItem", {"TableName": TABLE, "Key": _GET["Key"], "ReturnValues": "ALL_OLD"}),
    _together("first"),
    _together("second"),
    _together("third", when="attribute_not_exists(#m)", number=2),
    _together("fourth", when="attribute_exists(#m)", number=3),
    ("Query", _QUERY | {"ExpressionAttributeValues": _QUERY["ExpressionAttributeValues"] | {":hash": {"S": "together"}, ":low": _n(0)}}),
    ("PutItem", {"TableName": TABLE, "Item": {"m": {"S": "conformance"}, "n": _n(2)}, "ConditionExpression": "attribute_not_exists(#m)", "ExpressionAttributeNames": {"#m": "m"}}),
]  # fmt: skip


@pytest.fixture(scope="module")
def both(aws):
    return doors.client("dynamodb"), dynamodb.Database(schemas.schemas())


def test_the_same_requests_have_the_same_replies(both):
    emulator, ours = both
    for number, (operation, request) in enumerate(STEPS):
        assert _ours(ours, operation, request) == _emulated(emulator, operation, request), (number, operation, request)


def test_what_it_does_not_know_it_says():
    with pytest.raises(dynamodb.expressions.Unknown):
        dynamodb.expressions.condition("size(#a) > :b")
    with pytest.raises(dynamodb.expressions.Unknown):
        dynamodb.expressions.condition("begins_with(#a, :b)")


def _ours(database, operation, request):
    try:
        return _comparable(json.loads(database.answer(operation, json.loads(json.dumps(request)), 0.0).body))
    except Failure as failure:
        return failure.code


def _emulated(client, operation, request):
    method = "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in operation).lstrip("_")
    try:
        reply = getattr(client, method)(**request)
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return _comparable(reply)


def _comparable(reply):
    kept = ("Item", "Items", "Attributes", "Responses", "LastEvaluatedKey", "UnprocessedKeys")
    return _sorted_sets({name: reply[name] for name in kept if reply.get(name)})


def _sorted_sets(value):
    if isinstance(value, dict):
        return {name: sorted(held, key=float) if name == "NS" else _sorted_sets(held) for name, held in value.items()}
    return [_sorted_sets(each) for each in value] if isinstance(value, list) else value
