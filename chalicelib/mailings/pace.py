"""The shared pace: every sender leases its share of SES's rate from one row, so that together they fill it and no more.

The row holds the moment until which the rate is spoken for (the "virtual scheduling" form of a leaky bucket, GCRA). A
lease for n recipients moves that moment on by n / rate and says when its holder may begin. One write leases for many
recipients. A part of the rate is never leased, so that single emails pass between the chunks of a mailing.
"""

from contextlib import suppress
from typing import NamedTuple

from chalicelib import clock, dynamo
from chalicelib.mailings import ses

_PACE = dynamo.Table("pace", "k")
_KEY = "ses"

# Mailings lease this share of the quota; the rest is for single emails.
SHARE = 0.97
_SLOWEST = 1.0
_LEASE_SECONDS = 0.5
_FOR_EVER = 1e9
# Of several mailings each may lease a little more than its part, so that nothing lies idle when one has a gap.
_LEEWAY, _LONGEST_PART = 1.1, 1.0
# After a throttle: less at once, no second time within the caution, and back at the old rate after the recovery.
_LESS = 0.7
_CAUTION_SECONDS = 2.0
RECOVERY_SECONDS = 15.0


class Lease(NamedTuple):
    """Granted: begin at `begins`, for so many recipients. Not granted (0 recipients): ask again at `begins`."""

    recipients: int
    begins: float


def lease(mailing: str, need: int, wish: int, longest_wait: float) -> Lease:
    """Speak for `need` recipients (up to `wish` at high rates), if they come free within `longest_wait` seconds.

    While several mailings are sent, each may lease no more than its part and a little, so that none waits for others.
    """
    row, now = _PACE.get(_KEY) or {}, clock.now()
    speed, mailings = _speed(row, now) * SHARE, len(row.get("active", ()))
    recipients = max(need, min(wish, int(speed * _LEASE_SECONDS)))
    step = recipients / speed
    part_step = step * mailings / _LEEWAY
    part = _take(_part(mailing), now, part_step, _LONGEST_PART) if mailings > 1 else Lease(recipients, now)
    if not part.recipients:
        return part
    whole = _take(_KEY, now, step, longest_wait)
    if mailings > 1 and not whole.recipients:
        _move(_part(mailing), -part_step)
    return Lease(recipients if whole.recipients else 0, max(part.begins, whole.begins))


def turn(key: str, apart: float) -> float:
    """When the next of those who share a key may go: `apart` seconds after the one before. Nothing ticks meanwhile."""
    return _take(f"turn#{key}", clock.now(), apart, _FOR_EVER).begins


def _take(key: str, now: float, step: float, longest_wait: float) -> Lease:
    """Begin at once when nothing is spoken for, else when all that was leased before is over. Recipients: 1, or 0."""
    try:
        _PACE.update(
            key,
            set={"busy_until": now + step},
            when="attribute_not_exists(#busy_until) OR #busy_until < :now",
            values={"now": now},
            returns="NONE",
        )
    except dynamo.ConditionFailed:
        return _take_next(key, now + longest_wait, step)
    return Lease(1, now)


def _take_next(key: str, latest: float, step: float) -> Lease:
    try:
        row = _PACE.update(key, add={"busy_until": step}, when="#busy_until <= :latest", values={"latest": latest})
    except dynamo.ConditionFailed as full:
        return Lease(0, (full.item or {}).get("busy_until", latest))
    return Lease(1, float(row["busy_until"]) - step)


def _move(key: str, seconds: float) -> None:
    """Nothing is there to be moved when a mailing has left meanwhile."""
    with suppress(dynamo.ConditionFailed):
        _PACE.update(key, add={"busy_until": seconds}, when="attribute_exists(#busy_until)", returns="NONE")


def _part(mailing: str) -> str:
    return f"part#{mailing}"


def give_back(mailing: str, recipients: int) -> None:
    """Leased and not needed: others may begin so much sooner, and this mailing too."""
    row = _PACE.get(_KEY) or {}
    step, mailings = recipients / (_speed(row, clock.now()) * SHARE), len(row.get("active", ()))
    _move(_KEY, -step)
    if mailings > 1:
        _move(_part(mailing), -step * mailings / _LEEWAY)


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


def sharing_with(mailing: str) -> int:
    """How many mailings share the rate, this one among them."""
    return len({mailing, *((_PACE.get(_KEY) or {}).get("active") or ())})


def expect(mailing: str) -> bool:
    """Remember that this mailing (`group/mailing`) will need the senders soon, and as yet none of the rate.

    True when it was not known before.
    """
    return _is_new(mailing, _PACE.update(_KEY, add={"expected": {mailing}}, returns="ALL_OLD"))


def enter(mailing: str) -> bool:
    """Remember that this mailing needs the senders, and its part of the rate; True when it was not known before."""
    row = _PACE.update(_KEY, add={"active": {mailing}}, delete={"expected": {mailing}}, returns="ALL_OLD")
    return _is_new(mailing, row)


def _is_new(mailing: str, before: dynamo.Item) -> bool:
    return mailing not in _known(before)


def leave(mailing: str) -> set[str]:
    """This mailing needs the senders no more; which did until now, itself among them unless it had left before."""
    row = _PACE.update(_KEY, delete={"active": {mailing}, "expected": {mailing}}, returns="ALL_OLD")
    _PACE.delete(_part(mailing))
    return _known(row)


def is_anyone_sending() -> bool:
    return bool(_known(_PACE.get(_KEY, consistent=True) or {}))


def _known(row: dynamo.Item) -> set[str]:
    return {*row.get("active", ()), *row.get("expected", ())}
