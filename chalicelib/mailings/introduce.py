"""Introducing: whoever follows a link of a mailing to one of the group's own pages brings along who they are.

The token is added on the way, so emails hold none. It stands behind a `#`, which browsers keep to themselves: no
server, cache, log or other site gets to see it.
"""

import re

from chalicelib import clock, log
from chalicelib.mailings import asks, audience_files, chunk_store, content
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.clicks import Where
from chalicelib.mailings.mailing import run_folder
from chalicelib.people import recognition
from chalicelib.people.recognition import Known

# An action page below the group's own, with whatever it is asked; not where an organizer chose another place in it.
_PAGE = re.compile(r"/[A-Za-z0-9-]+(?:\?[^#]*)?")


def introduced(where: Where, address: str) -> str:
    """The address, with a token behind it where it is a page of the group's and we can tell who comes.

    A link that asks for a rung of their ladder asks for the amount that the email said.
    """
    home = _home(where)
    if not _is_page(home, address):
        return address
    try:
        recipient = _recipient_at(where)
    except Exception as error:
        log.failure("recipient not found", error)
        return address
    if recipient is None:
        return address
    token = recognition.token(Known(where.group, recipient.id), clock.now())
    return f"{asks.led(address, home, recipient)}#k={token}"


def _home(where: Where) -> str:
    frozen = content.of_place(where.group, where.run, where.words)
    return frozen.home if frozen else ""


def _is_page(home: str, address: str) -> bool:
    return bool(home) and address.startswith(home) and _PAGE.fullmatch(address[len(home) :]) is not None


def _recipient_at(where: Where) -> Recipient | None:
    chunk = chunk_store.find(where.run, where.chunk)
    if chunk is None or where.place >= chunk.size:
        return None
    return audience_files.recipients_of(run_folder(where.group, where.run), chunk)[where.place]
