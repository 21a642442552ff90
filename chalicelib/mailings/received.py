"""Who got which mailing: found in the frozen audiences and the rows of chunks, so that nothing is written per email."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib import clock
from chalicelib.mailings import audience_files, chunk_store, store
from chalicelib.mailings.bounces import domain_of
from chalicelib.mailings.chunk import Chunk, Recipient, is_hard
from chalicelib.mailings.mailing import Mailing, Status

_UNDER_WAY_OR_OVER = (Status.SENDING, Status.PAUSED, Status.WAITING, Status.FINISHED, Status.STOPPED)

# What a recipient's record says, the last thing that happened first.
_STORY = ("complained", "bounced", "refused", "delivered", "suppressed", "sent", "unknown")


class Received(NamedTuple):
    """A mailing whose audience a person was in, and what became of their email (`waiting` before it is sent)."""

    mailing: Mailing
    outcome: str
    at: float


class Behind(NamedTuple):
    """A person behind a number of a mailing, and why."""

    recipient: Recipient
    why: str


def mailings_of(group: str, person: str, latest: int = 20) -> list[Received]:
    """Which of the group's latest mailings this person was meant to get, newest first."""
    mailings = [one for one in store.mailings_of(group, limit=latest) if one.status in _UNDER_WAY_OR_OVER]
    return [received for mailing in mailings if (received := _received(mailing, person))]


class Number(NamedTuple):
    """A number of a mailing: an end or what came after it, and of those the part with these links, or this bounce."""

    outcome: str
    links: frozenset[str] = frozenset()
    kind: str = ""
    domain: str = ""

    def places(self, chunk: Chunk) -> set[int]:
        ends = chunk.ends()
        if self.links:
            return {click.place for click in chunk.human_clicks if click.name in self.links}
        if self.kind:
            return {place for place, why in chunk.bounced.items() if is_hard(why) == (self.kind == "hard")}
        return ends[self.outcome] if self.outcome in ends else set(getattr(chunk, self.outcome))


def people_behind(
    mailing: Mailing, number: Number | str, after: int = -1, limit: int = 100, seconds: float = 5.0
) -> tuple[list[Behind], int]:
    """People whom this number counts (sent, refused, clicked ...), and the chunk to go on after (-1 at the end).

    Looks for at most `seconds`: of a rare end in a long mailing there may be none in a page, and more behind it.
    """
    wanted = Number(number) if isinstance(number, str) else number
    found: list[Behind] = []
    end = clock.now() + seconds
    for chunk in chunk_store.each(mailing.run_name, after):
        found += _behind(mailing, chunk, wanted)
        if len(found) >= limit or clock.now() > end:
            return found, chunk.number
    return found, -1


def _received(mailing: Mailing, person: str) -> Received | None:
    place = audience_files.find_person(mailing.folder, person, mailing.label_of(person))
    chunk = chunk_store.find(mailing.run_name, place[0]) if place else None
    if chunk is None or place is None:
        return None
    story = next((word for word in _STORY if place[1] in getattr(chunk, word)), "waiting")
    return Received(mailing, story, mailing.release_at)


def _behind(mailing: Mailing, chunk: Chunk, number: Number) -> Iterator[Behind]:
    places = number.places(chunk)
    if not places:
        return
    reasons = getattr(chunk, number.outcome)
    recipients = audience_files.recipients_of(mailing.folder, chunk)
    for place in sorted(places):
        if not number.domain or domain_of(recipients[place].email) == number.domain:
            yield Behind(recipients[place], reasons[place] if isinstance(reasons, dict) else "")
