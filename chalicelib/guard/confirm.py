"""The way through for whoever cannot do a proof of work: a link by email, and a button behind it.

The form waits in a row; the email holds nothing that was typed. Who asks too often gets the same answer and no email:
an inbox is sent links on three days, ever, until its owner uses one.
"""

from collections.abc import Mapping, Sequence

from chalicelib import clock, log
from chalicelib.guard import budget_store, budgets, pending_store
from chalicelib.guard.pending_store import Pending
from chalicelib.mailings import outbox
from chalicelib.people.email_address import mailbox

_MOST_DAYS = 3


def ask(group: str, page: str, email: str, fields: Mapping[str, Sequence[str]], network: str) -> None:
    """Keep a form, and email a link to it. `email` is normalised; `network` '': it does not count against any."""
    often = budgets.count(budgets.LINKS_BY_ADDRESS, _inbox(group, email)) > budgets.LINKS_BY_ADDRESS.most
    many = bool(network) and budgets.count(budgets.LINKS_BY_NETWORK, network) > budgets.LINKS_BY_NETWORK.most
    ignored = not (often or many) and not budget_store.may_ask(_inbox(group, email), _today(), _MOST_DAYS)
    if often or many or ignored:
        log.line("no link", page=page, often=often, many=many, ignored=ignored)
        return
    token = clock.new_secret()
    pending_store.keep(token, Pending(page, email, fields))
    outbox.send_later(outbox.Confirm(group, page, email, token))


def find(page: str, token: str) -> Pending | None:
    """The form that a link leads to; None when it is none of this page, or too old."""
    pending = pending_store.find(token)
    return pending if pending and pending.page == page else None


def is_confirmed(group: str, page: str, email: str, token: str) -> bool:
    """True when this address got that link about this page. Good for two days: what is sent twice counts once."""
    pending = find(page, token)
    if pending is None or pending.email != email:
        return False
    budget_store.link_used(_inbox(group, email))
    return True


def _inbox(group: str, email: str) -> str:
    return f"{group}/{mailbox(email)}"


def _today() -> int:
    return int(clock.now() // 86400)
