"""What whoever paid for tickets reads in their receipt: when and where, what they have, and how to get in."""

from chalicelib import config, texts
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.event import told
from chalicelib.action_types.event.settings import Settings, settings_of
from chalicelib.action_types.ticketed.basket import Line, read
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.action_type import Bought
from chalicelib.actions.seats import Standing
from chalicelib.giving import money
from chalicelib.giving.donation import Donation
from chalicelib.network.group import Group


def of(group: Group, page: ActionPage, order: Donation) -> Bought | None:
    """None when the seats are not theirs, or the event does not take place."""
    own, language = settings_of(page), page.language
    has = [one for one in attend.held(page, order.id) if one.seat.standing == Standing.SEATED]
    if not has or own.called_off:
        return None
    names = {kind.id: kind.name for kind in own.tickets}
    lines = [(f"{line.number} × {names[line.kind]}", _cost(order, line, language)) for line in read(order.tickets)]
    rows = [(texts.say(language, "event.when"), told(page)), *_where(own, language), *lines]
    return Bought(rows, own.instructions, f"{config.public_url()}/{group.slug}/{page.slug}/event.ics")


def _where(own: Settings, language: str) -> list[tuple[str, str]]:
    place = ", ".join(part for part in (own.place, *own.address.split("\n")) if part)
    found = [(texts.say(language, "event.where"), place)] if own.has_place else []
    return found + ([(texts.say(language, "ticketed.link"), own.link)] if own.has_link else [])


def _cost(order: Donation, line: Line, language: str) -> str:
    return money.write(line.total, order.currency, language) if line.price else texts.say(language, "ticketed.free")
