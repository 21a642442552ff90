"""What is untrue of an object, by the SDK's own types, which are made from Stripe's published description."""

import typing
from collections.abc import Iterator
from decimal import Decimal
from types import UnionType
from typing import Any

from stripe import ListObject, StripeObject
from stripe._stripe_object import UntypedStripeObject

from local.stripe.shapes import CLASSES, hints

_PLAIN = {str: str, int: int, bool: bool, float: int | float, Decimal: str}


def untrue(thing: Any) -> list[str]:
    """All that an answer of Stripe's would not be, path by path."""
    if thing.get("object") == "list":
        told = [problem for each in thing["data"] for problem in untrue(each)]
        return told + ([] if set(thing) == {"object", "data", "has_more", "url"} else [f"a list of {set(thing)}"])
    return list(_of_class(CLASSES[thing["object"]], thing, thing["object"]))


def _of_class(kind: Any, thing: dict[str, Any], path: str) -> Iterator[str]:
    known = hints(kind)
    for name in thing.keys() - known.keys():
        yield f"{path}.{name}: Stripe has no such field"
    for name, told in known.items():
        if name in thing:
            yield from _of_kind(told, thing[name], f"{path}.{name}")
        elif not any(each is type(None) for each in _alternatives(told)):
            yield f"{path}.{name}: is missing"


def _of_kind(kind: Any, value: Any, path: str) -> Iterator[str]:
    kinds = list(_alternatives(kind))
    if Any in kinds or (value is None and type(None) in kinds):
        return
    tried = [list(_of_one(each, value, path)) for each in _strict(kinds)]
    if not any(problems == [] for problems in tried):
        yield from min((problems for problems in tried), key=len, default=[f"{path}: {value!r}"])


def _strict(kinds: list[Any]) -> list[Any]:
    """The SDK says `| str` beside a list of words, so that it outlives new ones: the double may use known ones only."""
    if any(typing.get_origin(each) is typing.Literal for each in kinds):
        return [each for each in kinds if each is not str]
    return [each for each in kinds if each is not type(None)]


def _of_one(kind: Any, value: Any, path: str) -> Iterator[str]:
    origin, inner = typing.get_origin(kind) or kind, typing.get_args(kind)
    if kind in _PLAIN:
        fits = isinstance(value, _PLAIN[kind]) and (kind is bool or not isinstance(value, bool))
    elif origin is typing.Literal:
        fits = value in inner
    elif origin is list:
        fits = isinstance(value, list)
        for number, part in enumerate(value if fits else []):
            yield from _of_kind(inner[0], part, f"{path}[{number}]")
    else:
        fits = isinstance(value, dict)
        yield from _of_tree(origin, inner, value, path) if fits else ()
    if not fits:
        yield f"{path}: {value!r} is no {kind}"


def _of_tree(kind: Any, inner: tuple[Any, ...], value: dict[str, Any], path: str) -> Iterator[str]:
    if kind is ListObject:
        for name in value.keys() ^ {"object", "data", "has_more", "url"}:
            yield f"{path}.{name}: of a list"
        for number, part in enumerate(value["data"]):
            yield from _of_kind(inner[0], part, f"{path}.data[{number}]")
    elif kind in (UntypedStripeObject, dict):
        for name, part in value.items():
            yield from _of_kind(inner[-1], part, f"{path}.{name}") if inner else ()
    elif isinstance(kind, type) and issubclass(kind, StripeObject) and kind is not StripeObject:
        yield from _of_class(kind, value, path)


def _alternatives(kind: Any) -> Iterator[Any]:
    if typing.get_origin(kind) in (typing.Union, UnionType):
        for each in typing.get_args(kind):
            yield from _alternatives(each)
    else:
        yield kind
