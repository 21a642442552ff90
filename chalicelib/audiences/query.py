"""A query: a small tree of all / any / not over typed conditions about one person."""

from collections.abc import Callable, Sequence
from math import inf
from typing import Literal

import msgspec

from chalicelib.people.person import Gifts, Person


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


class Gave(msgspec.Struct, frozen=True, tag="gave"):
    """Gave something, whatever it was. What went back was not given."""


class GivesOn(msgspec.Struct, frozen=True, tag="gives_on"):
    """Has a recurring donation that goes on."""


# All their gifts together, or the highest of them.
Sum = Literal["total", "highest"]


class GiftAmount(msgspec.Struct, frozen=True, tag="gift_amount"):
    """A sum of theirs, from `least` to `most` (minor units; 0: no limit).

    Whoever gave in another currency last is not among them: amounts of two currencies cannot be compared.
    """

    of: Sum
    currency: str
    least: int = 0
    most: int = 0


class LastGift(msgspec.Struct, frozen=True, tag="last_gift"):
    """Gave last at `since` or later, and earlier than `before` (epoch seconds; 0: no limit)."""

    since: float = 0
    before: float = 0


Query = All | AnyOf | Not | Tagged | Took | Gave | GivesOn | GiftAmount | LastGift
# What the targeting form says about gifts.
OfGifts = Gave | GivesOn | GiftAmount | LastGift | Not

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
        case _:
            return _matches_gifts(query, person.gifts)


def _matches_gifts(query: Gave | GivesOn | GiftAmount | LastGift, gifts: Gifts) -> bool:
    match query:
        case Gave():
            return gifts.number > 0
        case GivesOn():
            return gifts.recurring
        case GiftAmount(of, currency, least, most):
            amount = gifts.total if of == "total" else gifts.highest
            return gifts.currency == currency and least <= amount <= (most or amount)
        case LastGift(since, before):
            return gifts.number > 0 and since <= gifts.last_at < (before or inf)


def compose(tags: list[str], took: list[str], not_took: list[str], gifts: Sequence[OfGifts] = ()) -> Query:
    """What the targeting form says: any of the tags, and any of these actions, and none of those, and all of these."""
    parts: list[Query] = []
    parts += [AnyOf(tuple(Tagged(name) for name in tags))] if tags else []
    parts += [AnyOf(tuple(Took(page) for page in took))] if took else []
    parts += [Not(Took(page)) for page in not_took]
    parts += gifts
    return All(tuple(parts))


class Chosen(msgspec.Struct, frozen=True):
    """A composed query, as the targeting form shows it."""

    tags: tuple[str, ...] = ()
    took: tuple[str, ...] = ()
    not_took: tuple[str, ...] = ()
    gifts: tuple[OfGifts, ...] = ()


def chosen_in(query: Query) -> Chosen:
    """The opposite of `compose`."""
    parts = query.of if isinstance(query, All) else ()
    listed = [leaf for part in parts if isinstance(part, AnyOf) for leaf in part.of]
    return Chosen(
        tags=tuple(leaf.name for leaf in listed if isinstance(leaf, Tagged)),
        took=tuple(leaf.page for leaf in listed if isinstance(leaf, Took)),
        not_took=tuple(part.of.page for part in parts if isinstance(part, Not) and isinstance(part.of, Took)),
        gifts=tuple(part for part in parts if isinstance(part, OfGifts) and _is_of_gifts(part)),
    )


def _is_of_gifts(part: OfGifts) -> bool:
    return not isinstance(part, Not) or isinstance(part.of, Gave | GivesOn)
