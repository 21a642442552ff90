"""What a group asks of donors, as an organizer types it: read, or said by field what is wrong with it."""

from collections.abc import Mapping
from typing import Any

from chalicelib.giving import countries, money, terms
from chalicelib.giving.terms import Terms
from chalicelib.plain_text import clean

_LONGEST = {"legal_name": 120, "receipt": 1000}
_MOST_STATEMENTS, _LONGEST_STATEMENT = 8, 500
_MONEY = ("least", "most", "most_from_donor")
_SWITCHES = ("address", "employer", "donors_change")
_LARGEST = 10**11


def typed(now: Terms) -> dict[str, str]:
    limits = {name: getattr(now, name) for name in _MONEY}
    return {
        "currency": now.currency,
        **{name: money.plain(amount, now.currency) if amount else "" for name, amount in limits.items()},
        **{name: "1" if getattr(now, name) else "" for name in _SWITCHES},
        "statements": "\n".join(now.statements),
        "since": now.since,
        "refused": ", ".join(now.refused),
        "ladder": ", ".join(map(str, now.ladder)),
        "receipt": now.receipt,
        "legal_name": now.legal_name,
    }


def read(fields: Mapping[str, str], before: Terms) -> Terms | dict[str, str]:
    """The terms, or by field what is wrong in words."""
    currency = fields.get("currency", before.currency)
    if currency not in money.CURRENCIES:
        return {"currency": "Choose a currency"}
    words = {name: clean(fields.get(name, ""), lines=name == "receipt") for name in _LONGEST}
    amounts = {name: _amount(fields.get(name, ""), currency) for name in _MONEY}
    listed: dict[str, Any] = {
        "statements": tuple(line for line in map(clean, fields.get("statements", "").split("\n")) if line),
        "refused": tuple(part.strip().upper() for part in fields.get("refused", "").split(",") if part.strip()),
        "ladder": _ladder(fields.get("ladder", "")),
        "since": clean(fields.get("since", "")),
    }
    if problems := _problems(words, amounts, listed):
        return problems
    own: dict[str, Any] = {name: bool(fields.get(name)) for name in _SWITCHES} | words | amounts | listed
    return Terms(currency=currency, **own)


def _problems(words: Mapping[str, str], amounts: Mapping[str, int | None], listed: Mapping[str, Any]) -> dict[str, str]:
    problems = {name: f"Use {most} letters at most" for name, most in _LONGEST.items() if len(words[name]) > most}
    problems |= {name: "Write an amount like 3,300, or nothing" for name, amount in amounts.items() if amount is None}
    if amounts["most"] and (amounts["least"] or 0) > amounts["most"]:
        problems["most"] = "Write an amount that is not below the smallest"
    statements = listed["statements"]
    if len(statements) > _MOST_STATEMENTS or any(len(each) > _LONGEST_STATEMENT for each in statements):
        problems["statements"] = f"{_MOST_STATEMENTS} statements at most, of {_LONGEST_STATEMENT} letters each"
    if not set(listed["refused"]) <= countries.codes():
        problems["refused"] = "Write countries by their two letters, like RU, KP"
    if listed["ladder"] is None:
        problems["ladder"] = "Write up to four percentages between 10 and 500, like 50, 100, 150, 200"
    if listed["since"] and not _is_day(listed["since"]):
        problems["since"] = "Write a day like 2026-01-01, or nothing"
    return problems


def _amount(typed: str, currency: str) -> int | None:
    if not clean(typed):
        return 0
    amount = money.read(clean(typed), currency)
    return amount if amount is not None and amount <= _LARGEST else None


def _ladder(typed: str) -> tuple[int, ...] | None:
    parts = [part.strip(" %") for part in typed.split(",") if part.strip()]
    if not all(map(_is_percentage, parts)) or len(parts) > 4:
        return None
    return tuple(sorted({int(part) for part in parts}))


def _is_percentage(part: str) -> bool:
    return part.isascii() and part.isdigit() and len(part) < 4 and 10 <= int(part) <= 500


def _is_day(text: str) -> bool:
    try:
        terms.begins(Terms(since=text), 0)
    except ValueError:
        return False
    return len(text) == 10
