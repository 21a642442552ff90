"""Back from Stripe: what became of a gift, and whether it can be made monthly. Looking changes nothing."""

from chalice.app import Blueprint, Request, Response

from chalicelib import action_types, config, log, texts
from chalicelib.actions.action_type import Refused
from chalicelib.actions.find_page import PublicPage
from chalicelib.giving import links, money, monthly, store
from chalicelib.giving.donation import Donation, Often, State
from chalicelib.giving.stripe_gateway import Later, checkout
from chalicelib.people.person import referrer_code
from chalicelib.web import requests, responses
from chalicelib.web.public import action_pages, errors, guarding
from chalicelib.web.public.share import share_links
from chalicelib.web.public.show import PRIVATE, show

routes = Blueprint(__name__)


@routes.route("/{group}/{slug}/given/{gift}")
def show_given(group: str, slug: str, gift: str) -> Response:
    public, token = action_pages.find(group, slug), requests.path_part(gift)
    donation = _gift(public, token)
    return _given(public, donation, token) if public and donation else errors.bad_link(_request())


@routes.route("/{group}/{slug}/monthly", methods=["POST"], content_types=[requests.FORM])
def make_monthly(group: str, slug: str) -> Response:
    """Whoever gave once sets up the same every month, at Stripe."""
    public = action_pages.find(group, slug)
    try:
        token = requests.form_fields(_request()).get("gift", "")
    except (requests.TooLong, requests.Malformed):
        return errors.bad_link(_request())
    donation = _gift(public, token)
    if public is None or donation is None:
        return errors.bad_link(_request())
    try:
        there = monthly.begin(public, donation, guarding.network(_request()))
    except Exception as error:  # whatever it is, their gift has been given, and they may try again
        log.failure("not made monthly", error, donation=donation.id)
        return errors.error_page(_request(), 503, language=public.page.language)
    if isinstance(there, Refused):
        return errors.refused(public.page.language, f"fundraiser.refused.{there.reason}")
    return responses.see_other(there or f"{_here(public)}/given/{token}")


def _gift(public: PublicPage | None, token: str) -> Donation | None:
    gift = links.read(token)
    if public is None or gift is None or gift.group != public.group.id:
        return None
    donation = store.find(gift.person, gift.donation)
    return donation if donation and donation.page == public.page.id else None


def _given(public: PublicPage, donation: Donation, token: str) -> Response:
    page, here = public.page, f"/{public.group.slug}/{public.page.slug}"
    own = action_types.of(page.type).settings_of(page)
    said = "ticketed.message" if donation.tickets else "fundraiser.gave_message"
    message = page.share_text or texts.say(page.language, said, title=page.title)
    code, title = referrer_code(donation.person), page.share_title or page.title
    return show(
        page.language,
        "public/given.html",
        group=public.group,
        headers=PRIVATE,
        forms_to="https:",
        page=page,
        state=_state(donation),
        words="ticketed.given" if donation.tickets else "gift.given",
        amount=money.write(donation.amount, donation.currency, page.language),
        often=texts.say(page.language, f"gift.often.{donation.often}"),
        onward=donation.url,
        monthly=bool(getattr(own, "monthly", "")) and donation.often == Often.ONCE and not donation.tickets,
        monthly_text=getattr(own, "monthly_text", ""),
        gift=token,
        links=share_links(f"{config.public_url()}{here}", code, title, message),
        embed=None,
        here=here,
    )


_STATES = {
    State.GIVEN: "given",
    State.PROCESSING: "processing",
    State.PROMISED: "promised",
    State.FAILED: "over",
    State.LEFT: "over",
}


def _state(donation: Donation) -> str:
    """Stripe may lead them back before it has told us: then it is asked, and nothing is written."""
    if donation.tickets and donation.is_given and donation.refunded >= donation.amount:
        return "back"
    if donation.state != State.STARTED or not donation.session:
        return _STATES.get(donation.state, "over")
    try:
        status = checkout.find(donation.account, donation.session).status
    except Later:
        return "wait"
    return {"open": "open", "complete": "wait"}.get(status, "over")


def _here(public: PublicPage) -> str:
    return f"/{public.group.slug}/{public.page.slug}"


def _request() -> Request:
    request: Request = routes.current_request
    return request
