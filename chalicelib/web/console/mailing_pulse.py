"""How fast a mailing goes: measured from one look to the next, so that neither pauses nor rivals distort it."""

from collections.abc import Mapping
from typing import NamedTuple
from urllib.parse import urlencode

from chalicelib.mailings.mailing import Mailing, Progress, Status
from chalicelib.web.console import times

# How much of the new speed is this look's, the rest is memory.
_FRESH = 0.25


class Pulse(NamedTuple):
    """At `at` (epoch seconds) `settled` recipients were done; `rate` a second, smoothed; `left` is None at first."""

    at: float
    settled: int
    rate: float
    left: int | None = None

    @classmethod
    def first(cls, mailing: Mailing, progress: Progress, now: float) -> "Pulse":
        """The average since it began, for want of an earlier look."""
        elapsed = now - mailing.release_at
        moves = mailing.status == Status.SENDING and elapsed > 1
        return cls(now, progress.settled, progress.settled / elapsed if moves else 0.0, _left(mailing, progress))

    def next(self, mailing: Mailing, progress: Progress, now: float) -> "Pulse":
        elapsed = now - self.at
        if elapsed < 0.5:
            return self
        measured = max(0.0, (progress.settled - self.settled) / elapsed)
        rate = measured * _FRESH + self.rate * (1 - _FRESH) if self.rate else measured
        return Pulse(now, progress.settled, rate, _left(mailing, progress))

    @property
    def as_query(self) -> str:
        """For the address of the next look: the server remembers nothing of this one."""
        return urlencode({"at": f"{self.at:.1f}", "settled": self.settled, "rate": f"{self.rate:.2f}"})

    @property
    def rate_words(self) -> str:
        return f"{self.rate:,.0f} a second" if self.rate >= 1 else f"{self.rate * 60:,.0f} a minute"

    @property
    def time_left(self) -> str:
        """`3 min`, or '' when it cannot be told."""
        return times.duration(self.left / self.rate) if self.left and self.rate * 60 >= 1 else ""


def read(query: Mapping[str, str]) -> Pulse | None:
    """The pulse of the last look; None when the address tells none."""
    try:
        pulse = Pulse(float(query["at"]), int(query["settled"]), float(query["rate"]))
    except (KeyError, ValueError):
        return None
    return pulse if 0 <= pulse.rate < 1e6 and 0 <= pulse.at < 1e11 else None


def _left(mailing: Mailing, progress: Progress) -> int | None:
    counted = mailing.status not in (Status.DRAFT, Status.SCHEDULED, Status.COUNTING)
    return max(0, mailing.size - progress.settled) if counted else None
