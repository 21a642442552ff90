"""What SES tells us about an email, as far as we use it. Anything else in the event may change without us."""

from collections.abc import Iterator
from typing import Literal

import msgspec


class _Mail(msgspec.Struct, frozen=True):
    tags: dict[str, list[str]] = {}
    destination: list[str] = []


class _Recipient(msgspec.Struct, frozen=True, rename="camel"):
    email_address: str = ""


class _Bounce(msgspec.Struct, frozen=True, rename="camel"):
    bounce_type: str = ""
    bounce_sub_type: str = ""
    bounced_recipients: list[_Recipient] = []


class _Complaint(msgspec.Struct, frozen=True, rename="camel"):
    complaint_sub_type: str | None = None
    complained_recipients: list[_Recipient] = []


class _Event(msgspec.Struct, frozen=True, rename="camel"):
    mail: _Mail
    # Event publishing says `eventType`; the older notifications of an identity say `notificationType`.
    event_type: str = ""
    notification_type: str = ""
    bounce: _Bounce = _Bounce()
    complaint: _Complaint = _Complaint()


Kind = Literal["sent", "delivered", "opened", "hard_bounce", "soft_bounce", "complaint", "refused"]

_KINDS: dict[str, Kind] = {
    "Send": "sent",
    "Delivery": "delivered",
    "Open": "opened",
    "Complaint": "complaint",
    "Reject": "refused",
    "Rendering Failure": "refused",
}


class SesEvent(msgspec.Struct, frozen=True, kw_only=True):
    """`tags` are our own, as sent; `why` is SES's word for it; `address` whom it concerns, in lower case."""

    kind: Kind
    tags: dict[str, str]
    address: str
    why: str = ""


_decode = msgspec.json.Decoder(_Event).decode


def read(text: bytes | str) -> SesEvent | None:
    """An event, or None for one that is of no use to us or not an event at all."""
    try:
        event = _decode(text)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    tags = {name: values[0] for name, values in event.mail.tags.items() if values}
    name = event.event_type or event.notification_type
    addresses = [address.lower() for address in _addresses(event) if address] or [""]
    if name == "Bounce":
        kind: Kind | None = "hard_bounce" if event.bounce.bounce_type == "Permanent" else "soft_bounce"
        why = f"{event.bounce.bounce_type} {event.bounce.bounce_sub_type}"
    else:
        kind, why = _KINDS.get(name), event.complaint.complaint_sub_type or name
    return SesEvent(kind=kind, tags=tags, address=_bare(addresses[0]), why=why) if kind else None


def _addresses(event: _Event) -> Iterator[str]:
    yield from (recipient.email_address for recipient in event.bounce.bounced_recipients)
    yield from (recipient.email_address for recipient in event.complaint.complained_recipients)
    yield from event.mail.destination


def _bare(address: str) -> str:
    """`Ada <ada@example.org>` is `ada@example.org`."""
    return address.rpartition("<")[2].rstrip(">")
