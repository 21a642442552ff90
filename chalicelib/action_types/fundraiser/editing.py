"""What an organizer sets of a fundraising page, and how what they typed is read."""

import re
from collections.abc import Mapping

import msgspec

from chalicelib.actions.submission import Problem
from chalicelib.giving import money
from chalicelib.giving.donation import Often
from chalicelib.plain_text import clean

MOST_AMOUNTS = 8

_USUAL = (1000, 2500, 5000, 10000)
_LONGEST_TEXT = 300

PROBLEMS = {
    Problem("amounts", "wrong"): "Write amounts like 10; 25; 1000, with a semicolon or a space between them",
    Problem("amounts", "too_many"): f"{MOST_AMOUNTS} amounts at most",
    Problem("amounts", "outside"): "Write amounts that are between the smallest and the largest",
    Problem("least", "wrong"): "Write an amount like 1",
    Problem("most", "wrong"): "Write an amount that is not below the smallest, or nothing",
    Problem("raise_goal", "wrong"): "Write an amount like 5,000, or nothing",
    Problem("currency", "wrong"): "Choose a currency",
    Problem("often", "missing"): "Choose how often people can give",
    Problem("monthly_text", "too_long"): f"Use {_LONGEST_TEXT} letters at most",
}


class Settings(msgspec.Struct, frozen=True):
    """Amounts in minor units of `currency`; `most` 0: no limit. `raise_goal`: what is to be raised, 0 for no goal.

    `monthly`: '1' where whoever gave once is asked to make it monthly, with `monthly_text`.
    """

    currency: str = "USD"
    amounts: tuple[int, ...] = _USUAL
    least: int = 100
    most: int = 0
    raise_goal: int = 0
    often: tuple[Often, ...] = (Often.ONCE, Often.MONTHLY)
    monthly: str = "1"
    monthly_text: str = ""


def read(fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
    currency = fields.get("currency", before.currency)
    if currency not in money.CURRENCIES:
        return [Problem("currency", "wrong")]
    listed = [money.read(each, currency) for each in _parts(fields.get("amounts", ""))]
    amounts = tuple(sorted({amount for amount in listed if amount}))
    least, most, raise_goal = (_amount(fields.get(name, ""), currency) for name in ("least", "most", "raise_goal"))
    often = tuple(each for each in Often if fields.get(f"often-{each}"))
    text = clean(fields.get("monthly_text", ""), lines=True)
    lowest, highest = max(least or 0, money.smallest(currency)), most or money.largest(currency)
    checks = {
        Problem("amounts", "wrong"): all(listed) and bool(listed),
        Problem("amounts", "too_many"): len(amounts) <= MOST_AMOUNTS,
        Problem("amounts", "outside"): all(lowest <= amount <= highest for amount in amounts),
        Problem("least", "wrong"): least is not None,
        Problem("most", "wrong"): most is not None and (most == 0 or most >= (least or 0)),
        Problem("raise_goal", "wrong"): raise_goal is not None,
        Problem("often", "missing"): bool(often),
        Problem("monthly_text", "too_long"): len(text) <= _LONGEST_TEXT,
    }
    problems = [problem for problem, fine in checks.items() if not fine]
    monthly = "1" if fields.get("monthly") else ""
    return problems or Settings(currency, amounts, least or 0, most or 0, raise_goal or 0, often, monthly, text)


def typed(settings: Settings) -> dict[str, str]:
    currency = settings.currency
    limits = {name: getattr(settings, name) for name in ("least", "most", "raise_goal")}
    return {
        "currency": currency,
        "amounts": "; ".join(money.plain(amount, currency) for amount in settings.amounts),
        **{name: money.plain(amount, currency) if amount else "" for name, amount in limits.items()},
        **{f"often-{each}": "1" if each in settings.often else "" for each in Often},
        "monthly": settings.monthly,
        "monthly_text": settings.monthly_text,
    }


def _parts(text: str) -> list[str]:
    """Amounts are parted by spaces, or semicolons, with a comma before or not.

    A comma alone is of an amount, as in `1,000`, beside semicolons only: `25,50` may be two amounts, or one.
    """
    parts = [part.strip(",") for part in re.split(r"[;\s]+", text)]
    doubtful = ";" not in text and any("," in part for part in parts)
    return [""] if doubtful else [part for part in parts if part]


def _amount(text: str, currency: str) -> int | None:
    return money.read(clean(text), currency) if clean(text) else 0
