"""Signing in: an emailed link, good for ten minutes, once, and only in the browser that asked for it.

The link's secret and the browser's secret are stored only as hashes. Whoever asks gets the same answer, known or not.
"""

from hashlib import sha256
from typing import Any

import msgspec

from chalicelib import clock, dynamo
from chalicelib.network import store

LINK_SECONDS = 600
SESSION_SECONDS = 14 * 86400
IDLE_SECONDS = 12 * 3600

_LINKS = dynamo.Table("sign_ins", "h")
_SESSIONS = dynamo.Table("sessions", "h")


class Session(msgspec.Struct, frozen=True):
    """An organizer signed in to one group. `csrf` must come back with every POST."""

    key: str
    email: str
    group: str
    csrf: str
    seen: float


def ask(email: str, browser: str) -> str:
    """Make a sign-in link for this browser and give its token. `email` is normalised."""
    token = clock.new_secret()
    now = clock.now()
    _LINKS.put({"h": _hash(token), "e": email, "b": _hash(browser), "x": int(now + LINK_SECONDS)})
    return token


def redeem(token: str, browser: str) -> str | None:
    """Use a link up and open a session; the session's secret, or None when the link is not good here and now."""
    try:
        link = _LINKS.delete(
            _hash(token),
            when="#b = :browser AND #x > :now",
            values={"browser": _hash(browser), "now": int(clock.now())},
        )
    except dynamo.ConditionFailed:
        return None
    groups = store.groups_of(link["e"]) if link else []
    return _open(link["e"], groups[0]) if link and groups else None


def find_session(secret: str) -> Session | None:
    """The session behind a cookie. Ends after 14 days, or 12 hours unused."""
    # Signing in, choosing a group and signing out all lead to a page that must know of it already.
    item = _SESSIONS.get(_hash(secret), consistent=True) if secret else None
    now = clock.now()
    if item is None or item["x"] <= now or item["seen"] + IDLE_SECONDS <= now:
        return None
    session = Session(item["h"], item["e"], item["g"], item["c"], item["seen"])
    if session.group not in store.groups_of(session.email):
        return None
    return _keep_alive(session, now)


def switch_group(session: Session, group: str) -> bool:
    """Turn the session to another of the organizer's groups."""
    if group not in store.groups_of(session.email):
        return False
    return _change(session, {"g": group})


def end(session: Session) -> None:
    _SESSIONS.delete(session.key)


def _open(email: str, group: str) -> str:
    secret, now = clock.new_secret(), clock.now()
    _SESSIONS.put(
        {
            "h": _hash(secret),
            "e": email,
            "g": group,
            "c": clock.new_secret(),
            "seen": now,
            "x": int(now + SESSION_SECONDS),
        }
    )
    return secret


def _keep_alive(session: Session, now: float) -> Session | None:
    # At most one write a quarter of an hour, however many pages are opened.
    if now - session.seen > 900 and not _change(session, {"seen": now}):
        return None
    return session


def _change(session: Session, changes: dict[str, Any]) -> bool:
    """Write to a session that has not been ended; False when it has."""
    try:
        _SESSIONS.update(session.key, set=changes, when="attribute_exists(#h)", returns="NONE")
    except dynamo.ConditionFailed:
        return False
    return True


def _hash(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()
