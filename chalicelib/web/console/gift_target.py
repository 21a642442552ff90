"""Choosing people by what they gave: the form's fields, the conditions that they make, and these in words."""

from collections.abc import Iterable, Mapping

from chalicelib import wall_time
from chalicelib.audiences.query import Gave, GiftAmount, GivesOn, LastGift, Not, OfGifts, Sum
from chalicelib.giving import money
from chalicelib.plain_text import clean

_AMOUNTS = ("total_least", "total_most", "highest_least", "highest_most")
_DAYS = ("last_since", "last_before")
_LARGEST = 10**11
# The year 2100: days are told again in whatever time zone the group has by then.
_LATEST = 4102444800
_SWITCHES: Mapping[str, Mapping[str, OfGifts]] = {
    "gave": {"yes": Gave(), "no": Not(Gave())},
    "recurring": {"yes": GivesOn(), "no": Not(GivesOn())},
}
_IN_WORDS: Mapping[OfGifts, str] = {
    Gave(): "who gave before",
    Not(Gave()): "who never gave",
    GivesOn(): "who have a recurring donation",
    Not(GivesOn()): "who have no recurring donation",
}
_OF: Mapping[Sum, str] = {"total": "who gave {} altogether", "highest": "whose highest gift was {}"}


def read(fields: Mapping[str, str], currency: str, zone: str) -> tuple[OfGifts, ...] | dict[str, str]:
    """The conditions, or by field what is wrong in words. Days begin as in the time zone.

    `currency`: where the form names none, which keeps the one that amounts were written in.
    """
    currency = fields["currency"] if fields.get("currency", "") in money.CURRENCIES else currency
    amounts = {name: _amount(fields.get(name, ""), currency) for name in _AMOUNTS}
    days = {name: _moment(fields.get(name, ""), zone) for name in _DAYS}
    chosen = [_SWITCHES[name].get(fields.get(name, "")) for name in _SWITCHES]
    found: list[OfGifts | None] = [
        *chosen,
        *(_between(what, currency, amounts) for what in _OF),
        LastGift(days["last_since"] or 0, days["last_before"] or 0) if any(days.values()) else None,
    ]
    conditions = tuple(leaf for leaf in found if leaf is not None)
    return _problems(amounts, days, conditions) or conditions


def typed(conditions: Iterable[OfGifts], currency: str, zone: str) -> dict[str, str]:
    """Saved conditions as the form's fields hold them."""
    fields = {"currency": currency}
    for leaf in conditions:
        match leaf:
            case GiftAmount(of, its, least, most):
                shown = {f"{of}_least": least, f"{of}_most": most}
                fields |= {"currency": its} | {
                    name: money.plain(amount, its) for name, amount in shown.items() if amount
                }
            case LastGift(since, before):
                days = {"last_since": since, "last_before": before}
                fields |= {name: _day(at, zone) for name, at in days.items() if at}
            case _:
                fields |= {name: word for name, words in _SWITCHES.items() for word in words if words[word] == leaf}
    return fields


def in_words(leaf: OfGifts, zone: str) -> str:
    """As part of a sentence about people."""
    match leaf:
        case GiftAmount(of, currency, least, most):
            return _OF[of].format(_bounds(least and money.write(least, currency), most and money.write(most, currency)))
        case LastGift(since, before):
            from_then = [f"on {_day(since, zone)} or later"] if since else []
            until_then = [f"before {_day(before, zone)}"] if before else []
            return f"whose last gift was {' and '.join(from_then + until_then)}"
        case _:
            return _IN_WORDS[leaf]


def _between(what: Sum, currency: str, amounts: Mapping[str, int | None]) -> GiftAmount | None:
    least, most = amounts[f"{what}_least"] or 0, amounts[f"{what}_most"] or 0
    return GiftAmount(what, currency, least, most) if least or most else None


def _problems(
    amounts: Mapping[str, int | None], days: Mapping[str, float | None], conditions: tuple[OfGifts, ...]
) -> dict[str, str]:
    problems = {name: "Write an amount like 50, or nothing" for name, amount in amounts.items() if amount is None}
    problems |= {name: "Write a day like 2026-01-31, or nothing" for name, at in days.items() if at is None}
    if problems:
        return problems
    for leaf in conditions:
        match leaf:
            case GiftAmount(of, _, least, most) if most and least > most:
                problems[f"{of}_most"] = "Write an amount that is not below the other"
            case LastGift(since, before) if before and since >= before:
                problems["last_before"] = "Write a day after the other"
    if Not(Gave()) in conditions and any(isinstance(leaf, GiftAmount | LastGift) for leaf in conditions):
        problems["gave"] = "Whoever never gave has no gifts to choose by. Leave amounts and days empty"
    return problems


def _amount(text: str, currency: str) -> int | None:
    """0 for nothing."""
    if not clean(text):
        return 0
    amount = money.read(clean(text), currency)
    return amount if amount and amount <= _LARGEST else None


def _moment(text: str, zone: str) -> float | None:
    """When a day begins; 0 for nothing."""
    day = clean(text)
    if not day:
        return 0
    wall = wall_time.typed(day) if len(day) == 10 else None
    at = wall_time.moment(wall, zone) if wall else None
    return at if at and 0 < at < _LATEST else None


def _day(at: float, zone: str) -> str:
    return wall_time.written(at, zone)[:10]


def _bounds(least: str | int, most: str | int) -> str:
    if least and most:
        return f"between {least} and {most}"
    return f"at least {least}" if least else f"at most {most}"
