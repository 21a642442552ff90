"""The list of events that an event campaign shows: offers of volunteers, and events that were made of them or begun
by an organizer. A row outlives its event's changes: `keep` writes down what the list shows of it.
"""

from collections.abc import Iterable
from enum import StrEnum

import msgspec

from chalicelib import queues
from chalicelib.action_types.event import listing_store as store
from chalicelib.action_types.event.listing_store import Listed, Standing
from chalicelib.action_types.event.settings import Settings, settings_of
from chalicelib.actions.action_page import ActionPage
from chalicelib.mailings.outbox import PageNews
from chalicelib.people.zip_place import Place, km_between, place_of


class News(StrEnum):
    """What a host is told of."""

    ACCEPTED = "accepted"
    DECLINED = "declined"


def listed_as(page: ActionPage, settings: Settings) -> str:
    """The id of an event's row: that of the offer of which it was made, else its own."""
    return settings.listed_as or page.id


def keep(page: ActionPage) -> None:
    """Show an event in its campaign as it is now, and tell its host once that it is open."""
    settings = settings_of(page)
    if not settings.campaign:
        return
    place = place_of(settings.zip_code)
    open_now = page.is_open and not settings.called_off
    row = store.keep(
        settings.campaign,
        listed_as(page, settings),
        page=page.id,
        group=page.group,
        standing=Standing.OPEN if open_now else Standing.AWAY,
        title=page.title,
        slug=page.slug,
        starts=settings.starts,
        ends=settings.ends,
        zone=settings.zone,
        place=settings.place if settings.has_place else "",
        zip_code=settings.zip_code if settings.has_place else "",
        at_place=place if settings.has_place else None,
    )
    if row.host and row.standing == Standing.OPEN:
        tell_host(row, News.ACCEPTED)


def tell_host(row: Listed, news: News) -> None:
    """Written once for each row and news, however often it is said."""
    queues.send("mail", PageNews(str(news), row.group, row.campaign, row.host, row.id))


def upcoming(rows: Iterable[Listed], now: float) -> list[Listed]:
    """Those that people can still come to, the soonest first."""
    those = (row for row in rows if row.standing == Standing.OPEN and row.ends > now)
    return sorted(those, key=lambda row: (row.starts, row.title, row.id))


def nearest(rows: Iterable[Listed], here: Place) -> list[tuple[Listed, float]]:
    """Those whose place is known, with how far away they are (km), the nearest first."""
    known = [(row, km_between(here, row.at_place)) for row in rows if row.at_place]
    return sorted(known, key=lambda each: (each[1], each[0].starts, each[0].id))


def made_of(row: Listed, settings: Settings) -> Settings:
    """The settings of the event that is made of an offer."""
    return msgspec.structs.replace(
        settings, campaign=row.campaign, listed_as=row.id, starts=row.starts, ends=row.ends, zone=row.zone,
        place=row.place, address=row.address, zip_code=row.zip_code, capacity=row.capacity,
    )  # fmt: skip
