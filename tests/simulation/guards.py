"""A guard of the product, and the product without it: taken away in the source text, in memory."""

import importlib
import inspect
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple
from unittest.mock import patch


class Guard(NamedTuple):
    """`where` is `module:function`; what is replaced by what; and what it guards, for the table."""

    name: str
    where: str
    guard: str
    without: str


@contextmanager
def taken_away(guard: Guard) -> Iterator[None]:
    """The function as it would be without its guard, in its own module."""
    module_name, _, path = guard.where.partition(":")
    module = importlib.import_module(module_name)
    *outer, name = path.split(".")
    owner: Any = getattr(module, outer[0]) if outer else module
    source = textwrap.dedent(inspect.getsource(getattr(owner, name)))
    assert source.count(guard.guard) >= 1, f"{guard.where} no longer holds {guard.guard!r}"
    made: dict[str, Any] = {}
    exec(compile(source.replace(guard.guard, guard.without, 1), guard.where, "exec"), module.__dict__, made)
    with patch.object(owner, name, made[name]):
        yield
