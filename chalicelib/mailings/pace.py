"""The shared pace: every sender leases its share of SES's rate from one row, so that together they fill it and no more.

The row holds the moment until which the rate is spoken for (the "virtual scheduling" form of a leaky bucket, GCRA). A
lease for n recipients moves that moment on by n / rate and says when its holder may begin. One write leases for many
recipients. A part of the rate is never leased, so that single emails pass between the chunks of a mailing.
"""

from typing import NamedTuple

from chalicelib import clock, dynamo
from chalicelib.mailings import ses

_PACE = dynamo.Table("pace", "k")
_KEY = "ses"

# Mailings lease this share of the quota; the rest is for single emails.
SHARE = 0.97
_SLOWEST = 1.0
_LEASE_SECONDS = 0.5
# After a throttle: less at once, no second time within the caution, and back at the old rate after the recovery.
_LESS = 0.7
_CAUTION_SECONDS = 2.0
RECOVERY_SECONDS = 15.0


class Lease(NamedTuple):
    """Granted: begin at `begins`, for so many recipients. Not granted (0 recipients): ask again at `begins`."""

    recipients: int
    begins: float


def lease(need: int, wish: int, longest_wait: float) -> Lease:
    """Speak for `need` recipients (up to `wish` at high rates), if they come free within `longest_wait` seconds."""
    speed = rate()
    recipients = max(need, min(wish, int(speed * _LEASE_SECONDS)))
    now, step = clock.now(), recipients / speed
    begins = _begin_now(now, step) or _begin_next(now, step, longest_wait)
    return begins if isinstance(begins, Lease) else Lease(recipients, begins)


def _begin_now(now: float, step: float) -> float | None:
    """When nothing is spoken for, begin at once."""
    try:
        _PACE.update(
            _KEY,
            set={"busy_until": now + step},
            when="attribute_not_exists(#busy_until) OR #busy_until < :now",
            values={"now": now},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return None
    return now


def _begin_next(now: float, step: float, longest_wait: float) -> float | Lease:
    """Begin when all that was leased before is over."""
    try:
        row = _PACE.update(
            _KEY, add={"busy_until": step}, when="#busy_until <= :latest", values={"latest": now + longest_wait}
        )
    except dynamo.ConditionFailed as full:
        return Lease(0, (full.item or {}).get("busy_until", now + 1.0))
    return float(row["busy_until"]) - step


def give_back(recipients: int) -> None:
    """Leased and not needed: others may begin so much sooner."""
    _PACE.update(_KEY, add={"busy_until": -recipients / rate()}, when="attribute_exists(#busy_until)", returns="NONE")


def slow_down() -> None:
    """SES refused although we kept to the rate: it is lower than we think. Take less, at most once in two seconds."""
    now = clock.now()
    row = _PACE.get(_KEY) or {}
    was, busy_until = _speed(row, now), max(now, row.get("busy_until", now)) + 1.0
    try:
        _PACE.update(
            _KEY,
            set={"was": was, "slowed": now, "busy_until": busy_until},
            when="attribute_not_exists(#slowed) OR #slowed < :while_ago",
            values={"while_ago": now - _CAUTION_SECONDS},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return


def learn() -> ses.Quota:
    """Ask SES for its quota, and remember its rate. Called once a minute while sending."""
    quota = ses.quota()
    _PACE.update(_KEY, set={"rate": quota.rate}, returns="NONE")
    return quota


def rate() -> float:
    """Recipients a second that mailings may take together now."""
    return _speed(_PACE.get(_KEY) or {}, clock.now()) * SHARE


def _speed(row: dynamo.Item, now: float) -> float:
    quota = float(row.get("rate", _SLOWEST))
    return min(quota, recovering(row["was"], now - row["slowed"])) if "was" in row else quota


def recovering(was: float, seconds: float) -> float:
    """The rate to dare so long after SES throttled `was`: quickly back near it, slowly past it, then ever faster.

    (The curve of CUBIC, RFC 9438: it stays longest just where the limit was last found.)
    """
    return max(_SLOWEST, was * (1 + (1 - _LESS) * (seconds / RECOVERY_SECONDS - 1) ** 3))


def mailings_sending() -> int:
    """How many mailings share the rate now; the one that asks is one of them."""
    return max(1, len((_PACE.get(_KEY) or {}).get("active") or ()))


def enter(mailing: str) -> None:
    """Remember that this mailing needs the senders."""
    _PACE.update(_KEY, add={"active": {mailing}}, returns="NONE")


def leave(mailing: str) -> bool:
    """This mailing needs the senders no more; True when none does."""
    row = _PACE.update(_KEY, delete={"active": {mailing}})
    return not row.get("active")


def is_anyone_sending() -> bool:
    return bool((_PACE.get(_KEY, consistent=True) or {}).get("active"))
