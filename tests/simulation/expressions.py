"""DynamoDB's expressions, as far as Muster uses them; anything else raises, so that no condition is half understood.

An expression is parsed once into a small tree, and run against items in DynamoDB's own JSON (`{"N": "1"}`).
"""

import re
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any

Item = dict[str, dict[str, Any]]
Value = dict[str, Any]

_TOKEN = re.compile(r"\s*([#:][A-Za-z0-9_$]+|[A-Za-z_]+|<>|<=|>=|[=<>(),.])")


class Unknown(Exception):
    """The simulation does not know this form. Teach it, and prove it in the conformance test."""


class Invalid(Exception):
    """DynamoDB would answer ValidationException."""


class Scope:
    """What the aliases of one request stand for, and which of them were used."""

    def __init__(self, names: dict[str, str], values: dict[str, Value]) -> None:
        self.names, self.values = names, values
        self.used: set[str] = set()

    def name(self, alias: str) -> str:
        self.used.add(alias)
        if alias not in self.names:
            raise Invalid(f"undefined name {alias}")
        return self.names[alias]

    def value(self, alias: str) -> Value:
        self.used.add(alias)
        if alias not in self.values:
            raise Invalid(f"undefined value {alias}")
        return self.values[alias]

    def check_all_used(self) -> None:
        if unused := (self.names.keys() | self.values.keys()) - self.used:
            raise Invalid(f"unused {sorted(unused)}")


Test = Callable[[Item, Scope], bool]
Operand = Callable[[Item, Scope], Value | None]


class Tokens:
    """The words of an expression, taken one after the other."""

    def __init__(self, text: str) -> None:
        self.words, at = list[str](), 0
        while at < len(text.rstrip()):
            found = _TOKEN.match(text, at)
            if not found:
                raise Unknown(text[at:])
            self.words.append(found[1])
            at = found.end()
        self.at = 0

    @property
    def next(self) -> str:
        return self.words[self.at] if self.at < len(self.words) else ""

    def take(self, *expected: str) -> str:
        word = self.next
        if expected and word not in expected:
            raise Unknown(f"{word!r} where {expected} should stand in {' '.join(self.words)}")
        self.at += 1
        return word

    def takes(self, word: str) -> bool:
        self.at += (found := self.next == word)
        return found

    def alias(self, sign: str) -> str:
        word = self.take()
        if not word.startswith(sign):
            raise Unknown(f"{word!r} where {sign}… should stand")
        return word


@lru_cache(maxsize=1000)
def condition(text: str) -> Test:
    tokens = Tokens(text)
    test = _either(tokens)
    if tokens.next:
        raise Unknown(f"{tokens.next!r} at the end of {text}")
    return test


def _either(tokens: Tokens) -> Test:
    parts = [_both(tokens)]
    while tokens.takes("OR"):
        parts.append(_both(tokens))
    # Every part is run, so that every alias counts as used, as in DynamoDB.
    return parts[0] if len(parts) == 1 else lambda item, scope: any([part(item, scope) for part in parts])


def _both(tokens: Tokens) -> Test:
    parts = [_single(tokens)]
    while tokens.takes("AND"):
        parts.append(_single(tokens))
    return parts[0] if len(parts) == 1 else lambda item, scope: all([part(item, scope) for part in parts])


def _single(tokens: Tokens) -> Test:
    if tokens.takes("("):
        test = _either(tokens)
        tokens.take(")")
        return test
    if tokens.next in ("attribute_exists", "attribute_not_exists"):
        wanted = tokens.take() == "attribute_exists"
        tokens.take("(")
        alias = tokens.alias("#")
        tokens.take(")")
        return lambda item, scope: (scope.name(alias) in item) is wanted
    return _compare(tokens)


def _compare(tokens: Tokens) -> Test:
    alias, verb = tokens.alias("#"), tokens.take("=", "<>", "<", "<=", ">", ">=", "IN", "BETWEEN")
    if verb == "IN":
        return _within(tokens, alias)
    if verb == "BETWEEN":
        low = tokens.alias(":")
        tokens.take("AND")
        high = tokens.alias(":")
        return lambda item, scope: all(
            [
                compare(item.get(scope.name(alias)), ">=", scope.value(low)),
                compare(item.get(scope.name(alias)), "<=", scope.value(high)),
            ]
        )
    other = tokens.alias(":")
    return lambda item, scope: compare(item.get(scope.name(alias)), verb, scope.value(other))


def _within(tokens: Tokens, alias: str) -> Test:
    tokens.take("(")
    values = [tokens.alias(":")]
    while tokens.takes(","):
        values.append(tokens.alias(":"))
    tokens.take(")")
    return lambda item, scope: any([compare(item.get(scope.name(alias)), "=", scope.value(value)) for value in values])


def compare(left: Value | None, verb: str, right: Value) -> bool:
    """As DynamoDB does: a missing attribute equals nothing, and kinds that differ are neither less nor more."""
    if left is None:
        return verb == "<>"
    if verb in ("=", "<>"):
        return (plain(left) == plain(right)) is (verb == "=")
    if left.keys() != right.keys() or not left.keys() <= {"N", "S"}:
        return False
    a, b = plain(left)[1], plain(right)[1]
    return bool({"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[verb])


def plain(value: Value) -> tuple[str, Any]:
    """A value that can be compared: numbers as numbers, sets without order."""
    ((kind, held),) = value.items()
    if kind == "N":
        return kind, Decimal(held)
    if kind in ("SS", "NS"):
        return kind, frozenset(held if kind == "SS" else map(Decimal, held))
    if kind not in ("S", "BOOL", "NULL", "M", "L"):
        raise Unknown(kind)
    return kind, held
