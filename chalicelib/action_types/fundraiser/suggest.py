"""The amounts that a fundraising page suggests: the usual ones, one that a link asks for, or somebody's own ladder."""

from collections.abc import Iterable

from chalicelib.action_types.fundraiser.editing import Settings
from chalicelib.actions.action_type import Choices
from chalicelib.giving import ladder, money
from chalicelib.giving.ladder import Limits
from chalicelib.giving.terms import Terms
from chalicelib.people.person import Gifts


def choices(own: Settings, limits: Limits, language: str, chosen: str) -> Choices:
    """The usual amounts; among them also the one that is chosen already, if it may be given."""
    amount = from_button(chosen) or 0
    more = {amount} if limits.least <= amount <= (limits.most or money.largest(own.currency)) else set()
    return shown(sorted({*own.amounts, *more}), own.currency, language)


def shown(amounts: Iterable[int], currency: str, language: str) -> Choices:
    return [(str(amount), money.write(amount, currency, language)) for amount in amounts]


def ladder_of(own: Settings, limits: Limits, asked: Terms, gifts: Gifts) -> tuple[int, ...]:
    """By what they gave before; () for whoever never gave, or in another currency: they see the usual amounts."""
    highest = gifts.highest if gifts.currency == own.currency else 0
    return ladder.rungs(asked.ladder, highest, Limits(limits.least, limits.most or money.largest(own.currency)))


def from_button(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 13 else None
