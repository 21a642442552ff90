"""One email to one person, ready for SES."""

from collections.abc import Mapping

import msgspec


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """`to` and `sender_address` are bare addresses; `headers` go out as they are; `tags` return in SES's events.

    `html` is '' for an email of plain text.
    """

    to: str
    sender_name: str
    sender_address: str
    subject: str
    html: str
    text: str
    reply_to: str = ""
    headers: Mapping[str, str] = {}
    tags: Mapping[str, str] = {}
