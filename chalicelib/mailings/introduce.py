"""Introducing: whoever follows a link of a mailing to one of the group's own pages brings along who they are.

The token is added on the way, so emails hold none. It stands behind a `#`, which browsers keep to themselves: no
server, cache, log or other site gets to see it.
"""

import re

from chalicelib import clock, log
from chalicelib.mailings import audience_files, chunk_store, content
from chalicelib.mailings.clicks import Where
from chalicelib.mailings.mailing import run_folder
from chalicelib.people import recognition
from chalicelib.people.recognition import Known

# An action page below the group's own, with whatever it is asked; not where an organizer chose another place in it.
_PAGE = re.compile(r"/[A-Za-z0-9-]+(?:\?[^#]*)?")


def introduced(where: Where, address: str) -> str:
    """The address, with a token behind it where it is a page of the group's and we can tell who comes."""
    if not _is_own_page(where, address):
        return address
    try:
        person = _person_at(where)
    except Exception as error:
        log.failure("recipient not found", error)
        return address
    return f"{address}#k={recognition.token(Known(where.group, person), clock.now())}" if person else address


def _is_own_page(where: Where, address: str) -> bool:
    frozen = content.of_place(where.group, where.run, where.words)
    home = frozen.home if frozen else ""
    return bool(home) and address.startswith(home) and _PAGE.fullmatch(address[len(home) :]) is not None


def _person_at(where: Where) -> str:
    chunk = chunk_store.find(where.run, where.chunk)
    if chunk is None or where.place >= chunk.size:
        return ""
    return audience_files.recipients_of(run_folder(where.group, where.run), chunk)[where.place].id
