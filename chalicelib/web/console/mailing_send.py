"""Sending a mailing: the last look, now or later; and undo, pause, resume, stop."""

from collections.abc import Callable, Mapping
from functools import partial

from chalice.app import Blueprint, Response

from chalicelib import clock
from chalicelib.audiences.count import Count, count
from chalicelib.mailings import conduct, content, preflight, preview, sender, write_mailing
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.preflight import Finding, Level, Shares
from chalicelib.web.console import local_time
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailing_target import in_words
from chalicelib.web.console.mailings import MEASURES, at_home, back, find, front

routes = Blueprint(__name__)

# By whose clocks it goes out.
_GROUPS, _OWN = "group", "own"

_NOBODY = Finding(Level.BLOCK, "nobody", "Nobody would get it: no subscribed person is among those you chose.")
_TOO_LATE = "It is no draft any more: somebody has sent or scheduled it already. Nothing was done twice."
_NOT_RESUMED = "There was nothing to resume, or it paused itself and goes on only when you say that you want that."
_AT_ONE_TIME = "A mailing with variants goes to everyone at one time: else a test would compare morning with night"
_CHANGED = "Somebody changed the mailing since you looked. It was not sent: look again, then send."


@screen(routes, "/console/mailings/{mailing}/review")
def review_mailing(visit: Visit, mailing: str) -> Response:
    """What will happen, before it does."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    return _review(visit, found) if found.can_be_edited() else at_home(found)


@screen(routes, "/console/mailings/{mailing}/send", methods=["POST"])
def send_mailing(visit: Visit, mailing: str) -> Response:
    """Send it now; for a minute it can be undone."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if not found.can_be_edited():
        return front(visit, found, refused=_TOO_LATE, status=409)
    if _not_as_seen(visit, found) or _blocks(_findings(visit, found, _count(visit, found))):
        return _review(visit, found, status=409, changed=_not_as_seen(visit, found))
    sent = conduct.send_now(visit.group.id, found.id)
    return back(sent, "sending") if sent else _too_late(visit, found)


@screen(routes, "/console/mailings/{mailing}/schedule", methods=["POST"])
def schedule_mailing(visit: Visit, mailing: str) -> Response:
    """Send it at a time in the group's own zone, or in each recipient's."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if not found.can_be_edited():
        return front(visit, found, refused=_TOO_LATE, status=409)
    if _not_as_seen(visit, found) or _blocks([*preview.check(found, visit.group), *_senders(visit, found, 0)]):
        return _review(visit, found, status=409, changed=_not_as_seen(visit, found))
    scheduled = _schedule(visit, found)
    if isinstance(scheduled, dict):
        return _review(visit, found, status=422, problems=scheduled)
    return back(scheduled, "scheduled") if scheduled else _too_late(visit, found)


def _schedule(visit: Visit, mailing: Mailing) -> Mailing | dict[str, str] | None:
    """As the form says; or what is wrong with it, by field. None when it is no draft any more."""
    fields, zone, now = visit.fields(), visit.group.time_zone, clock.now()
    typed, whose = fields.get("at", ""), fields.get("whose", _GROUPS)
    if whose not in (_GROUPS, _OWN):
        return {"whose": "Choose whose clocks it goes by"}
    if whose == _OWN and mailing.variants:
        return {"whose": _AT_ONE_TIME}
    if whose == _OWN:
        wall = local_time.read_for_every_wall(typed, zone, now)
        if isinstance(wall, str):
            return {"at": wall}
        return conduct.send_at_own_time(visit.group.id, mailing.id, f"{wall:%Y-%m-%dT%H:%M}", zone)
    at = local_time.read(typed, zone, now)
    return {"at": at} if isinstance(at, str) else conduct.send_at(visit.group.id, mailing.id, at)


@screen(routes, "/console/mailings/{mailing}/undo", methods=["POST"])
def undo_mailing(visit: Visit, mailing: str) -> Response:
    """Make it a draft again."""
    return _do(visit, mailing, conduct.undo, "undone", "It is too late to undo: the first emails are on their way.")


@screen(routes, "/console/mailings/{mailing}/pause", methods=["POST"])
def pause_mailing(visit: Visit, mailing: str) -> Response:
    """Send nothing more for now."""
    return _do(visit, mailing, conduct.pause, "paused", "There was nothing to pause.")


@screen(routes, "/console/mailings/{mailing}/resume", methods=["POST"])
def resume_mailing(visit: Visit, mailing: str) -> Response:
    """Go on with those who are left; one that paused itself only with what it was paused for accepted."""
    accepting = visit.fields().get("accepted") == "yes"
    refused = "There was nothing to resume." if accepting else _NOT_RESUMED
    return _do(visit, mailing, partial(conduct.resume, accepting=accepting), "resumed", refused)


@screen(routes, "/console/mailings/{mailing}/stop", methods=["POST"])
def stop_mailing(visit: Visit, mailing: str) -> Response:
    """Send nothing more, for good."""
    return _do(visit, mailing, conduct.stop, "stopped", "There was nothing to stop.")


@screen(routes, "/console/mailings/{mailing}/duplicate", methods=["POST"])
def duplicate_mailing(visit: Visit, mailing: str) -> Response:
    """The same words for the same people, as a new draft."""
    found = find(visit, mailing)
    copy = write_mailing.duplicate(visit.group.id, found.id) if found else None
    return back(copy, "duplicated", "/write") if copy else visit.missing()


def _do(visit: Visit, mailing: str, verb: Callable[[str, str], Mailing | None], done: str, too_late: str) -> Response:
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if verb(visit.group.id, found.id):
        return back(found, done, "/review" if done == "undone" else "")
    now = find(visit, found.id) or found
    return _review(visit, now) if now.can_be_edited() else front(visit, now, refused=too_late, status=409)


def _review(
    visit: Visit,
    mailing: Mailing,
    *,
    status: int = 200,
    problems: Mapping[str, str] | None = None,
    changed: bool = False,
) -> Response:
    counted = _count(visit, mailing)
    findings = _findings(visit, mailing, counted)
    return visit.show(
        "mailing_review.html",
        status=status,
        mailing=mailing,
        counted=counted,
        whom=in_words(visit, mailing.query),
        measures=MEASURES,
        obstacles=_blocks(findings),
        warnings=[finding for finding in findings if finding.level == Level.WARN],
        fine=[finding for finding in findings if finding.level == Level.FINE],
        problems=problems or {},
        changed=_CHANGED if changed else "",
        at=visit.fields().get("at", "") if problems else "",
        whose=visit.fields().get("whose", "") if problems else "",
        earliest=local_time.written(clock.now() + 120, visit.group.time_zone),
        zone=visit.group.time_zone,
    )


def _count(visit: Visit, mailing: Mailing) -> Count:
    return count(visit.group.id, mailing.query, seconds=4.0, notice=preflight.lacks(mailing, visit.group))


def _findings(visit: Visit, mailing: Mailing, counted: Count) -> list[Finding]:
    """The preflight, with whom it would reach."""
    shares = Shares(counted.looked_at, counted.noticed, counted.complete)
    found = [*preview.check(mailing, visit.group, shares), *_senders(visit, mailing, counted.reachable)]
    return [_NOBODY, *found] if counted.complete and not counted.reachable else found


def _senders(visit: Visit, mailing: Mailing, reachable: int) -> list[Finding]:
    """Whether each address that it comes from is who it says; variants may have their own."""
    addresses = (content.sender_of(mailing.worded(letter), visit.group)[1] for letter in mailing.letters)
    return [sender.look(address, reachable) for address in dict.fromkeys(addresses)]


def _blocks(findings: list[Finding]) -> list[Finding]:
    """What must be put right before it can go."""
    return [finding for finding in findings if finding.level == Level.BLOCK]


def _not_as_seen(visit: Visit, mailing: Mailing) -> bool:
    return visit.fields().get("edited", "") != str(mailing.edited)


def _too_late(visit: Visit, mailing: Mailing) -> Response:
    return front(visit, find(visit, mailing.id) or mailing, refused=_TOO_LATE, status=409)
