"""Who got which mailing: found in the frozen audiences and the rows of chunks, so that nothing is written per email."""

from collections.abc import Iterator
from typing import NamedTuple

from chalicelib import clock
from chalicelib.mailings import audience_files, chunk_store, store
from chalicelib.mailings.chunk import Chunk, Recipient
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


def people_behind(
    mailing: Mailing, outcome: str, after: int = -1, limit: int = 100, seconds: float = 5.0
) -> tuple[list[Behind], int]:
    """People who met this end (sent, refused, delivered ...), and the chunk number to go on after (-1 at the end).

    Looks for at most `seconds`: of a rare end in a long mailing there may be none in a page, and more behind it.
    """
    found: list[Behind] = []
    end = clock.now() + seconds
    for number in range(after + 1, mailing.chunks):
        chunk = chunk_store.find(mailing.run_name, number)
        found += list(_behind(mailing, chunk, outcome)) if chunk else []
        if len(found) >= limit or clock.now() > end:
            return found, number if number + 1 < mailing.chunks else -1
    return found, -1


def _received(mailing: Mailing, person: str) -> Received | None:
    place = audience_files.find_person(mailing.folder, person)
    chunk = chunk_store.find(mailing.run_name, place[0]) if place else None
    if chunk is None or place is None:
        return None
    story = next((word for word in _STORY if place[1] in getattr(chunk, word)), "waiting")
    return Received(mailing, story, mailing.release_at)


def _behind(mailing: Mailing, chunk: Chunk, outcome: str) -> Iterator[Behind]:
    ends = chunk.ends()
    places = ends[outcome] if outcome in ends else set(getattr(chunk, outcome))
    if not places:
        return
    reasons = getattr(chunk, outcome)
    recipients = audience_files.recipients_of(mailing.folder, chunk)
    for place in sorted(places):
        yield Behind(recipients[place], reasons[place] if isinstance(reasons, dict) else "")
