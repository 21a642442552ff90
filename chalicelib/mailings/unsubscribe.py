"""Leaving: the link in every mailing. It names the person and the mailing, never expires, and can do nothing else."""

from typing import NamedTuple

from chalicelib import config, signing
from chalicelib.mailings import follow_link
from chalicelib.people import subscription

_PURPOSE = "unsubscribe"


class Leaver(NamedTuple):
    """Ids, 32 hex digits each; `mailing` is '' when the link stood in a single email."""

    group: str
    person: str
    mailing: str = ""


def token(leaver: Leaver) -> str:
    return signing.sign(_PURPOSE, bytes.fromhex(leaver.group + leaver.person + leaver.mailing))


def link(leaver: Leaver) -> str:
    return f"{config.public_url()}/u/{token(leaver)}"


class Links:
    """The links of one mailing, made quickly."""

    def __init__(self, group: str, mailing: str, public_url: str) -> None:
        self._group, self._mailing, self._start = bytes.fromhex(group), bytes.fromhex(mailing), f"{public_url}/u/"
        self._sign = signing.signer(_PURPOSE)

    def to(self, person: str) -> str:
        return self._start + self._sign(self._group + bytes.fromhex(person) + self._mailing)


def headers(link: str) -> dict[str, str]:
    """What lets a mail program offer its own button (RFC 8058)."""
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}


def read(token: str) -> Leaver | None:
    payload = signing.read(_PURPOSE, token)
    if payload is None or len(payload) not in (32, 48):
        return None
    text = payload.hex()
    return Leaver(text[:32], text[32:64], text[64:])


def leave(leaver: Leaver) -> None:
    """Stop mail from this group to this person at once. Doing it again changes nothing."""
    left = subscription.unsubscribe(leaver.group, leaver.person)
    if left and leaver.mailing:
        follow_link.tell_left(leaver.group, leaver.mailing, leaver.person)


def come_back(leaver: Leaver) -> None:
    """On their own request: mail them again."""
    subscription.resubscribe(leaver.group, leaver.person)
