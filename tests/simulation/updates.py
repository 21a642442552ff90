"""DynamoDB's UpdateExpression, as far as Muster uses it. Items are never changed in place: a new one is made."""

from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache

from simulation.expressions import Invalid, Item, Scope, Tokens, Unknown, Value

# Reads the item as it was before, writes into the new one.
Step = Callable[[Item, Item, Scope], None]

_VERBS = ("SET", "ADD", "DELETE", "REMOVE")


def update(text: str, before: Item, scope: Scope) -> Item:
    steps, paths = _parse(text)
    _check_apart([tuple(scope.name(part) for part in path) for path in paths])
    after = dict(before)
    for step in steps:
        step(before, after, scope)
    return after


@lru_cache(maxsize=1000)
def _parse(text: str) -> tuple[list[Step], list[tuple[str, ...]]]:
    tokens, steps, paths = Tokens(text), list[Step](), list[tuple[str, ...]]()
    if not tokens.next:
        raise Invalid("empty UpdateExpression")
    while tokens.next:
        verb = tokens.take(*_VERBS)
        while True:
            path = _path(tokens)
            paths.append(path)
            steps.append(_step(verb, path, tokens))
            if not tokens.takes(","):
                break
    return steps, paths


def _path(tokens: Tokens) -> tuple[str, ...]:
    path = [tokens.alias("#")]
    while tokens.takes("."):
        path.append(tokens.alias("#"))
    if len(path) > 2:
        raise Unknown("paths deeper than one map")
    return tuple(path)


def _check_apart(paths: list[tuple[str, ...]]) -> None:
    for index, one in enumerate(paths):
        for other in paths[index + 1 :]:
            if one[: len(other)] == other[: len(one)]:
                raise Invalid(f"two paths overlap: {one} {other}")


def _step(verb: str, path: tuple[str, ...], tokens: Tokens) -> Step:
    if verb == "SET":
        tokens.take("=")
        return _set(path, *_operand(tokens))
    if verb == "REMOVE":
        return lambda before, after, scope: _remove(after, [scope.name(part) for part in path])
    if len(path) > 1:
        raise Unknown(f"{verb} inside a map")
    alias, change = tokens.alias(":"), _add if verb == "ADD" else _take_out
    return lambda before, after, scope: change(after, scope.name(path[0]), scope.value(alias))


def _operand(tokens: Tokens) -> tuple[str, str]:
    """The attribute whose value is kept when it is there (or ''), and the value."""
    if not tokens.takes("if_not_exists"):
        return "", tokens.alias(":")
    tokens.take("(")
    kept = tokens.alias("#")
    tokens.take(",")
    value = tokens.alias(":")
    tokens.take(")")
    return kept, value


def _set(path: tuple[str, ...], kept: str, alias: str) -> Step:
    def step(before: Item, after: Item, scope: Scope) -> None:
        names, value = [scope.name(part) for part in path], scope.value(alias)
        if kept:
            value = before.get(scope.name(kept), value)
        if len(names) == 1:
            after[names[0]] = value
        elif "M" not in after.get(names[0], {}):
            raise Invalid("the document path is not in the item")
        else:
            after[names[0]] = {"M": after[names[0]]["M"] | {names[1]: value}}

    return step


def _remove(after: Item, names: list[str]) -> None:
    if len(names) == 1:
        after.pop(names[0], None)
    elif "M" not in after.get(names[0], {}):
        raise Invalid("the document path is not in the item")
    else:
        after[names[0]] = {"M": {name: held for name, held in after[names[0]]["M"].items() if name != names[1]}}


def _add(after: Item, name: str, value: Value) -> None:
    ((kind, held),) = value.items()
    old = after.get(name)
    if old is not None and kind not in old:
        raise Invalid("ADD to another kind of value")
    if kind == "N":
        after[name] = {"N": written(Decimal(held) + Decimal(old["N"] if old else 0))}
    elif kind in ("SS", "NS"):
        after[name] = {kind: _members(kind, set(held) | set(old[kind] if old else ()))}
    else:
        raise Invalid(f"ADD of {kind}")


def _take_out(after: Item, name: str, value: Value) -> None:
    ((kind, held),) = value.items()
    old = after.get(name)
    if old is None:
        return
    if kind not in ("SS", "NS") or kind not in old:
        raise Invalid(f"DELETE of {kind}")
    left = _members(kind, set(old[kind]) - set(held))
    if left:
        after[name] = {kind: left}
    else:
        del after[name]


def _members(kind: str, members: set[str]) -> list[str]:
    return sorted(members, key=Decimal if kind == "NS" else None)


def written(number: Decimal) -> str:
    """A number as DynamoDB gives it back: no exponent, no trailing zeros."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") or "0") if "." in text else text
