"""SES's two limits, both counted in recipients: so many a second, and so many in any 24 hours."""

from collections import deque
from dataclasses import dataclass, field

DAY = 24 * 60 * 60
MINUTE = 60
ROUNDING = 1e-9


@dataclass
class Quota:
    """A token bucket that holds one second and may go into debt, and a rolling day counted by the minute.

    SES lets a call through while one recipient is left, however many it has, and then refuses until the bucket
    has refilled. `daily` of -1 means no limit, as in GetAccount.
    """

    rate: float
    daily: float
    tokens: float = field(init=False)
    at: float = 0.0
    minutes: deque[list[float]] = field(default_factory=deque)
    sent_today: float = 0.0

    def __post_init__(self) -> None:
        self.tokens = self.rate

    def change(self, rate: float | None, daily: float | None, now: float) -> None:
        self._refill(now)
        self.rate = self.rate if rate is None else rate
        self.daily = self.daily if daily is None else daily
        self.tokens = min(self.tokens, self.rate)

    def throttled(self, now: float) -> bool:
        self._refill(now)
        return self.tokens < 1 - ROUNDING

    def spent_today(self, now: float) -> bool:
        return self.daily >= 0 and self.sent_last_day(now) >= self.daily

    def take(self, recipients: int, now: float) -> None:
        self._refill(now)
        self.tokens -= recipients
        minute = now // MINUTE
        if not self.minutes or self.minutes[-1][0] != minute:
            self.minutes.append([minute, 0])
        self.minutes[-1][1] += recipients
        self.sent_today += recipients

    def sent_last_day(self, now: float) -> float:
        while self.minutes and self.minutes[0][0] <= (now - DAY) // MINUTE:
            self.sent_today -= self.minutes.popleft()[1]
        return self.sent_today

    def _refill(self, now: float) -> None:
        self.tokens = min(self.rate, self.tokens + max(0.0, now - self.at) * self.rate)
        self.at = max(self.at, now)
