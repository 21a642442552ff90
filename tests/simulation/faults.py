"""What goes wrong, and when: drawn from a seed, or placed one by one.

Of a call: `killed before/after` it reached AWS, `stalled before/after` (the Lambda freezes, perhaps past its timeout,
and may go on all the same), `reply lost` (done, but no answer comes), `reply cut` (the same at once), `request lost`,
`arrives late` (done long after botocore gave up), `unavailable` (once), `outage` (however often botocore tries).
"""

from collections.abc import Container, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

READS = frozenset({"GetItem", "Query", "BatchGetItem", "GetObject", "HeadObject", "GetParameter", "GetAccount"})
# Whatever takes longer there and back is a request or a reply that is lost, which happens as well.
_LONGEST_TO_STRIPE = 3.5
# What takes longer than a row of DynamoDB.
_FAR = ("sesv2", "stripe")
_OF_CALLS = ("killed before", "killed after", "stalled before", "stalled after", "reply lost", "reply cut",
             "request lost", "arrives late", "unavailable", "outage")  # fmt: skip


def is_read(operation: str) -> bool:
    """Of AWS, or a GET of Stripe's: nothing is changed by it, and nothing lost with its answer."""
    return operation in READS or operation.startswith("GET ")


class Calm:
    """Nothing goes wrong; everything takes the same time."""

    def __init__(self) -> None:
        self.paused = False

    def call(self, service: str, operation: str, task: str) -> str:
        return self.choose(self.kinds_of(service, operation), f"{task} {operation}")

    def kinds_of(self, service: str, operation: str) -> tuple[str, ...]:
        return ()

    def choose(self, kinds: tuple[str, ...], where: str) -> str:
        return ""

    def span(self, low: float, high: float) -> float:
        return low + (high - low) / 2

    def one_of(self, *values: float) -> float:
        return values[0]

    def stall(self) -> tuple[float, bool]:
        """How long a frozen Lambda stays so (seconds), and whether it outlives its timeout."""
        return 150.0, True

    def latency(self, service: str) -> float:
        return 0.1 if service in _FAR else 0.005

    def shuffled(self, things: list[T]) -> list[T]:
        return things

    def batch(self, most: int) -> int:
        return most

    def page_limit(self) -> int:
        return 1000

    def unprocessed(self, count: int) -> int:
        return 0

    def stale(self) -> bool:
        return False

    def conflicts(self) -> bool:
        return False


class Seeded(Calm):
    """Each seed has its own weather: some faults never, some rarely, some often."""

    _RATES = (0.0, 0.0, 0.002, 0.01, 0.04)

    def __init__(self, chance: Random) -> None:
        super().__init__()
        self.chance = chance
        self._rates: dict[str, float] = {}
        self._calls = {kind: self._weather() / 3 for kind in _OF_CALLS}
        self._slow = chance.choice((1.0, 1.0, 5.0, 40.0))
        self._pages = chance.choice((1000, 1000, 1, 2))
        self._batches = chance.choice((0, 0, 1))

    def call(self, service: str, operation: str, task: str) -> str:
        return "" if self.paused else self._draw(self._calls)

    def choose(self, kinds: tuple[str, ...], where: str) -> str:
        if self.paused:
            return ""
        for kind in kinds:
            if kind not in self._rates:
                self._rates[kind] = self._weather() * 4
        return self._draw({kind: self._rates[kind] for kind in kinds})

    def span(self, low: float, high: float) -> float:
        return self.chance.uniform(low, high)

    def one_of(self, *values: float) -> float:
        return self.chance.choice(values)

    def stall(self) -> tuple[float, bool]:
        return self.chance.choice((2.0, 8.0, 40.0, 100.0, 200.0, 500.0, 800.0, 1200.0)), self.chance.random() < 0.5

    def latency(self, service: str) -> float:
        most = 0.5 if service in _FAR else 0.02
        seconds = self.chance.random() * most * (self._slow if self.chance.random() < 0.1 else 1.0)
        return min(seconds, _LONGEST_TO_STRIPE) if service == "stripe" else seconds

    def shuffled(self, things: list[T]) -> list[T]:
        return self.chance.sample(things, len(things))

    def batch(self, most: int) -> int:
        return self.chance.randint(1, most) if self._batches else most

    def page_limit(self) -> int:
        return self._pages

    def unprocessed(self, count: int) -> int:
        return self.chance.randrange(count) if not self.paused and self.chance.random() < 0.03 else 0

    def stale(self) -> bool:
        return self.chance.random() < 0.5

    def conflicts(self) -> bool:
        return not self.paused and self.chance.random() < 0.03

    def _weather(self) -> float:
        return self.chance.choice(self._RATES)

    def _draw(self, rates: dict[str, float]) -> str:
        drawn = self.chance.random()
        for kind, rate in rates.items():
            if drawn < rate:
                return kind
            drawn -= rate
        return ""


class Placed(Calm):
    """Faults where a plan puts them (by the number of the occasion); notes every occasion there was for `kinds`."""

    def __init__(self, plan: dict[int, str], kinds: Container[str] | None = None) -> None:
        super().__init__()
        self.kinds = kinds
        self.plan, self.occasions = plan, list[tuple[str, ...]]()

    def kinds_of(self, service: str, operation: str) -> tuple[str, ...]:
        if is_read(operation):
            return ("outage",)
        if service == "sesv2":
            return ("killed before", "killed after", "reply cut", "request lost", "stalled before", "stalled after")
        # Killed before one write is killed after the one before it, or at once.
        return ("killed after", "reply cut", "outage", "stalled before")

    def choose(self, kinds: tuple[str, ...], where: str) -> str:
        kinds = tuple(kind for kind in kinds if kind not in _LEFT_OUT and (self.kinds is None or kind in self.kinds))
        if not kinds:
            return ""
        self.occasions.append(kinds)
        return self.plan.get(len(self.occasions) - 1, "")


# Alike to another placement, or to a recipient's own luck that the seeds vary.
_LEFT_OUT = {"cold start", "soft bounce", "silent", "told apart", "entry not taken", "complaint"}


def placements(occasions: Sequence[tuple[str, ...]], after: int) -> list[tuple[int, str]]:
    """Every single fault that could have happened behind the occasion number `after`."""
    return [(place, kind) for place in range(after + 1, len(occasions)) for kind in occasions[place]]
