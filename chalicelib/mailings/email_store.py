"""Rows of single emails: who was written to, why, and whether it went. However often it is asked for, one row."""

from typing import NamedTuple

from chalicelib import clock, dynamo

_EMAILS = dynamo.Table("emails", "to", "id")

# A call that got no answer is settled by SES's SEND event; after this long without one, the email has not gone.
DOUBT_SECONDS = 900
_CLAIM_SECONDS = 120
_KEPT_SECONDS = 400 * 86400


class SingleEmailRow(NamedTuple):
    """`to` is a person id, or an address hash for organizers; `state`: claimed, sent, refused."""

    to: str
    id: str
    state: str
    at: float


def claim(to: str, email: str, token: str, address: str) -> str:
    """Take a single email to send it: `mine`, `done` when it has gone already, `doubt` while nobody can know.

    `address` is the keyed hash of whom it is written to.
    """
    now = clock.now()
    claimed = {"st": "claimed", "tok": token, "ah": address, "dl": now + _CLAIM_SECONDS, "at": now}
    try:
        _EMAILS.update(
            to,
            email,
            set=claimed | {"x": int(now + _KEPT_SECONDS)},
            when="attribute_not_exists(#st) OR #st = :later OR (#st = :claimed AND #dl < :long_ago)",
            values={"later": "later", "claimed": "claimed", "long_ago": now - DOUBT_SECONDS},
        )
    except dynamo.ConditionFailed as rival:
        row = rival.item or {}
        if row.get("tok") == token:
            return "mine"
        return "doubt" if row.get("st") == "claimed" else "done"
    return "mine"


def record(to: str, email: str, token: str, state: str) -> None:
    """Write down what became of an email we claimed: `sent`, `refused`, or `later` to have it tried again."""
    try:
        _EMAILS.update(to, email, set={"st": state}, when="#tok = :token", values={"token": token}, returns="NONE")
    except dynamo.ConditionFailed:
        return


def confirm(to: str, email: str, address: str) -> None:
    """SES says that it took this email. Nothing changes when it was not written to this address (a keyed hash)."""
    try:
        _EMAILS.update(
            to, email, set={"st": "sent"}, when="#ah = :address", values={"address": address}, returns="NONE"
        )
    except dynamo.ConditionFailed:
        return


def emails_of(to: str, limit: int = 50) -> list[SingleEmailRow]:
    page = _EMAILS.query(to, limit=limit)
    return [SingleEmailRow(item["to"], item["id"], item["st"], item["at"]) for item in page.items]
