"""Watching a mailing: its live numbers, and the people behind each of them."""

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.mailings import reasons, received, retry
from chalicelib.mailings.mailing import Mailing, Progress
from chalicelib.web.console import mailing_pulse
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailing_pulse import Pulse
from chalicelib.web.console.mailings import face, find, next_look, numbers, undo_seconds, waits_for

routes = Blueprint(__name__)

OUTCOMES = {
    "sent": "Sent",
    "delivered": "Delivered",
    "bounced": "Bounced",
    "complained": "Complained",
    "refused": "Refused",
    "suppressed": "Suppressed",
    "unknown": "Unknown",
}


@screen(routes, "/console/mailings/{mailing}/progress")
def progress_mailing(visit: Visit, mailing: str) -> Response:
    """The part of the front page that lives. When other buttons are due, the whole page is asked for anew."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    now, progress = clock.now(), numbers(found) or Progress()
    before = mailing_pulse.read(visit.query)
    shown = visit.query.get("shown", "")
    answer = visit.show(
        "mailing_live.html",
        mailing=found,
        progress=progress,
        pulse=before.next(found, progress, now) if before else Pulse.first(found, progress, now),
        undo_seconds=undo_seconds(found, now),
        waits_for=waits_for(found, visit.group.time_zone),
        next_look=next_look(found, progress, now),
        shown=shown,
    )
    if shown != face(found, now):
        answer.headers["HX-Refresh"] = "true"
    return answer


@screen(routes, "/console/mailings/{mailing}/outcome/{outcome}")
def outcome_mailing(visit: Visit, mailing: str, outcome: str) -> Response:
    """The people behind a number."""
    found = find(visit, mailing)
    if found is None or outcome not in OUTCOMES or not found.run:
        return visit.missing()
    after = visit.query.get("after", "")
    people, following = received.people_behind(
        found, outcome, int(after) if after.isdecimal() and len(after) < 9 else -1
    )
    return visit.show(
        "mailing_outcome.html",
        mailing=found,
        outcome=outcome,
        label=OUTCOMES[outcome],
        people=people,
        after=after,
        following=following,
        in_words=reasons.in_words,
        retried=getattr(numbers(found) or Progress(), outcome) if _may_be_retried(found, outcome) else 0,
    )


def _may_be_retried(mailing: Mailing, outcome: str) -> bool:
    return outcome in retry.ENDS and mailing.status in retry.OVER
