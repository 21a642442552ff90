"""How risky a form is, from what is known about its coming. Pure: signals in, LOW or HIGH out."""

from collections.abc import Iterable
from enum import StrEnum


class Risk(StrEnum):
    LOW = "low"
    HIGH = "high"


class Signal(StrEnum):
    """What speaks against a form."""

    NO_TOKEN = "no_token"  # noqa: S105  (no password)
    FORGED_TOKEN = "forged_token"  # noqa: S105
    OLD_TOKEN = "old_token"  # noqa: S105
    FAST = "fast"
    LINKS = "links"
    BUSY_NETWORK = "busy_network"
    FLOODING_NETWORK = "flooding_network"
    HONEYPOT = "honeypot"
    ADDRESS_OFTEN = "address_often"


# A person may well cause one of those that weigh 1: an extension that drops a hidden field, a browser that fills in
# everything, a campus behind one address. Two of them together, or one that weighs 2, are worth a second of a person's
# time.
WEIGHTS = {
    Signal.NO_TOKEN: 1,
    Signal.FORGED_TOKEN: 1,
    Signal.OLD_TOKEN: 1,
    Signal.FAST: 1,
    Signal.LINKS: 1,
    Signal.BUSY_NETWORK: 1,
    Signal.FLOODING_NETWORK: 2,
    Signal.HONEYPOT: 2,
    Signal.ADDRESS_OFTEN: 2,
}
_HIGH_FROM = 2


def judge(signals: Iterable[Signal], *, careful: bool = False) -> Risk:
    """`careful`: any sign is enough."""
    weight = sum(WEIGHTS[signal] for signal in set(signals))
    return Risk.HIGH if weight >= (1 if careful else _HIGH_FROM) else Risk.LOW
