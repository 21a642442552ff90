"""A fundraising page: amounts to choose from, how often, and what is pledged altogether."""

from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

import msgspec

from chalicelib import counters
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import ActionType, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Fields, Problem, last
from chalicelib.giving import money
from chalicelib.plain_text import clean

MOST_AMOUNTS = 8

_USUAL = (1000, 2500, 5000, 10000)
_LARGEST = 10**11


class Often(StrEnum):
    ONCE = "once"
    WEEKLY = "weekly"
    MONTHLY = "monthly"
    QUARTERLY = "quarterly"
    YEARLY = "yearly"


class Settings(msgspec.Struct, frozen=True):
    """Amounts in minor units of `currency`; `most` 0: no limit. `raise_goal`: what is to be raised, 0 for no goal."""

    currency: str = "USD"
    amounts: tuple[int, ...] = _USUAL
    least: int = 100
    most: int = 0
    raise_goal: int = 0
    often: tuple[Often, ...] = (Often.ONCE, Often.MONTHLY)


class Fundraiser(ActionType[Settings]):
    name = "fundraiser"
    words = Words(
        one="fundraising page",
        what="Pledges now; gifts once an account for payments is connected",
        action="pledge",
        actions="pledges",
        actors="people",
        act="pledge",
        did="Pledged at",
    )
    settings = Settings
    aims = False
    columns = ("amount", "currency", "how_often")
    title_hint = "What the money is for: “A new roof for the library”"
    asks = {"name": Ask.REQUIRED, "zip_code": Ask.OPTIONAL}  # noqa: RUF012  (never written to)
    problem_words = {  # noqa: RUF012
        Problem("amounts", "wrong"): "Write amounts like 10, 25, 50",
        Problem("amounts", "too_many"): f"{MOST_AMOUNTS} amounts at most",
        Problem("amounts", "outside"): "Write amounts that are between the smallest and the largest",
        Problem("least", "wrong"): "Write an amount like 1",
        Problem("most", "wrong"): "Write an amount that is not below the smallest, or nothing",
        Problem("raise_goal", "wrong"): "Write an amount like 5,000, or nothing",
        Problem("currency", "wrong"): "Choose a currency",
        Problem("often", "missing"): "Choose how often people can give",
    }

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        currency = fields.get("currency", before.currency)
        if currency not in money.CURRENCIES:
            return [Problem("currency", "wrong")]
        listed = [money.read(each, currency) for each in _parts(fields.get("amounts", ""))]
        amounts = tuple(sorted({amount for amount in listed if amount}))
        least, most, raise_goal = (_amount(fields.get(name, ""), currency) for name in ("least", "most", "raise_goal"))
        often = tuple(each for each in Often if fields.get(f"often-{each}"))
        checks = {
            Problem("amounts", "wrong"): all(listed) and bool(listed),
            Problem("amounts", "too_many"): len(amounts) <= MOST_AMOUNTS,
            Problem("amounts", "outside"): all((least or 0) <= amount <= (most or _LARGEST) for amount in amounts),
            Problem("least", "wrong"): least is not None,
            Problem("most", "wrong"): most is not None and (most == 0 or most >= (least or 0)),
            Problem("raise_goal", "wrong"): raise_goal is not None,
            Problem("often", "missing"): bool(often),
        }
        problems = [problem for problem, fine in checks.items() if not fine]
        return problems or Settings(currency, amounts, least or 0, most or 0, raise_goal or 0, often)

    def typed(self, settings: Settings) -> dict[str, str]:
        currency = settings.currency
        limits = {name: getattr(settings, name) for name in ("least", "most", "raise_goal")}
        return {
            "currency": currency,
            "amounts": "; ".join(_plain(amount, currency) for amount in settings.amounts),
            **{name: _plain(amount, currency) if amount else "" for name, amount in limits.items()},
            **{f"often-{each}": "1" if each in settings.often else "" for each in Often},
        }

    def editor_values(self, page: ActionPage) -> dict[str, Any]:
        return {"currencies": [(name, name) for name in money.CURRENCIES], "frequencies": list(Often)}

    def read_own(self, page: ActionPage, fields: Fields) -> Mapping[str, str] | list[Problem]:
        """Which amount, and how often. Amounts that are not offered any more are fine within the limits."""
        settings = self.settings_of(page)
        chosen = last(fields, "amount")
        typed = last(fields, "other") if chosen in ("", "other") else chosen
        amount = _from_button(typed) if chosen not in ("", "other") else money.read(clean(typed), settings.currency)
        often = last(fields, "often") or settings.often[0]
        if not clean(typed):
            return [Problem("amount", "amount_missing")]
        if amount is None or amount < max(settings.least, 1) or amount > (settings.most or _LARGEST):
            return [Problem("amount", "amount_wrong", _limits(settings, page.language))]
        if often not in settings.often:
            return [Problem("often", "often_wrong")]
        return {"amount": str(amount), "currency": settings.currency, "often": str(often)}

    def counted(self, own: Mapping[str, str]) -> Mapping[str, int]:
        """What is pledged altogether, by currency and by how often."""
        if "amount" not in own:
            return {}
        amount, name = int(own["amount"]), f"{own['currency']}_{own['often']}"
        return {f"pledged_{name}": amount, f"pledges_{name}": 1}

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        settings, language = self.settings_of(public.page), public.page.language
        pledged = _pledged(public.page, settings)
        return {
            "choices": [(str(amount), money.write(amount, settings.currency, language)) for amount in settings.amounts],
            "frequencies": settings.often,
            "pledged": money.write(pledged, settings.currency, language) if pledged else "",
            "raised": pledged,
            "raise_goal": settings.raise_goal,
            "raise_goal_shown": money.write(settings.raise_goal, settings.currency, language),
        }

    def results(self, page: ActionPage) -> dict[str, Any]:
        settings, counts = self.settings_of(page), counters.read(f"page#{page.id}")
        sums = [
            (often, counts.get(f"pledges_{settings.currency}_{often}", 0), _sum(counts, settings.currency, often))
            for often in Often
        ]
        given = [
            (often, number, money.write(amount, settings.currency)) for often, number, amount in sums if number > 0
        ]
        number, amount = sum(number for _, number, _ in sums), sum(amount for *_, amount in sums)
        mean = money.write(amount // number, settings.currency) if number > 0 else ""
        return {"pledges": given, "pledged": money.write(amount, settings.currency), "mean": mean}

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        return lambda action: _cells(action.own)


def _cells(own: Mapping[str, str]) -> Sequence[str]:
    if "amount" not in own:
        return ("", "", "")
    return _plain(int(own["amount"]), own["currency"]), own["currency"], own["often"]


def _pledged(page: ActionPage, settings: Settings) -> int:
    """The thermometer's number: each pledge once, however often it will be given."""
    counts = counters.read(f"page#{page.id}")
    return sum(_sum(counts, settings.currency, often) for often in Often)


def _sum(counts: counters.Counts, currency: str, often: Often) -> int:
    return max(counts.get(f"pledged_{currency}_{often}", 0), 0)


def _parts(typed: str) -> list[str]:
    """Amounts stand in lines of their own, or are parted by semicolons, or by commas with a space behind."""
    return [part for part in clean(typed.replace("\n", ";").replace(", ", ";")).split(";") if part.strip()]


def _amount(typed: str, currency: str) -> int | None:
    return money.read(clean(typed), currency) if clean(typed) else 0


def _from_button(value: str) -> int | None:
    return int(value) if value.isascii() and value.isdigit() and len(value) < 13 else None


def _plain(amount: int, currency: str) -> str:
    """As a spreadsheet reads it: `25.50`."""
    places = money.CURRENCIES[currency].places
    whole, part = divmod(amount, 10**places)
    return f"{whole}.{part:0{places}}" if part else str(whole)


def _limits(settings: Settings, language: str) -> str:
    least = money.write(max(settings.least, 1), settings.currency, language)
    return f"{least} – {money.write(settings.most, settings.currency, language)}" if settings.most else f"≥ {least}"
