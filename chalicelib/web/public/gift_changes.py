"""What a donor may change of what they give: how each button's form is read, and which verb it is."""

from collections.abc import Mapping
from datetime import UTC

from chalicelib import clock, texts, wall_time
from chalicelib.giving import change, money, store, terms
from chalicelib.giving.donation import Often
from chalicelib.giving.recurring import Recurring
from chalicelib.giving.terms import Terms
from chalicelib.plain_text import clean

_DAY = 86400
_MONTHS = ("1", "2", "3", "6")


def make(recurring: Recurring, fields: Mapping[str, str], asked: Terms, language: str) -> Mapping[str, str]:
    """Do what the pressed button says; by field what is wrong with it, in words. Raises Later and Refused."""
    verb = fields.get("do", "")
    if verb == "cancel":
        change.cancel(recurring)
    elif verb == "resume":
        change.resume(recurring)
    elif verb == "pause":
        change.pause(recurring, _until(fields.get("months", "")))
    elif verb == "amount":
        return _amount(recurring, fields, asked, language)
    elif verb == "move":
        return _move(recurring, fields, language)
    return {}


def _amount(recurring: Recurring, fields: Mapping[str, str], asked: Terms, language: str) -> Mapping[str, str]:
    typed, often = clean(fields.get("amount", "")), fields.get("often", "")
    amount = money.read(typed, recurring.currency, language)
    least, most = terms.limits(asked, recurring.currency)
    least, most = max(least, money.smallest(recurring.currency)), most or money.largest(recurring.currency)
    if amount is None or not least <= amount <= most:
        shown = " – ".join(money.write(each, recurring.currency, language) for each in (least, most))
        return {"amount": texts.say(language, "problem.amount_wrong", about=shown)}
    if often not in set(Often) - {Often.ONCE}:
        return {"often": texts.say(language, "problem.often_wrong")}
    if amount > recurring.amount and _is_too_much(recurring, amount, asked):
        return {"amount": texts.say(language, "fundraiser.refused.limit_text")}
    change.amount(recurring, amount, Often(often))
    return {}


def _is_too_much(recurring: Recurring, amount: int, asked: Terms) -> bool:
    """Whether it is more, taken once, than what one donor may give leaves them."""
    if recurring.currency != asked.currency:
        return False
    room = terms.room(asked, store.of_person(recurring.person), clock.now())
    return room is not None and amount > room


def _move(recurring: Recurring, fields: Mapping[str, str], language: str) -> Mapping[str, str]:
    wall = wall_time.typed(fields.get("day", ""))
    at = wall.replace(hour=12, tzinfo=UTC).timestamp() if wall else 0
    if not clock.now() + _DAY / 2 < at < clock.now() + 366 * _DAY:
        return {"day": texts.say(language, "problem.day_wrong")}
    change.move(recurring, at)
    return {}


def _until(months: str) -> float:
    return clock.now() + 30 * _DAY * int(months if months in _MONTHS else _MONTHS[0])
