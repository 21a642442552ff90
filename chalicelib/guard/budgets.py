"""How often is often: posts by network and by address, counted in this process first, in DynamoDB once they are many.

A million submissions cost seven dollars; a row for each would cost a dollar more, for nothing. So a process counts by
itself, and only what passes `alone` is told to the others, in steps of `alone`. The numbers are therefore about right:
with many Lambdas at once somebody may do a few times `alone` more than they are told here.
"""

from dataclasses import dataclass
from typing import NamedTuple

from chalicelib import clock, log
from chalicelib.guard import budget_store


class Budget(NamedTuple):
    """`most` within `seconds`; `alone` is how many a process counts before it asks what others have seen."""

    name: str
    seconds: int
    most: int
    alone: int


# A campus, a library or a mobile carrier (its IPv6 /48 most of all) is one network of thousands of people, and a rally
# makes them sign within minutes: 30 a minute on one page is unusual, no more. 600 a minute is one person every tenth of
# a second, from one network, on one page.
BUSY_NETWORK = Budget("network", 60, 30, 10)
FLOODING_NETWORK = Budget("network", 60, 600, 10)
# One address acts on a few pages in an hour, and sends a form again when it was sent back or double-clicked. Ten in an
# hour with one group is more than a person does and less than a bomber wants.
ADDRESS = Budget("address", 3600, 10, 3)
# Links by email to whoever cannot do the proof of work: each costs a row and may cost a stranger an email.
LINKS_BY_NETWORK = Budget("links", 3600, 10, 1)
LINKS_BY_ADDRESS = Budget("link", 86400, 3, 1)

_MOST_KEPT = 20_000


@dataclass
class _Count:
    """Posts in one window: `told` is what the table said last, `here` what it does not know yet."""

    told: int = 0
    here: int = 0


_counts: dict[tuple[str, str, int], _Count] = {}


def count(budget: Budget, whose: str) -> int:
    """One more of `whose`; about how many there are in this window, this one included."""
    window = int(clock.now() // budget.seconds)
    count = _count_of((budget.name, whose, window))
    count.here += 1
    # What is far over budget need not be known better.
    if count.here >= budget.alone and count.told <= budget.most:
        _tell(count, budget, whose, window)
    return count.told + count.here


def forget() -> None:
    """Begin as a new process does."""
    _counts.clear()


def _tell(count: _Count, budget: Budget, whose: str, window: int) -> None:
    """Share what was counted here. The guard must not lose a form because it cannot count: then it counts alone."""
    step, count.here = count.here, 0
    try:
        count.told = budget_store.add(f"{budget.name}\0{whose}\0{window}", step, (window + 1) * budget.seconds)
    except Exception as error:
        count.told += step
        log.failure("budget not counted", error, budget=budget.name)


def _count_of(key: tuple[str, str, int]) -> _Count:
    if len(_counts) >= _MOST_KEPT and key not in _counts:
        _make_room()
    return _counts.setdefault(key, _Count())


def _make_room() -> None:
    """Forget those who came once; an attacker with that many networks is seen by other signs."""
    for key in [key for key, count in _counts.items() if not count.told]:
        del _counts[key]
    if len(_counts) >= _MOST_KEPT:
        _counts.clear()
