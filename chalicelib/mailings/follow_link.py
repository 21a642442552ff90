"""Following a link of a mailing: where it leads is answered at once; that it was followed is told to a queue, as one
writes a line to a log. `record_clicks.py` reads it there."""

import msgspec

from chalicelib import clock, log, queues
from chalicelib.mailings import content
from chalicelib.mailings.clicks import Where
from chalicelib.mailings.links import HIDDEN


class Followed(msgspec.Struct, frozen=True, tag_field="fact", tag="click"):
    """Stands on the `feedback` queue: somebody, or something, followed this link at `at` (epoch seconds)."""

    where: Where
    link: int
    at: int


class Left(msgspec.Struct, frozen=True, tag_field="fact", tag="left"):
    """Stands on the `feedback` queue: this person unsubscribed by the link in this mailing."""

    group: str
    mailing: str
    person: str


def address_of(where: Where, link: int) -> str | None:
    """Where a link leads, as the frozen mailing says; None when it has no such link."""
    frozen = content.of_place(where.group, where.run, where.words)
    if frozen is None:
        return None
    if link == HIDDEN:
        return frozen.home or None
    return frozen.links[link] if link < len(frozen.links) else None


def tell(where: Where, link: int) -> None:
    """Have the click counted. When that fails the link is followed all the same, and one click is missing."""
    _tell(Followed(where, link, int(clock.now())))


def tell_left(group: str, mailing: str, person: str) -> None:
    """Have it counted that this mailing made somebody leave. They have left, whether this succeeds or not."""
    _tell(Left(group, mailing, person))


def _tell(fact: Followed | Left) -> None:
    try:
        queues.send("feedback", fact)
    except Exception as error:
        log.failure("fact not told", error)
