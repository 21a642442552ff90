"""Sums of money, as they are kept with every change of a donation: nothing is added up when a page is shown.

What was paid for tickets is in them as gifts are: it is money raised, and what Stripe pays out.
"""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from chalicelib import counters
from chalicelib.giving import money

# Rows that a screen has time for.
_MOST = 5000


class Sum(NamedTuple):
    """Of one currency, in minor units: what was given by how many gifts, what went back, what Stripe kept."""

    given: int = 0
    gifts: int = 0
    back: int = 0
    fees: int = 0
    once: int = 0
    again: int = 0

    @property
    def kept(self) -> int:
        return self.given - self.back

    @property
    def mean(self) -> int:
        return self.given // self.gifts if self.gifts else 0

    def written(self, currency: str, language: str = "en") -> dict[str, str]:
        """Each number of money in words, by its name; '' for all when there is no gift."""
        if not self.gifts:
            return {}
        names = ("given", "back", "fees", "kept", "mean", "once", "again")
        return {name: money.write(getattr(self, name), currency, language) for name in names} | {
            "gifts": str(self.gifts)
        }


def of_page(page: str, currency: str) -> Sum:
    return by_currency(counters.read(f"money#{page}")).get(currency, Sum())


def of_group(group: str) -> dict[str, Sum]:
    """By currency."""
    return by_currency(counters.read(f"money#{group}"))


def of_days(group: str, first: str, last: str) -> dict[str, dict[str, Sum]]:
    """By day (`2026-11-23`) and currency, of the days on which gifts were paid."""
    return {day: by_currency(counts) for day, counts in counters.read_days(f"money#{group}", first, last).items()}


def of_ways(group: str, kind: str) -> dict[str, dict[str, Sum]]:
    """By how donors came (`kind`: one of `WAYS`) and currency, of the first of them where there are thousands."""
    return {code: by_currency(counts) for code, counts in counters.read_spans(f"ways#{group}#{kind}", _MOST).items()}


def of_way(group: str, kind: str, code: str) -> dict[str, Sum]:
    """What came by one page, source, referrer or website, by currency."""
    return by_currency(counters.read(f"ways#{group}#{kind}", code))


def median(group: str, currency: str) -> int:
    """The amount that half of the gifts do not exceed, 0 without any; as exact as `size` is."""
    counts = counters.read(f"sizes#{group}", currency)
    return middle((int(amount), count) for amount, count in counts.items() if count > 0)


def size(amount: int) -> int:
    """The amount as which a gift is counted among the others: of the third digit only whether it is nearer 5 or 0.

    So $9.50, $25, $12.50 and $125 are counted as they are, and $33.33 as $33.50: never more than 2.5% off, and no
    median is either. A currency has 180 of them for each digit: some 1,900 up to a hundred thousand million, and a
    counter's row stays below 32 KB of the 400 that it may have, whatever people type.
    """
    step = 5 * 10 ** (len(str(amount)) - 3) if amount > 99 else 1
    return (amount + step // 2) // step * step


def middle(sizes: Iterable[tuple[int, int]]) -> int:
    """The median of amounts, each with how many there are; between two, the mean, rounded down."""
    known = sorted(sizes)
    number = sum(count for _, count in known)
    if not number:
        return 0
    low, high = _at(known, (number - 1) // 2), _at(known, number // 2)
    return (low + high) // 2


def by_currency(counts: Mapping[str, int]) -> dict[str, Sum]:
    """Counters such as `USD_given`, `USD_gifts`, `USD_back`."""
    found: dict[str, dict[str, int]] = {}
    for name, count in counts.items():
        currency, _, what = name.partition("_")
        if what in Sum._fields and currency in money.CURRENCIES:
            found.setdefault(currency, {})[what] = count
    return {currency: Sum(**numbers) for currency, numbers in found.items()}


def _at(sizes: list[tuple[int, int]], place: int) -> int:
    for amount, count in sizes:
        place -= count
        if place < 0:
            return amount
    raise LookupError(place)
