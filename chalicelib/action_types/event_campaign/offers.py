"""What a volunteer offers to hold: read from the form, kept as a row of the campaign, made into an event."""

import hashlib
from collections.abc import Mapping, Sequence

import msgspec

from chalicelib import clock, markup, wall_time
from chalicelib.action_types.event import listing
from chalicelib.action_types.event.listing_store import Listed, Standing
from chalicelib.action_types.event.settings import MOST
from chalicelib.action_types.event.settings import Settings as EventSettings
from chalicelib.actions import store
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.submission import Fields, Problem, Submission, last
from chalicelib.people import time_zone
from chalicelib.people.zip_place import place_of
from chalicelib.plain_text import clean

_LONGEST = {"event": 150, "place": 150, "address": 300, "event_zip": 16, "about": 5000}
_LINES = frozenset(("address", "about"))
_NEEDED = ("event", "place", "event_zip")


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """`hosting`: '1' where volunteers may offer events; `pitch`: what they read first. `zone`: of the times that they
    type, where the ZIP code of an event tells none.
    """

    hosting: str = "1"
    pitch: str = ""
    zone: str = ""


def read(fields: Fields, zone: str, now: float) -> Mapping[str, str] | list[Problem]:
    """What the form says of the event: a page's worth of facts, checked."""
    words = {name: clean(last(fields, name), lines=name in _LINES) for name in _LONGEST}
    zone = time_zone.of_zip_code(words["event_zip"]) or zone
    times = {name: _time(last(fields, name), zone) for name in ("starts", "ends")}
    seats = last(fields, "capacity").strip()
    problems = [
        *(Problem(name, f"host_{name}") for name in _NEEDED if not words[name]),
        *(Problem(name, "too_long") for name, most in _LONGEST.items() if len(words[name]) > most),
        *(Problem(name, f"host_{name}") for name, at in times.items() if not at),
        *([] if _is_number(seats) else [Problem("capacity", "host_capacity")]),
    ]
    if not problems and times["starts"] <= now:
        problems.append(Problem("starts", "host_past"))
    if not problems and times["ends"] <= times["starts"]:
        problems.append(Problem("ends", "host_before"))
    numbers = {name: repr(at) for name, at in times.items()}
    return problems or words | numbers | {"zone": zone, "capacity": seats or "0"}


def cells(own: Mapping[str, str]) -> Sequence[str]:
    """What an export says of somebody's latest offer."""
    starts = own.get("starts", "")
    told = wall_time.written(float(starts), "UTC").replace("T", " ") if starts else ""
    return own.get("event", ""), told, own.get("place", ""), own.get("event_zip", "")


def row_id(submission: Submission) -> str:
    """The same for the same event of the same person: a form sent twice is one offer."""
    same = (submission.page, submission.person, submission.own["event"].lower(), submission.own["starts"])
    return hashlib.sha256("\n".join(same).encode()).hexdigest()[:32]


def row_of(submission: Submission) -> Listed:
    own, place = submission.own, place_of(submission.own["event_zip"])
    return Listed(
        id=own["row"],
        campaign=submission.page,
        group=submission.group,
        page=submission.id,
        standing=Standing.OFFERED,
        at=submission.at,
        title=own["event"],
        starts=float(own["starts"]),
        ends=float(own["ends"]),
        zone=own["zone"],
        place=own["place"],
        address=own["address"],
        zip_code=own["event_zip"],
        at_place=place,
        text=own["about"],
        capacity=int(own["capacity"]),
        host=submission.person,
    )


def draft_of(campaign: ActionPage, row: Listed) -> ActionPage:
    """The event that an offer becomes, or already has become: a draft as it was offered."""
    found = store.find_page(campaign.group, row.page, consistent=True)
    return found or _begun(campaign, row.page, listing.made_of(row, EventSettings()), row)


def begin(campaign: ActionPage, zone: str) -> ActionPage:
    """A new event of the campaign, to be written by an organizer."""
    return _begun(campaign, clock.new_id(), EventSettings(campaign=campaign.id, zone=zone))


def _begun(campaign: ActionPage, page_id: str, settings: EventSettings, row: Listed | None = None) -> ActionPage:
    now = clock.now()
    page = ActionPage(
        id=page_id,
        group=campaign.group,
        type="event",
        language=campaign.language,
        created=now,
        edited=now,
        title=row.title if row else "",
        body=markup.sanitise(markup.paragraphs(row.text)) if row else "",
        tags=campaign.tags,
        sponsors=campaign.sponsors,
        opt_in=campaign.opt_in,
        own=msgspec.to_builtins(settings),
    )
    return page if store.add_new_page(page) else store.find_page(campaign.group, page_id, consistent=True) or page


def _time(text: str, zone: str) -> float:
    """0 for what is no time there."""
    wall = wall_time.typed(text)
    try:
        at = wall_time.exact_moment(wall, zone) if wall else None
    except wall_time.NoSuchTime:
        return 0
    return at if at and at > 0 else 0


def _is_number(text: str) -> bool:
    digits = text or "0"
    return digits.isascii() and digits.isdigit() and len(digits) < 9 and int(digits) <= MOST["capacity"]
