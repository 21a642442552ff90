"""Back from Stripe after giving to several groups: what became of each part. One that failed is given by itself.

Looking changes nothing.
"""

from typing import Any, NamedTuple

from chalice.app import Blueprint, Request, Response

from chalicelib import config, log, texts
from chalicelib.actions.action_type import Refused
from chalicelib.actions.find_page import PublicPage
from chalicelib.giving import give_share, links, money, split_store, store, terms
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.split import Part, Split, Standing
from chalicelib.giving.stripe_gateway import OWN, Later, checkout
from chalicelib.network import store as network
from chalicelib.people.person import referrer_code
from chalicelib.web import requests, responses
from chalicelib.web.public import action_pages, errors, guarding
from chalicelib.web.public.share import share_links
from chalicelib.web.public.show import PRIVATE, show

routes = Blueprint(__name__)

_REFRESHED = ("wait", "processing")


class Line(NamedTuple):
    """One part as the donor reads it. `state` names a text; `donation` '' where there is nothing to press."""

    state: str
    words: str
    button: str = ""
    donation: str = ""


@routes.route("/{group}/{slug}/shares/{gift}")
def show_shares(group: str, slug: str, gift: str) -> Response:
    public = action_pages.find(group, slug)
    split = _split(public, requests.path_part(gift))
    return _page(public, split) if public and split else errors.bad_link(_request())


@routes.route("/{group}/{slug}/shares/{gift}", methods=["POST"], content_types=[requests.FORM])
def give_by_itself(group: str, slug: str, gift: str) -> Response:
    """A part that failed is given by itself, at Stripe."""
    public = action_pages.find(group, slug)
    split = _split(public, requests.path_part(gift))
    try:
        part = split.part(requests.form_fields(_request()).get("share", "")) if split else None
    except (requests.TooLong, requests.Malformed):
        part = None
    share = store.find(part.person, part.donation) if part else None
    if public is None or split is None or share is None:
        return errors.bad_link(_request())
    return _give(public, split, share)


def _give(public: PublicPage, split: Split, share: Donation) -> Response:
    if not give_share.can_be_given(share):
        return responses.see_other(links.of_split(split))
    try:
        there = give_share.begin(split, share, guarding.network(_request()))
    except Exception as error:  # whatever it is, nothing was taken, and they may try again
        log.failure("part of a gift not begun", error, donation=share.id)
        return errors.error_page(_request(), 503, language=public.page.language)
    if there == Refused("limit"):
        return _page(public, split, refused=share.group, status=409)
    if isinstance(there, Refused):
        return errors.refused(public.page.language, f"fundraiser.refused.{there.reason}")
    return responses.see_other(there or links.of_split(split))


def _split(public: PublicPage | None, token: str) -> Split | None:
    gift = links.read(token)
    split = split_store.find(gift.donation) if gift else None
    if public is None or split is None or gift is None:
        return None
    ours = (split.group, split.page, split.person) == (public.group.id, public.page.id, gift.person)
    return split if ours and gift.group == split.group else None


def _page(public: PublicPage, split: Split, *, refused: str = "", status: int = 200) -> Response:
    page, here = public.page, f"/{public.group.slug}/{public.page.slug}"
    names = _names(split)
    state = _state(split)
    lines = [_line(public, split, part, names) for part in split.parts] if state == "taken" else []
    code, message = referrer_code(split.person), texts.say(page.language, "fundraiser.gave_message", title=page.title)
    told: dict[str, Any] = {
        "state": state,
        "lines": lines,
        "heading_name": _heading(lines),
        "waits": state == "wait" or any(line.state in _REFRESHED for line in lines),
        "refused": texts.say(page.language, "split.limit", group=names[refused]) if refused else "",
        "amount": money.write(split.amount, split.currency, page.language),
        "onward": split.url,
        "links": share_links(
            f"{config.public_url()}{here}", code, page.share_title or page.title, page.share_text or message
        ),
        "page": page,
        "here": here,
        "embed": None,
    }
    return show(
        page.language,
        "public/shares.html",
        group=public.group,
        status=status,
        headers=PRIVATE,
        forms_to="https:",
        **told,
    )


def _state(split: Split) -> str:
    """Stripe may lead them back before it has told us: then it is asked, and nothing is written."""
    if split.standing != Standing.STARTED or not split.session:
        return "taken" if split.standing == Standing.TAKEN else "over"
    try:
        status = checkout.find(OWN, split.session).status
    except Later:
        return "wait"
    return {"open": "open", "complete": "wait"}.get(status, "over")


def _line(public: PublicPage, split: Split, part: Part, names: dict[str, str]) -> Line:
    share, language = store.find(part.person, part.donation), public.page.language
    told = {"amount": money.write(part.amount, split.currency, language), "group": names[part.group]}
    state = _state_of(share) if share else "wait"
    words = texts.say(language, f"split.{state}", **told)
    if state not in ("failed", "open_part"):
        return Line(state, words)
    return Line(state, words, texts.say(language, "split.give", **told), part.donation)


def _state_of(share: Donation) -> str:
    if share.state == State.STARTED:
        return "open_part" if share.attempt > 1 else "wait"
    return {
        State.GIVEN: "arrived",
        State.PROCESSING: "processing",
        State.FAILED: "failed",
    }.get(share.state, "gone")


def _heading(lines: list[Line]) -> str:
    states = {line.state for line in lines}
    if states & {"failed", "open_part", "gone"}:
        return "split.some"
    return "gift.given.wait" if "wait" in states else "gift.given.heading"


def _names(split: Split) -> dict[str, str]:
    found = network.find_groups(part.group for part in split.parts)
    return {group.id: terms.name_of(group) for group in found}


def _request() -> Request:
    request: Request = routes.current_request
    return request
