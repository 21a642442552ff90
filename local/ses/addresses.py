"""Which addresses SES takes, and what comes of a message to one: the mailbox simulator and the suppression list."""

import re
from collections.abc import Container
from email.utils import parseaddr
from enum import Enum

SIMULATOR = "@simulator.amazonses.com"

_LOCAL = r"[!#$%&'*+/=?^_`{|}~A-Za-z0-9.\-]{1,64}"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+{_LABEL}")


class Fate(Enum):
    """What happens to a message that was accepted."""

    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    OUT_OF_OFFICE = "out of office"
    SUPPRESSED = "suppressed"  # by the simulator, as if on SES's global list
    ON_ACCOUNT_LIST = "on account list"
    REJECTED = "rejected"  # a virus was found
    NOT_RENDERED = "not rendered"

    @property
    def sent(self) -> bool:
        """Whether the message left for the recipient's mail server."""
        return self in _SENT


_SENT = {Fate.DELIVERED, Fate.BOUNCED, Fate.COMPLAINED, Fate.OUT_OF_OFFICE}

_SIMULATED = {
    "bounce": Fate.BOUNCED,
    "complaint": Fate.COMPLAINED,
    "ooto": Fate.OUT_OF_OFFICE,
    "suppressionlist": Fate.SUPPRESSED,
    "success": Fate.DELIVERED,
}


def bare(address: str) -> str | None:
    """The address itself out of `Ada <ada@example.org>`; None if SES would call it invalid.

    7-bit local part, dots in the domain, internationalised domains only as punycode.
    """
    if _ADDRESS.fullmatch(address):
        return address
    found = parseaddr(address)[1]
    return found if "<" in address and address.isascii() and _ADDRESS.fullmatch(found) else None


def fate(address: str, suppressed: Container[str]) -> Fate:
    lower = address.lower()
    if lower in suppressed:
        return Fate.ON_ACCOUNT_LIST
    if lower.endswith(SIMULATOR):
        return _SIMULATED.get(lower.removesuffix(SIMULATOR).partition("+")[0], Fate.BOUNCED)
    return Fate.DELIVERED
