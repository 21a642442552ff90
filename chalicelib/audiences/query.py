"""A query: a small tree of all / any / not over typed conditions about one person."""

from collections.abc import Callable

import msgspec

from chalicelib.people.person import Person


class All(msgspec.Struct, frozen=True, tag="all"):
    """Every one of these holds; everyone when there is none."""

    of: tuple["Query", ...] = ()


class AnyOf(msgspec.Struct, frozen=True, tag="any"):
    of: tuple["Query", ...]


class Not(msgspec.Struct, frozen=True, tag="not"):
    of: "Query"


class Tagged(msgspec.Struct, frozen=True, tag="tagged"):
    name: str


class Took(msgspec.Struct, frozen=True, tag="took"):
    """Acted on this page (its id)."""

    page: str


Query = All | AnyOf | Not | Tagged | Took

EVERYONE = All()

# Did the person with this id act on this page?
Acted = Callable[[str, str], bool]


def matches(query: Query, person: Person, acted: Acted) -> bool:
    match query:
        case All(of):
            return all(matches(part, person, acted) for part in of)
        case AnyOf(of):
            return any(matches(part, person, acted) for part in of)
        case Not(of):
            return not matches(of, person, acted)
        case Tagged(name):
            return name in person.tags
        case Took(page):
            return acted(page, person.id)


def compose(tags: list[str], took: list[str], not_took: list[str]) -> Query:
    """What the targeting form says: any of the tags, and any of these actions, and none of those."""
    parts: list[Query] = []
    parts += [AnyOf(tuple(Tagged(name) for name in tags))] if tags else []
    parts += [AnyOf(tuple(Took(page) for page in took))] if took else []
    parts += [Not(Took(page)) for page in not_took]
    return All(tuple(parts))


class Chosen(msgspec.Struct, frozen=True):
    """A composed query, as the targeting form shows it."""

    tags: tuple[str, ...] = ()
    took: tuple[str, ...] = ()
    not_took: tuple[str, ...] = ()


def chosen_in(query: Query) -> Chosen:
    """The opposite of `compose`."""
    parts = query.of if isinstance(query, All) else ()
    listed = [leaf for part in parts if isinstance(part, AnyOf) for leaf in part.of]
    return Chosen(
        tags=tuple(leaf.name for leaf in listed if isinstance(leaf, Tagged)),
        took=tuple(leaf.page for leaf in listed if isinstance(leaf, Took)),
        not_took=tuple(part.of.page for part in parts if isinstance(part, Not) and isinstance(part.of, Took)),
    )
