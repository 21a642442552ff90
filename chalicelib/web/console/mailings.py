"""Mailings: the list, a new one, and one mailing's front page, whatever its state.

`mailing_edit.py` writes, `mailing_preview.py` shows and tests, `mailing_target.py` says for whom, `mailing_send.py`
sends, `mailing_variants.py` compares, and `mailing_progress.py` watches.
"""

from typing import NamedTuple

from chalice.app import Blueprint, Response

from chalicelib import clock, markup
from chalicelib.giving import money
from chalicelib.mailings import breakers, quota_window, results, store, try_variants, write_mailing
from chalicelib.mailings.mailing import ZONES, Mailing, Progress, Status
from chalicelib.mailings.variant import Measure
from chalicelib.web import responses
from chalicelib.web.console import times
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailing_pulse import Pulse
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

PAGE = 25

# A row of DynamoDB has room for 400 kB.
MOST_BYTES = 300_000

_FEEDBACK_SECONDS = 600

_NOT_YET = (Status.DRAFT, Status.SCHEDULED)
_OVER = (Status.FINISHED, Status.STOPPED)


MEASURES = {
    Measure.CLICKS: "most people who follow a link",
    Measure.ACTIONS: "most actions taken",
    Measure.UNSUBSCRIBES: "fewest who unsubscribe",
}


class Row(NamedTuple):
    """A mailing in the list; `progress` is None before it has an audience."""

    mailing: Mailing
    progress: Progress | None


@screen(routes, "/console/mailings")
def mailings(visit: Visit) -> Response:
    """Every mailing of the group, newest first."""
    before = visit.query.get("before", "")
    found = store.mailings_of(visit.group.id, limit=PAGE + 1, before=before if is_id(before) else "")
    rows = [Row(one, numbers(one)) for one in found[:PAGE]]
    return visit.show("mailings.html", rows=rows, before=before, more=len(found) > PAGE)


@screen(routes, "/console/mailings", methods=["POST"])
def create_mailing(visit: Visit) -> Response:
    """A new draft: empty, or with a text that could not be saved elsewhere."""
    fields, _ = visit.form()
    mailing = write_mailing.create(visit.group.id)
    if any(fields.get(name) for name in ("subject", "preheader", "body")):
        write_mailing.save(visit.group.id, mailing.id, **written(fields), over=None)
    return responses.see_other(f"/console/mailings/{mailing.id}/write")


@screen(routes, "/console/mailings/{mailing}")
def mailing(visit: Visit, mailing: str) -> Response:
    """One mailing: where it stands. A draft is at home where it is written."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if found.can_be_edited():
        return responses.see_other(f"/console/mailings/{found.id}/write")
    return front(visit, found)


def at_home(mailing: Mailing) -> Response:
    """To its front page, from a screen that is only for drafts."""
    return responses.see_other(f"/console/mailings/{mailing.id}")


def front(visit: Visit, mailing: Mailing, *, refused: str = "", status: int = 200) -> Response:
    """A mailing on its way, or over; `refused` says why what was asked for could not be done."""
    now, progress = clock.now(), numbers(mailing) or Progress()
    return visit.show(
        "mailing.html",
        status=status,
        mailing=mailing,
        progress=progress,
        pulse=Pulse.first(mailing, progress, now),
        undo_seconds=undo_seconds(mailing, now),
        held=is_held(mailing, now),
        waits_for=waits_for(mailing, visit.group.time_zone),
        next_look=next_look(mailing, progress, now),
        over=mailing.status in _OVER,
        utc=times.exact(mailing.send_at, "UTC"),
        until=times.duration(max(0, mailing.send_at - now)),
        wall=times.on_the_wall(mailing.own_time) if mailing.own_time else "",
        shown=face(mailing, now),
        refused=refused,
        afterwards=breakers.afterwards(progress.tally) if mailing.status in _OVER else "",
        tripped=mailing.status == Status.PAUSED and mailing.reason in breakers.LIMITS,
        links=results.links_of(mailing) if mailing.released else [],
        actions=results.actions_of(mailing) if mailing.released else 0,
        raised=_raised(mailing) if mailing.released else [],
        trial=try_variants.shown(mailing) if mailing.variants and mailing.run else {},
        measures=MEASURES,
    )


def _raised(mailing: Mailing) -> list[tuple[str, str, int]]:
    """What people gave who came from it: variant, how much is left of it in words, how many gifts."""
    return [
        (letter if mailing.variants else "", money.write(max(total.kept, 0), currency), total.gifts)
        for letter, by_currency in results.raised_by(mailing).items()
        for currency, total in by_currency.items()
        if total.gifts
    ]


def numbers(mailing: Mailing) -> Progress | None:
    """The numbers of its latest run; None before it has an audience."""
    return None if mailing.status in _NOT_YET or not mailing.run else store.progress(mailing)


def undo_seconds(mailing: Mailing, now: float) -> int:
    """How long one may still undo it; 0 when one may not, or until somebody is due."""
    runs_out = is_held(mailing, now) and mailing.status != Status.WAITING
    return max(1, round(mailing.release_at - now)) if runs_out else 0


def is_held(mailing: Mailing, now: float) -> bool:
    """It is on its way, and nothing has left yet."""
    return mailing.status != Status.SCHEDULED and mailing.can_be_undone(now)


def face(mailing: Mailing, now: float) -> str:
    """What decides which buttons the page shows; when it changes, the page is loaded anew."""
    return f"{mailing.status}{'-held' if is_held(mailing, now) else ''}"


def next_look(mailing: Mailing, progress: Progress, now: float) -> int:
    """Seconds until the live part asks again; 0 for never. What SES tells goes on coming when all is sent."""
    if mailing.status == Status.WAITING and mailing.reason in (try_variants.WAITS, ZONES):
        return 30
    if mailing.status not in _NOT_YET + _OVER:
        return 2
    heard = progress.delivered + progress.bounced
    return 5 if heard < progress.sent and now < mailing.finished_at + _FEEDBACK_SECONDS else 0


def waits_for(mailing: Mailing, zone: str) -> str:
    """What a mailing that stands still is waiting for, '' when it moves."""
    match mailing.status, mailing.reason:
        case Status.WAITING, "quota":
            return _waits_for_quota(zone)
        case Status.WAITING, try_variants.WAITS:
            if mailing.winner:
                return f"The rest gets {mailing.winner.upper()} within a minute."
            return "The variants are being tried. The rest waits for the one that does best, or for you to choose."
        case Status.WAITING, "zones":
            return f"Waiting until {times.exact(mailing.resumes_at, zone)} for the next time zone."
        case Status.PAUSED, try_variants.NONE_LEFT:
            return "Every variant drew complaints or made people leave. Choose one and resume, or stop for good."
        case Status.WAITING, _:
            return "Amazon SES takes no mail from this account just now. It tries again each minute."
        case Status.PAUSED, "organizer" | "":
            return "It was paused here, and waits until it is resumed."
        case Status.PAUSED, "bounces" | "complaints" as reason:
            return breakers.in_words(reason, mailing.tally if mailing.is_summed else mailing.tripped)
        case Status.PAUSED, reason:
            return f"Amazon SES refuses it ({reason.removeprefix('refused: ')}). Put that right, then resume."
    return ""


def _waits_for_quota(zone: str) -> str:
    at = quota_window.frees_at(quota_window.noted(), clock.now())
    until = f" until about {times.exact(at, zone)}" if at else ""
    return (
        f"Waiting for quota{until}: Amazon SES counts the last 24 hours, and the daily quota is used up. "
        "It goes on by itself as soon as there is room."
    )


def find(visit: Visit, mailing: str) -> Mailing | None:
    """A mailing of the visitor's own group."""
    return store.find_mailing(visit.group.id, mailing, consistent=True) if is_id(mailing) else None


def back(mailing: Mailing, done: str, at: str = "") -> Response:
    return responses.see_other(f"/console/mailings/{mailing.id}{at}?done={done}")


def written_bytes(mailing: Mailing, but: str = "") -> int:
    """How long its texts are together, but for one variant's."""
    bodies = {letter: variant.body for letter, variant in zip(mailing.letters[1:], mailing.variants, strict=True)}
    bodies["a"] = mailing.body
    return sum(len(body.encode()) for letter, body in bodies.items() if letter != but)


def written(fields: dict[str, str]) -> dict[str, str]:
    """Subject, preheader and body as the editor (or a browser without scripts) sends them."""
    return {
        "subject": fields.get("subject", ""),
        "preheader": fields.get("preheader", ""),
        "body": markup.paragraphs(fields.get("body", "")),
    }
