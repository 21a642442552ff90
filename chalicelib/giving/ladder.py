"""Ladders: what somebody is asked for, by the highest gift that they gave before. Pure.

Amounts are in minor units. A hundred of them are a unit that people count in: a dollar, or a hundred yen.
"""

from collections.abc import Iterable
from typing import NamedTuple

_UNIT = 100


class Limits(NamedTuple):
    """What may be given at once, in minor units; `most` 0: no limit."""

    least: int = 0
    most: int = 0


def rungs(percents: Iterable[int], highest: int, limits: Limits) -> tuple[int, ...]:
    """Amounts that people give, rising, each about its share of the highest gift; () for whoever never gave.

    Two shares never make one amount: the next one up is asked for then, as far as the limits go.
    """
    found: list[int] = []
    for percent in sorted(percents) if highest > 0 else ():
        asked = max(_rounded(highest * percent // 100), limits.least)
        asked = max(asked, _after(found[-1])) if found else asked
        asked = min(asked, limits.most or asked)
        if not found or asked > found[-1]:
            found.append(asked)
    return tuple(found)


def _rounded(amount: int) -> int:
    """To the nearest amount that people give, half up; the least of them is a unit."""
    step = _step(amount // _UNIT)
    return max((amount + step // 2) // step * step, _UNIT)


def _after(amount: int) -> int:
    """The next larger amount that people give."""
    step = _step(amount // _UNIT)
    return (amount // step + 1) * step


def _step(units: int) -> int:
    """What amounts of that size differ by, in minor units: 1 up to 10, 5 to 100, 25 to 500, 50 to 1,000, 250 …

    Where one step gives way to a larger stands an amount that both lead to, so that more never becomes less.
    """
    size: int = 10 ** (len(str(units)) - 1)
    if size <= 10:
        return _UNIT * (5 if size == 10 else 1)
    return _UNIT * size // (4 if units < 5 * size else 2)
