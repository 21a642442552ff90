"""Rows of single emails: who was written to, why, and whether it went. However often it is asked for, one row."""

from collections.abc import Mapping
from typing import NamedTuple

from chalicelib import clock, counters, dynamo

_EMAILS = dynamo.Table("emails", "to", "id")

# A call that got no answer is settled by SES's SEND event; after this long without one, the email has not gone.
DOUBT_SECONDS = 900
_CLAIM_SECONDS = 120
_KEPT_SECONDS = 400 * 86400


class SingleEmailRow(NamedTuple):
    """`to` is a person id, or an address hash for organizers; `state`: claimed, sent, refused, spared."""

    to: str
    id: str
    state: str
    at: float


class Prepared(NamedTuple):
    """An email whose words were written down before it goes. `due`: when its turn is (epoch s), None while it has none.

    `state` is `later` until it is claimed; `at` is when that last changed.
    """

    said: Mapping[str, str]
    state: str
    at: float
    due: float | None = None


def prepare(to: str, email: str, said: Mapping[str, str], counted: str, span: str) -> bool:
    """Write down what an email will say, once: whatever is prepared under its name later changes nothing.

    It is counted in `counters` as `queued`, then `sent` or `refused`, perhaps `bounced`. False when it was there.
    """
    now, token = clock.now(), clock.new_id()
    row = {"st": "later", "tok": token, "said": said, "c": [counted, span], "at": now, "x": int(now + _KEPT_SECONDS)}
    try:
        _EMAILS.update(to, email, set=row, when="attribute_not_exists(#st)", returns="NONE")
    except dynamo.ConditionFailed as rival:
        if (rival.item or {}).get("tok") != token:
            return False
    counters.add(counted, span, {"queued": 1})
    return True


def find_prepared(to: str, email: str) -> Prepared | None:
    item = _EMAILS.get(to, email, consistent=True)
    return _prepared(item) if item else None


def take_turn(to: str, email: str, due: float) -> float:
    """Give a prepared email its turn; the one that it had already stays."""
    row = _EMAILS.update(to, email, set_once={"due": due})
    return float(row["due"])


def give_up(to: str, email: str) -> None:
    """An email that was prepared will never be sent."""
    try:
        old = _EMAILS.update(
            to, email, set={"st": "refused"}, when="#st = :later", values={"later": "later"}, returns="ALL_OLD"
        )
    except dynamo.ConditionFailed:
        return
    _count(old, "refused")


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
            when="attribute_not_exists(#st) OR #st IN (:later, :spared) OR (#st = :claimed AND #dl < :long_ago)",
            values={"later": "later", "spared": "spared", "claimed": "claimed", "long_ago": now - DOUBT_SECONDS},
        )
    except dynamo.ConditionFailed as rival:
        row = rival.item or {}
        if row.get("tok") == token:
            return "mine"
        return "doubt" if row.get("st") == "claimed" else "done"
    return "mine"


def record(to: str, email: str, token: str, state: str) -> None:
    """Write down what became of an email we claimed: `sent`, `refused`, or `later` to have it tried again.

    `spared`: their inbox has had its email of the day. What they do another day may send it.
    """
    try:
        old = _EMAILS.update(
            to, email, set={"st": state}, when="#tok = :token", values={"token": token}, returns="ALL_OLD"
        )
    except dynamo.ConditionFailed:
        return
    _count(old, state)


def confirm(to: str, email: str, address: str) -> None:
    """SES says that it took this email. Nothing changes when it was not written to this address (a keyed hash)."""
    try:
        old = _EMAILS.update(
            to, email, set={"st": "sent"}, when="#ah = :address", values={"address": address}, returns="ALL_OLD"
        )
    except dynamo.ConditionFailed:
        return
    _count(old, "sent")


def came_back(to: str, email: str, address: str) -> bool:
    """SES says that a prepared email came back. True, each time, when it was written to this address (a keyed hash)."""
    try:
        old = _EMAILS.update(
            to,
            email,
            set={"b": True},
            when="#ah = :address AND attribute_exists(#c) AND attribute_not_exists(#b)",
            values={"address": address},
            returns="ALL_OLD",
        )
    except dynamo.ConditionFailed as known:
        return bool(known.item and "c" in known.item and known.item.get("ah") == address)
    _add(old, "bounced")
    return True


def emails_of(to: str, begins: str, limit: int = 50) -> list[SingleEmailRow]:
    """Those whose id begins so, such as `thanks-`."""
    page = _EMAILS.query(to, between=(begins, f"{begins}~"), limit=limit, only="#to, #id, #st, #at")
    return [SingleEmailRow(item["to"], item["id"], item["st"], item["at"]) for item in page.items]


def prepared_of(to: str, begins: str, limit: int = 50) -> dict[str, Prepared]:
    """Those prepared whose id begins so, by their ids."""
    page = _EMAILS.query(to, between=(begins, f"{begins}~"), limit=limit)
    return {item["id"]: _prepared(item) for item in page.items}


def _prepared(item: dynamo.Item) -> Prepared:
    state = "bounced" if item.get("b") else item["st"]
    return Prepared(item.get("said", {}), state, item["at"], item.get("due"))


def _count(before: dynamo.Item, state: str) -> None:
    """One more of those that ended so, where somebody counts them."""
    if "c" in before and before["st"] != state and state != "later":
        _add(before, state)


def _add(row: dynamo.Item, what: str) -> None:
    counted, span = row["c"]
    counters.add(counted, span, {what: 1})
