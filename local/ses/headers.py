"""The headers of a message as its recipient sees them."""

from collections.abc import Iterable
from email.utils import formatdate

from local.ses.content import Content, Header


def message_headers(
    content: Content, own: Iterable[Header], to: str, *, subject: str, message_id: str, at: float
) -> dict[str, str]:
    """The recipient's own headers replace the template's of the same name; SES sets Date and Message-ID itself."""
    headers = {"From": content.sender, "To": to}
    if content.reply_to:
        headers["Reply-To"] = content.reply_to
    headers |= {"Subject": subject, "Date": formatdate(at), "Message-ID": f"<{message_id}@email.amazonses.com>"}
    _put(headers, content.headers)
    _put(headers, own)
    return headers


def _put(headers: dict[str, str], given: Iterable[Header]) -> None:
    names = {name.lower(): name for name in headers}
    for name, value in given:
        known = names.setdefault(name.lower(), name)
        if known not in ("Date", "Message-ID"):
            headers[known] = value
