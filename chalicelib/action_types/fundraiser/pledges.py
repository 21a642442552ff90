"""Pledges: what people say they will give, as long as the group has no account that takes money."""

from collections.abc import Mapping
from typing import Any

from chalicelib import counters
from chalicelib.action_types.fundraiser.editing import Settings
from chalicelib.actions.action_page import ActionPage
from chalicelib.giving import money
from chalicelib.giving.donation import Often


def counted(own: Mapping[str, str]) -> Mapping[str, int]:
    """What is pledged altogether, by currency and by how often."""
    if "amount" not in own:
        return {}
    amount, name = int(own["amount"]), f"{own['currency']}_{own['often']}"
    return {f"pledged_{name}": amount, f"pledges_{name}": 1}


def results(page: ActionPage, settings: Settings) -> dict[str, Any]:
    counts = counters.read(f"page#{page.id}")
    sums = [
        (often, counts.get(f"pledges_{settings.currency}_{often}", 0), _sum(counts, settings.currency, often))
        for often in Often
    ]
    given = [(often, number, money.write(amount, settings.currency)) for often, number, amount in sums if number > 0]
    number, amount = sum(number for _, number, _ in sums), sum(amount for *_, amount in sums)
    mean = money.write(amount // number, settings.currency) if number > 0 else ""
    return {"pledges": given, "pledged": money.write(amount, settings.currency), "mean": mean}


def total(page: ActionPage, settings: Settings) -> int:
    """The thermometer's number: each pledge once, however often it will be given."""
    counts = counters.read(f"page#{page.id}")
    return sum(_sum(counts, settings.currency, often) for often in Often)


def _sum(counts: counters.Counts, currency: str, often: Often) -> int:
    return max(counts.get(f"pledged_{currency}_{often}", 0), 0)
