"""An event campaign: its events, soonest first or nearest first, and volunteers who offer to hold one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from chalicelib import clock, config, wall_time
from chalicelib.action_types.event import listing, listing_store, when
from chalicelib.action_types.event.listing import News
from chalicelib.action_types.event.listing_store import Listed, Standing
from chalicelib.action_types.event_campaign import offers
from chalicelib.action_types.event_campaign.dots import map_of
from chalicelib.action_types.event_campaign.offers import Settings
from chalicelib.actions import signers
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import ActionType, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Fields, Problem, Submission
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people.person import Person
from chalicelib.plain_text import clean

# How many events the page itself shows; the others are found by ZIP code, or by following on.
MOST_SHOWN = 30
_LONGEST_PITCH = 2000

# What a host is told about their offer.
_TOLD = {
    "accepted": {
        "subject": "event_campaign.accepted_subject",
        "heading": "event_campaign.accepted_heading",
        "text": "event_campaign.accepted_text",
    },
    "declined": {
        "subject": "event_campaign.declined_subject",
        "heading": "event_campaign.declined_heading",
        "text": "event_campaign.declined_text",
    },
}


class EventCampaign(ActionType[Settings]):
    name = "event_campaign"
    words = Words(
        one="event campaign",
        what="Many events under one heading, some of them held by volunteers",
        action="offer to host",
        actions="offers to host",
        actors="hosts",
        act="offer to host",
        did="Offered to host at",
    )
    settings = Settings
    aims = False
    writes_to_all = True
    title_hint = "What the events have in common: “A day for our libraries”"
    text_label = "About the events"
    text_hint = "What they are for, and what happens at them"
    asks = {"name": Ask.REQUIRED, "phone": Ask.OPTIONAL, "zip_code": Ask.NO}  # noqa: RUF012  (never written to)
    columns = ("event", "starts_utc", "place", "event_zip")
    problem_words = {  # noqa: RUF012
        Problem("zone", "wrong"): "Choose a time zone",
        Problem("pitch", "too_long"): f"Shorten what volunteers read to {_LONGEST_PITCH:,} letters",
    }

    zones = staticmethod(wall_time.zones)

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        zone, pitch = fields.get("zone") or before.zone, clean(fields.get("pitch", ""), lines=True)
        problems = [] if not zone or zone in wall_time.zones() else [Problem("zone", "wrong")]
        problems += [Problem("pitch", "too_long")] if len(pitch) > _LONGEST_PITCH else []
        return problems or Settings(hosting="1" if fields.get("hosting") else "", pitch=pitch, zone=zone)

    def takes(self, page: ActionPage) -> bool:
        return page.is_open and bool(self.settings_of(page).hosting)

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        page = public.page
        coming = listing.upcoming(listing_store.each(page.id), clock.now())
        shown = [(row, told(page, row), None) for row in coming[:MOST_SHOWN]]
        return {"shown": shown, "more": len(coming) - len(shown), "map": map_of(coming), "taken": 0}

    def results(self, page: ActionPage) -> dict[str, Any]:
        rows = sorted(listing_store.each(page.id), key=lambda row: (row.starts, row.id))
        taken = signers.count(row.page for row in rows if row.standing in (Standing.OPEN, Standing.AWAY))
        hosts = people.find_many(page.group, list({row.host for row in rows if row.host}))
        parts: dict[str, list[Any]] = {str(standing): [] for standing in Standing}
        for row in rows:
            parts[str(row.standing)].append((row, told(page, row), hosts.get(row.host), taken.get(row.page, 0)))
        return {"listed": parts, "rsvps": sum(taken.values()), "over": clock.now()}

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        return lambda action: offers.cells(action.own)

    def read_own(self, public: PublicPage, fields: Fields) -> Mapping[str, str] | list[Problem]:
        return offers.read(fields, self.settings_of(public.page).zone or "UTC", clock.now())

    def accept(self, public: PublicPage, submission: Submission) -> Submission:
        own = {**submission.own, "row": offers.row_id(submission)}
        return msgspec.structs.replace(submission, own=own)

    def recorded(self, submission: Submission) -> None:
        listing_store.add(offers.row_of(submission))

    def thanked_for(self, submission: Submission) -> str:
        return submission.own.get("row", "")

    def told(self, group: Group, page: ActionPage, person: Person, news: str, about: str) -> dict[str, Any] | None:
        row = listing_store.find(page.id, about)
        wanted = {News.ACCEPTED: Standing.OPEN, News.DECLINED: Standing.DECLINED}.get(News(news))
        if row is None or row.host != person.id or row.standing != wanted:
            return None
        link = f"{config.public_url()}/{group.slug}/{row.slug}" if row.slug else ""
        return {"row": row, "when": told(page, row), "event_link": link, "said": row.words} | _TOLD[news]


def told(page: ActionPage, row: Listed) -> str:
    """When it is, in the words of the page's language; '' while nobody has said so."""
    return when.told(page.language, row.starts, row.ends, row.zone) if row.starts and row.ends else ""
