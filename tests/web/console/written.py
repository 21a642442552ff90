"""Mailings that Bob has written, at each stage of their way."""

from organizers import Organizer

from chalicelib import clock
from chalicelib.mailings import chunk_store, conduct, plan, store, write_mailing
from chalicelib.mailings.chunk import Outcome, State
from chalicelib.mailings.mailing import Mailing, Status

BODY = '<p>Dear {{ first_name | default: "friend" }},</p><p>the council votes.</p>'


def draft(organizer: Organizer, subject: str = "The vote", body: str = BODY) -> Mailing:
    made = write_mailing.create(organizer.group.id)
    saved = write_mailing.save(organizer.group.id, made.id, subject=subject, preheader="", body=body)
    assert saved
    return saved


def at(mailing: Mailing, place: str = "") -> str:
    return f"/console/mailings/{mailing.id}{place}"


def now(mailing: Mailing) -> Mailing:
    found = store.find_mailing(mailing.group, mailing.id, consistent=True)
    assert found
    return found


def seen(mailing: Mailing) -> dict[str, str]:
    """What the review page's form carries."""
    return {"edited": str(now(mailing).edited)}


def under_way(mailing: Mailing) -> Mailing:
    """Sent a while ago and frozen."""
    conduct.send_now(mailing.group, mailing.id)
    store.change_mailing(mailing.group, mailing.id, release_at=clock.now() - 60)
    planned = store.begin_run(mailing.group, mailing.id, clock.now() + 60)
    assert planned
    return plan._freeze(planned)


def deliver(mailing: Mailing) -> Mailing:
    """The one chunk goes out: the first gets it, the second is refused."""
    chunk = chunk_store.claim(mailing.run_name, 0, "token", clock.now() + 60)
    assert chunk
    outcome = Outcome(sent=frozenset({0}), refused={1: "MESSAGE_REJECTED"}, delivered=frozenset({0}))
    chunk_store.record(chunk, outcome, State.DONE)
    store.add_progress(mailing.run_name, {"done": 1} | outcome.news(chunk))
    return mailing


def finish(mailing: Mailing) -> Mailing:
    at, sums = clock.now(), {"sent": 1, "refused": 1, "delivered": 1}
    done = store.change_mailing(mailing.group, mailing.id, status=Status.FINISHED, finished_at=at, surveyed=at, **sums)
    assert done
    return done
