"""One email of the inbox put together again: what was stored, rendered for its recipient."""

import json
from typing import Any, NamedTuple

from local.ses.content import Content, render
from local.ses.events import iso
from local.ses.headers import message_headers


class Letter(NamedTuple):
    number: int
    to: str
    headers: dict[str, str]
    html: str
    text: str
    sent_at: str

    @property
    def subject(self) -> str:
        return self.headers["Subject"]

    def as_json(self) -> dict[str, Any]:
        return {
            "to": self.to,
            "from": self.headers["From"],
            "subject": self.subject,
            "headers": self.headers,
            "html": self.html,
            "text": self.text,
            "sent_at": self.sent_at,
        }


def read_letter(row: Any) -> Letter:
    """`row` as `Inbox` gives it."""
    content = _content(row["parts"])
    rendered = render(content, row["data"])
    headers = message_headers(
        content,
        json.loads(row["headers"]),
        row["recipient"],
        subject=rendered.subject,
        message_id=row["message_id"],
        at=row["sent_at"],
    )
    return Letter(row["id"], row["recipient"], headers, rendered.html, rendered.text, iso(row["sent_at"]))


def _content(parts: str) -> Content:
    sender, reply_to, subject, html, text, headers, defaults, name, holes = json.loads(parts)
    pairs = tuple((header, value) for header, value in headers)
    return Content(sender, reply_to, subject, html, text, pairs, defaults, name, frozenset(holes))
