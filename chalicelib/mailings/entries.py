"""One mailing as SES's bulk call wants it: what all recipients share, and what is each one's own."""

import msgspec

from chalicelib import config
from chalicelib.mailings import clicks, ses, unsubscribe
from chalicelib.mailings.chunk import Chunk, Recipient
from chalicelib.mailings.content import Frozen
from chalicelib.mailings.mailing import Mailing

_encode = msgspec.json.Encoder().encode


class Letterbox:
    """Makes the parts of a bulk call for one chunk of a mailing."""

    def __init__(self, mailing: Mailing, frozen: Frozen, chunk: Chunk, letter: str = "") -> None:
        self.mailing, self.frozen, self.chunk = mailing, frozen, chunk
        self._clicks = clicks.Tokens(mailing.group, mailing.run_name, chunk.number, letter, config.public_url())
        self._links = unsubscribe.Links(mailing.group, mailing.id, config.public_url())

    def bulk(self) -> ses.Bulk:
        compiled = self.frozen.compiled
        return ses.Bulk(
            sender=self.frozen.sender,
            reply_to=self.frozen.reply_to,
            template={"Subject": compiled.subject, "Html": compiled.html, "Text": compiled.text},
            tags=[
                {"Name": "mailing", "Value": f"{self.mailing.group}_{self.mailing.id}_{self.mailing.run}"},
                {"Name": "chunk", "Value": str(self.chunk.number)},
                *([{"Name": "try", "Value": str(self.chunk.tries)}] if self.chunk.tries else []),
            ],
        )

    def entry(self, place: int, recipient: Recipient) -> ses.Entry:
        link = self._links.to(recipient.id)
        followed = self._clicks.to(place) if self.frozen.links else ""
        data = self.frozen.compiled.fill(fields(recipient, self.frozen.group_name, link, followed))
        return ses.Entry(
            to=recipient.email,
            data=_encode(data).decode(),
            headers=[
                {"Name": "List-Unsubscribe", "Value": f"<{link}>"},
                {"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"},
            ],
            tags=[{"Name": "recipient", "Value": str(place)}],
        )


def fields(recipient: Recipient, group_name: str, unsubscribe_url: str, click_url: str = "") -> dict[str, str]:
    """What the merge fields mean for one recipient."""
    return {
        "first_name": recipient.given_name,
        "last_name": recipient.family_name,
        "full_name": f"{recipient.given_name} {recipient.family_name}".strip(),
        "email": recipient.email,
        "zip_code": recipient.zip_code,
        "group_name": group_name,
        "unsubscribe_url": unsubscribe_url,
        "click_url": click_url,
        **recipient.told,
    }
