"""Watching a mailing: its live numbers, and the people behind each of them."""

import re
from collections.abc import Sequence
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.mailings import reasons, received, results, retry
from chalicelib.mailings.bounces import Domain
from chalicelib.mailings.mailing import Mailing, Progress
from chalicelib.mailings.received import Behind, Number
from chalicelib.web.console import mailing_pulse
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailing_pulse import Pulse
from chalicelib.web.console.mailings import face, find, next_look, numbers, undo_seconds, waits_for
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_LINK = re.compile("[a-gl][0-9]{1,3}")

OUTCOMES = {
    "sent": "Sent",
    "delivered": "Delivered",
    "bounced": "Bounced",
    "complained": "Complained",
    "refused": "Refused",
    "suppressed": "Suppressed",
    "unknown": "Unknown",
    "opened": "Opened, machines included",
    "unsubscribed": "Unsubscribed",
    "clicked": "Clicked",
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
    after, number = visit.query.get("after", ""), _number(outcome, visit.query)
    start = int(after) if after.isascii() and after.isdecimal() and len(after) < 9 else -1
    people, following = received.people_behind(found, number, start)
    domains = results.bounces_of(found) if number == Number("bounced") and not after else []
    more = str(following) if following >= 0 else ""
    return _people(visit, found, outcome, people, more, part=_part(number), domains=domains)


@screen(routes, "/console/mailings/{mailing}/acted")
def acted_mailing(visit: Visit, mailing: str) -> Response:
    """Who came from this mailing and took action."""
    found = find(visit, mailing)
    if found is None or not found.run:
        return visit.missing()
    after = visit.query.get("after", "")
    people, following = results.who_acted(found, after if is_id(after) else "")
    return _people(visit, found, "acted", people, following)


def _people(
    visit: Visit,
    mailing: Mailing,
    outcome: str,
    people: list[Behind],
    following: str,
    *,
    part: str = "",
    domains: Sequence[Domain] = (),
) -> Response:
    """One page of people; `part` asks for the same number again."""
    progress = numbers(mailing) or Progress()
    return visit.show(
        "mailing_outcome.html",
        mailing=mailing,
        outcome=outcome,
        label=OUTCOMES.get(outcome, "Took action"),
        people=people,
        after=visit.query.get("after", ""),
        following=following,
        part=part,
        progress=progress,
        domains=domains,
        in_words=reasons.in_words,
        retried=getattr(progress, outcome) if _may_be_retried(mailing, outcome) else 0,
    )


def _may_be_retried(mailing: Mailing, outcome: str) -> bool:
    return outcome in retry.ENDS and mailing.status in retry.OVER


def _number(outcome: str, query: dict[str, str]) -> Number:
    """The number that an address asks for; what it says wrongly is left aside."""
    if outcome == "clicked":
        return Number(outcome, links=frozenset(filter(_LINK.fullmatch, query.get("links", "").split(".")[:50])))
    if outcome == "bounced":
        kind = query.get("kind", "")
        return Number(outcome, kind=kind if kind in ("hard", "soft") else "", domain=query.get("domain", "")[:255])
    return Number(outcome)


def _part(number: Number) -> str:
    """The address of the same number, for the next page."""
    part = {"links": ".".join(sorted(number.links)), "kind": number.kind, "domain": number.domain}
    return urlencode({name: value for name, value in part.items() if value})
