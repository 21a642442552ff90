"""Rows of Stripe's events that were taken, gone after a month: Stripe offers one again for three days at most."""

from chalicelib import clock, dynamo

_EVENTS = dynamo.Table("stripe_events", "e")
_KEPT_SECONDS = 31 * 86400


def is_done(account: str, event: str) -> bool:
    return _EVENTS.get(f"{account}/{event}", consistent=True) is not None


def done(account: str, event: str) -> None:
    """Said once it is settled: whoever dies before takes it once more."""
    _EVENTS.put({"e": f"{account}/{event}", "x": int(clock.now()) + _KEPT_SECONDS})
