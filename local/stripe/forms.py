"""Stripe's forms: `line_items[0][price_data][currency]=usd` as a tree."""

import re
from typing import Any
from urllib.parse import parse_qsl

Params = dict[str, Any]

_PART = re.compile(r"\[([^\]]*)\]")


def read(text: str) -> Params:
    tree: Params = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        first, rest = name.partition("[")[0], _PART.findall(name[len(name.partition("[")[0]) :])
        _put(tree, [first, *rest], value)
    return {name: _lists(value) for name, value in tree.items()}


def number(params: Params, name: str, default: int | None = None) -> int:
    text = params.get(name, default)
    return int(text)  # type: ignore[arg-type]


def _put(tree: Params, path: list[str], value: str) -> None:
    for part in path[:-1]:
        tree = tree.setdefault(part, {})
    last = path[-1] if path[-1] else str(len(tree))
    tree[last] = value


def _lists(value: Any) -> Any:
    """What is numbered from 0 is a list."""
    if not isinstance(value, dict):
        return value
    inner = {name: _lists(part) for name, part in value.items()}
    if inner and all(name.isdigit() for name in inner):
        return [inner[name] for name in sorted(inner, key=int)]
    return inner
