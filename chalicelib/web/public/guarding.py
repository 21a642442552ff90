"""The guard at the door of public forms: its own fields, what a form is judged by, what a risky one is asked for."""

from typing import NamedTuple

from chalice.app import Request, Response

from chalicelib import action_types, clock
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Answers, Fields, last
from chalicelib.guard import confirm, form_token, proof_of_work, tries
from chalicelib.guard import look as guard
from chalicelib.guard.networks import network_of
from chalicelib.guard.risk import Risk
from chalicelib.guard.tries import Needed
from chalicelib.people.email_address import mailbox
from chalicelib.web import requests, responses
from chalicelib.web.public.embed_look import look_of, path_of
from chalicelib.web.public.show import show

TOKEN, HONEYPOT = "form_token", "homepage"
PROOF, CONFIRMED, BY_EMAIL = "altcha", "confirmed", "by_email"


class Doubt(NamedTuple):
    """A form that must prove something first. `email` is whom it is about, normalised.

    `proven`: it has been calculated for, and only the inbox can say more. `too_many`: nothing helps, for an hour.
    """

    email: str
    proven: bool = False
    too_many: bool = False


def whence(request: Request, public: PublicPage, email: str, fields: Fields) -> dict[str, str]:
    """Where a gift comes from, as it may be kept, and whether by a link in that inbox; nothing of other forms."""
    if not action_types.of(public.page.type).takes_money(public):
        return {}
    return {"network": network(request), "confirmed": "yes" if _is_confirmed(public, email, fields) else ""}


def token_for(page: str, fields: Fields) -> str:
    """What `public/guard.html` puts into a form, be it new or sent back."""
    return form_token.kept(page, last(fields, TOKEN), clock.now())


def doubt(request: Request, public: PublicPage, answers: Answers, fields: Fields) -> Doubt | None:
    """None when this form may be accepted. It is counted by that, so ask once for each."""
    page, email = public.page.id, answers.email
    risk, needed = guard.look(_visit(request, public, answers, fields)), _needed(request, public, email)
    if needed == Needed.PATIENCE:
        return Doubt(email, too_many=True)
    if risk == Risk.LOW and needed == Needed.NOTHING:
        return None
    proven = proof_of_work.solved(page, f"{page}/{email}", last(fields, PROOF))
    enough = proven and needed != Needed.INBOX
    if enough or _is_confirmed(public, email, fields):
        return None
    return Doubt(email, proven=proven)


def _needed(request: Request, public: PublicPage, email: str) -> Needed:
    if not action_types.of(public.page.type).takes_money(public):
        return Needed.NOTHING
    return tries.needed(public.page.id, network(request), mailbox(email))


def network(request: Request) -> str:
    """Where a request comes from, as it may be kept: tries of cards are counted by it."""
    return tries.hashed(network_of(requests.client_address(request)))


def _is_confirmed(public: PublicPage, email: str, fields: Fields) -> bool:
    return confirm.is_confirmed(public.group.id, public.page.id, email, last(fields, CONFIRMED))


def answer(request: Request, public: PublicPage, fields: Fields, doubted: Doubt, masked: str = "") -> Response:
    """One more step, with everything that was typed; or, for whom that does not work, a link by email.

    `masked`: their address, as far as they may see it, of whom we recognised.
    """
    if not (last(fields, BY_EMAIL) or doubted.proven):
        return _proof_page(request, public, fields, masked or doubted.email)
    # Whoever has calculated for it has paid for the link: those of a network under attack would be used up otherwise.
    counted = "" if doubted.proven else network_of(requests.client_address(request))
    confirm.ask(public.group.id, public.page.id, doubted.email, carried(fields), counted)
    return responses.see_other(f"{path_of(public.group.slug, public.page.slug, look_of(request))}/inbox")


def carried(fields: Fields) -> Fields:
    """What was typed, without what only this step added."""
    return {name: values for name, values in fields.items() if name not in (PROOF, CONFIRMED, BY_EMAIL)}


def _proof_page(request: Request, public: PublicPage, fields: Fields, email: str) -> Response:
    page = public.page
    return show(
        page.language,
        "public/proof.html",
        group=public.group,
        status=403,
        page=page,
        carried=carried(fields),
        challenge=proof_of_work.challenge(page.id, clock.now()),
        again=bool(last(fields, PROOF)),
        email=email,
        embed=look_of(request),
    )


def _visit(request: Request, public: PublicPage, answers: Answers, fields: Fields) -> guard.Visit:
    return guard.Visit(
        group=public.group.id,
        page=public.page.id,
        address=requests.client_address(request),
        email=answers.email,
        token=last(fields, TOKEN),
        honeypot=last(fields, HONEYPOT),
        particulars=(answers.name, answers.street, answers.city),
        careful=action_types.of(public.page.type).takes_money(public),
    )
