"""The types of action page, a folder each: what it asks, its rules, its page, its results.

`chalicelib/actions/action_type.py` says what the house asks of a type. In a type's folder `__init__.py` holds its
`TYPE`; `page.html` what supporters see of it alone, `editor.html` what only its organizers set, `results.html` what
only its results show, `email.html` and `email.txt` what only its emails say. Its words are in
`chalicelib/texts/`, under its name. Addresses of its own are in `public.py` and `console.py`.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from chalicelib.actions.action_type import ActionType

# In the order in which the console offers them.
NAMES = ("petition", "letter", "form", "survey", "event", "ticketed", "event_campaign", "fundraiser", "aid", "campaign")


@cache
def find(name: str) -> ActionType[Any] | None:
    """A type by its name; None for one that there is not. Only the folders asked for are imported."""
    if name not in NAMES:
        return None
    found: ActionType[Any] = import_module(f"{__name__}.{name}").TYPE
    return found


def of(name: str) -> ActionType[Any]:
    """The type of a page that exists. Raises LookupError for a page of a type that was taken away."""
    found = find(name)
    if found is None:
        raise LookupError(f"no action type {name}")
    return found


def each() -> list[ActionType[Any]]:
    return [of(name) for name in NAMES]


def doors(door: str) -> Iterator[Any]:
    """The modules with addresses of their types' own: `public` or `console`."""
    for name in NAMES:
        if find_spec(f"{__name__}.{name}.{door}"):
            yield import_module(f"{__name__}.{name}.{door}")
