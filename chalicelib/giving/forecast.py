"""What recurring donations will bring, from sums that change with them.

Those that are taken elsewhere may end without a word: they are summed by the day on which two gifts would be overdue,
and count until then.
"""

from collections import Counter
from typing import NamedTuple

from chalicelib import clock, counters
from chalicelib.giving import money
from chalicelib.giving.donation import Often
from chalicelib.giving.recurring import PER_YEAR

_LAST_DAY = "9999-12-31"


class Forecast(NamedTuple):
    """Of one currency: how many give again and again, how many pause, and what comes of it in a year (minor units)."""

    number: int
    paused: int
    yearly: int
    currency: str

    @property
    def a_year(self) -> str:
        return money.write(self.yearly, self.currency)

    @property
    def a_month(self) -> str:
        return money.write(self.yearly // 12, self.currency)


def of_group(group: str) -> dict[str, Forecast]:
    """By currency, those in which somebody gives or pauses."""
    counted = f"recurring#{group}"
    counts = Counter(counters.read(counted))
    for still_counts in counters.read_days(counted, counters.day(clock.now()), _LAST_DAY).values():
        counts.update(still_counts)
    currencies = {name.partition("_")[0] for name, count in counts.items() if count}
    return {currency: _of(counts, currency) for currency in currencies}


def _of(counts: counters.Counts, currency: str) -> Forecast:
    def sum_of(what: str, often: Often) -> int:
        return counts.get(f"{currency}_{often}_{what}", 0)

    return Forecast(
        number=sum(sum_of("number", often) for often in PER_YEAR),
        paused=sum(sum_of("paused", often) for often in PER_YEAR),
        yearly=sum(sum_of("amount", often) * times for often, times in PER_YEAR.items()),
        currency=currency,
    )
