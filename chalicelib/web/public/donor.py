"""A donor's own page: a link in their receipts shows what they give, its buttons change it. Looking changes nothing.

Whoever has the link is the donor, as far as we can know: it is good for ninety days, then a fresh one is sent to the
address that the gift was given with, and to no other.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalice.app import Blueprint, Request, Response

from chalicelib import clock, config, log, texts, wall_time
from chalicelib.giving import change, links, money, recurring_store, statement, store, terms
from chalicelib.giving.donation import Donation, Often
from chalicelib.giving.recurring import Recurring, Standing
from chalicelib.giving.stripe_gateway import Later, Refused
from chalicelib.mailings import outbox
from chalicelib.mailings.outbox import GiftNews, GiftWord
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.web import requests, responses
from chalicelib.web.public import errors, gift_changes
from chalicelib.web.public.show import PRIVATE, show

routes = Blueprint(__name__)

_DAY = 86400


class Donor(NamedTuple):
    """Whose page it is, and whether their link is still good."""

    token: str
    group: Group
    gift: links.Gift
    language: str
    fresh: bool


class Tried(NamedTuple):
    """A form that came to nothing, and is shown again as it was filled in; `problems` by field, in words."""

    fields: Mapping[str, str] = {}
    problems: Mapping[str, str] = {}
    status: int = 200


_NOTHING_TRIED = Tried()


@routes.route("/g/{token}")
def show_gifts(token: str) -> Response:
    donor = find(token)
    if donor is None:
        return errors.bad_link(_request())
    return _page(donor, done=requests.query(_request()).get("done", "")) if donor.fresh else ask_for_link(donor)


@routes.route("/g/{token}", methods=["POST"], content_types=[requests.FORM])
def change_gifts(token: str) -> Response:
    donor = find(token)
    try:
        fields = requests.form_fields(_request())
    except (requests.TooLong, requests.Malformed):
        donor = None
    if donor is None:
        return errors.bad_link(_request())
    if not donor.fresh:
        return _send_link(donor, fields)
    known_as = fields.get("id", "")
    recurring = recurring_store.find(donor.gift.person, known_as) if requests.is_id(known_as) else None
    if recurring is None or not recurring.is_ours or recurring.standing == Standing.ENDED:
        return _page(donor)
    return _change(donor, recurring, fields, requests.path_part(token))


def _change(donor: Donor, recurring: Recurring, fields: Mapping[str, str], token: str) -> Response:
    asked = terms.of(donor.group)
    try:
        if fields.get("do") == "card":
            return responses.see_other(change.card_page(recurring, f"{config.public_url()}/g/{token}"))
        if not asked.donors_change:
            return _page(donor)
        problems = gift_changes.make(recurring, fields, asked, donor.language)
    except (Later, Refused) as error:
        log.failure("gift not changed", error, donation=recurring.id)
        return _page(donor, Tried(fields, status=503))
    if problems:
        return _page(donor, Tried(fields, problems, 422))
    return responses.see_other(f"/g/{token}?done=1")


def find(token: str) -> Donor | None:
    """Whose link it is; None for one that nobody was sent."""
    gift, fresh = links.read_donor(requests.path_part(token), clock.now())
    group = network.find_group(gift.group) if gift else None
    if gift is None or group is None:
        return None
    return Donor(token, group, gift, group.language, fresh)


def ask_for_link(donor: Donor, *, sent: bool = False) -> Response:
    """Instead of what an old link once showed."""
    return show(
        donor.language, "public/gifts_link.html", group=donor.group, headers=PRIVATE, sent=sent, days=links.DAYS
    )


def _send_link(donor: Donor, fields: Mapping[str, str]) -> Response:
    """Once a day at most, to the address that the gift was given with."""
    if fields.get("do") == "link":
        about = str(int(clock.now() // _DAY))
        outbox.send_later(GiftNews(GiftWord.LINK, donor.group.id, donor.gift.person, donor.gift.donation, about))
    return ask_for_link(donor, sent=True)


def _page(donor: Donor, tried: Tried = _NOTHING_TRIED, *, done: str = "") -> Response:
    donations = store.of_person(donor.gift.person)
    recurring = [each for each in recurring_store.of_person(donor.gift.person) if each.is_ours]
    # Whoever else took a gift writes its receipt. Tickets have one of their own, and are no gift for a tax office.
    gifts = (each for each in donations if each.is_given and each.is_ours and not each.tickets)
    given = sorted(gifts, key=lambda each: each.given_at, reverse=True)
    asked, about = terms.of(donor.group), tried.fields.get("id", "")
    return show(
        donor.language,
        "public/gifts.html",
        group=donor.group,
        status=tried.status,
        headers=PRIVATE,
        forms_to="https:",
        recurring=[_shown(donor, each, tried.fields if each.id == about else {}) for each in reversed(recurring)],
        gifts=[_line(donor, each) for each in given],
        years=statement.years(given, donor.group.time_zone),
        here=f"/g/{donor.token}",
        frequencies=[often for often in Often if often != Often.ONCE],
        may_change=asked.donors_change,
        small=asked.receipt,
        done=done,
        # Each recurring donation has its own forms, whose fields are told apart by it.
        problems={f"{name}-{about}": words for name, words in tried.problems.items()},
        failed=tried.status == 503,
    )


def _shown(donor: Donor, recurring: Recurring, tried: Mapping[str, str]) -> dict[str, Any]:
    language, zone = donor.language, donor.group.time_zone
    often = texts.say(language, f"gift.often.{recurring.often}")
    amount = money.write(recurring.amount, recurring.currency, language)
    return {
        "id": recurring.id,
        "what": texts.say(language, "gift.donor.what", amount=amount, often=often, title=recurring.title),
        "state": _state(donor, recurring),
        "since": wall_time.day_at(language, recurring.since, zone),
        "open": recurring.standing != Standing.ENDED,
        "paused": recurring.standing == Standing.PAUSED,
        "failing": recurring.standing == Standing.FAILING,
        "amount": tried.get("amount", money.plain(recurring.amount, recurring.currency)),
        "currency": recurring.currency,
        "often": tried.get("often", str(recurring.often)),
        "months": tried.get("months", ""),
        "next_day": tried.get("day", wall_time.written(recurring.next_at, "UTC")[:10] if recurring.next_at else ""),
        "tried": tried.get("do", ""),
    }


def _state(donor: Donor, recurring: Recurring) -> str:
    language, zone = donor.language, donor.group.time_zone
    if recurring.standing == Standing.ENDED:
        return texts.say(language, "gift.donor.ended")
    if recurring.standing == Standing.PAUSED and recurring.resumes_at:
        return texts.say(language, "gift.donor.paused", date=wall_time.day_at(language, recurring.resumes_at, zone))
    if recurring.standing == Standing.FAILING:
        return texts.say(language, "gift.donor.failing")
    return texts.say(language, "gift.donor.next", date=wall_time.day_at(language, recurring.next_at, zone))


def _line(donor: Donor, donation: Donation) -> dict[str, str]:
    back = money.write(donation.refunded, donation.currency, donor.language) if donation.refunded else ""
    return {
        "date": wall_time.day_at(donor.language, donation.given_at, donor.group.time_zone),
        "title": donation.title,
        "amount": money.write(donation.amount, donation.currency, donor.language),
        "back": back,
    }


def _request() -> Request:
    request: Request = routes.current_request
    return request
