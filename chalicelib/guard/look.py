"""Looking at a form before it is accepted: what speaks against it, and how risky that makes it."""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib import clock, log
from chalicelib.guard import budgets, form_token, risk
from chalicelib.guard.networks import network_of
from chalicelib.guard.risk import Risk, Signal
from chalicelib.people.email_address import mailbox
from chalicelib.plain_text import holds_link


class Visit(NamedTuple):
    """One form as it came.

    `address` is the IP address it came from, `email` whom it is about, normalised; `token` and `honeypot` what the
    guard's own fields held, `particulars` what was said about the person. `careful`: one sign is enough, because money
    moves.
    """

    group: str
    page: str
    address: str
    email: str
    token: str
    honeypot: str = ""
    particulars: Sequence[str] = ()
    careful: bool = False


def look(visit: Visit) -> Risk:
    """How risky this form is. It is counted by that, so ask once for each."""
    signals = signals_of(visit)
    judged = risk.judge(signals, careful=visit.careful)
    if judged == Risk.HIGH:
        log.line("risk", page=visit.page, signals=sorted(signals))
    return judged


def signals_of(visit: Visit) -> frozenset[Signal]:
    signals = set(form_token.doubts(visit.page, visit.token, clock.now()))
    if visit.honeypot:
        signals.add(Signal.HONEYPOT)
    if any(map(holds_link, visit.particulars)):
        signals.add(Signal.LINKS)
    return frozenset(signals | _over_budget(visit))


def _over_budget(visit: Visit) -> set[Signal]:
    signals = set()
    # One without an address (a test, a call of our own) is counted as one network.
    there = budgets.count(budgets.FLOODING_NETWORK, f"{visit.page}/{network_of(visit.address)}")
    if there > budgets.FLOODING_NETWORK.most:
        signals.add(Signal.FLOODING_NETWORK)
    elif there > budgets.BUSY_NETWORK.most:
        signals.add(Signal.BUSY_NETWORK)
    if budgets.count(budgets.ADDRESS, f"{visit.group}/{mailbox(visit.email)}") > budgets.ADDRESS.most:
        signals.add(Signal.ADDRESS_OFTEN)
    return signals
