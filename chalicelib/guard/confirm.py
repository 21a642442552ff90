"""The way through for whoever cannot do a proof of work: a link by email, and a button behind it.

The form waits in a row; the email holds nothing that was typed. Who asks too often gets the same answer and no email.
"""

from collections.abc import Mapping, Sequence

from chalicelib import clock, log
from chalicelib.guard import budgets, pending_store
from chalicelib.guard.pending_store import Pending
from chalicelib.mailings import outbox
from chalicelib.people.email_address import mailbox


def ask(group: str, page: str, email: str, fields: Mapping[str, Sequence[str]], network: str) -> None:
    """Keep a form, and email a link to it. `email` is normalised."""
    often = budgets.count(budgets.LINKS_BY_ADDRESS, f"{group}/{mailbox(email)}") > budgets.LINKS_BY_ADDRESS.most
    many = budgets.count(budgets.LINKS_BY_NETWORK, network) > budgets.LINKS_BY_NETWORK.most
    if often or many:
        log.line("no link", page=page, often=often, many=many)
        return
    token = clock.new_secret()
    pending_store.keep(token, Pending(page, email, fields))
    outbox.send_later(outbox.Confirm(group, page, email, token))


def find(page: str, token: str) -> Pending | None:
    """The form that a link leads to; None when it is none of this page, or too old."""
    pending = pending_store.find(token)
    return pending if pending and pending.page == page else None


def is_confirmed(page: str, email: str, token: str) -> bool:
    """True when this address got that link about this page. Good for two days: what is sent twice counts once."""
    pending = find(page, token)
    return pending is not None and pending.email == email
