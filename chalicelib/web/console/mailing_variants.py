"""Variants of a mailing: written beside it, tried on a share of the audience, compared, and one chosen."""

from chalice.app import Blueprint, Response

from chalicelib import markup
from chalicelib.mailings import merge, try_variants, write_variants
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.variant import Measure, Trial, Variant
from chalicelib.people.email_address import normalise
from chalicelib.web import responses
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailings import MEASURES, MOST_BYTES, at_home, back, find, front, written_bytes
from chalicelib.web.requests import FORM, MULTIPART

routes = Blueprint(__name__)

SHARES = (10, 20, 30, 50, 100)
HOURS = (1, 2, 4, 8, 24, 48)

_NO_DRAFT = "It is no draft any more, or somebody else changed it meanwhile. Nothing was changed."


@screen(routes, "/console/mailings/{mailing}/variants")
def variants_mailing(visit: Visit, mailing: str) -> Response:
    """The variants of a draft, and how they are tried."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if not found.can_be_edited():
        return at_home(found)
    return visit.show("mailing_variants.html", mailing=found, measures=MEASURES, shares=SHARES, hours=HOURS)


@screen(routes, "/console/mailings/{mailing}/variants", methods=["POST"])
def add_variant(visit: Visit, mailing: str) -> Response:
    """One more."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    added = write_variants.add(found)
    return back(added, "variant-added", f"/variants/{added.letters[-1]}") if added else _refused(visit, found)


@screen(routes, "/console/mailings/{mailing}/variants/{letter}")
def edit_variant(visit: Visit, mailing: str, letter: str) -> Response:
    """What is different about one variant."""
    found = find(visit, mailing)
    if found is None or (place := write_variants.place_of(found, letter)) is None:
        return visit.missing()
    if not found.can_be_edited():
        return at_home(found)
    return _editor(visit, found, letter, found.variants[place], {})


@screen(routes, "/console/mailings/{mailing}/variants/{letter}", methods=["POST"], accepts=(FORM, MULTIPART))
def save_variant(visit: Visit, mailing: str, letter: str) -> Response:
    """Keep it."""
    found = find(visit, mailing)
    if found is None or write_variants.place_of(found, letter) is None:
        return visit.missing()
    typed = _typed(visit)
    problems = _problems(visit, found, letter, typed)
    if problems:
        return _editor(visit, found, letter, typed, problems, status=422)
    saved = write_variants.save(found, letter, typed)
    return back(saved, "mailing-saved", "/variants") if saved else _refused(visit, found)


@screen(routes, "/console/mailings/{mailing}/variants/{letter}/remove", methods=["POST"])
def remove_variant(visit: Visit, mailing: str, letter: str) -> Response:
    """Take one out."""
    found = find(visit, mailing)
    if found is None or write_variants.place_of(found, letter) is None:
        return visit.missing()
    removed = write_variants.remove(found, letter)
    return back(removed, "variant-removed", "/variants") if removed else _refused(visit, found)


@screen(routes, "/console/mailings/{mailing}/trial", methods=["POST"])
def save_trial(visit: Visit, mailing: str) -> Response:
    """How they are tried."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    trial = _trial(visit.fields())
    saved = write_variants.save_trial(found, trial) if trial else None
    return back(saved, "mailing-saved", "/variants") if saved else _refused(visit, found)


@screen(routes, "/console/mailings/{mailing}/choose", methods=["POST"])
def choose_variant(visit: Visit, mailing: str) -> Response:
    """The rest gets this one."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    chosen = try_variants.choose_by_hand(found, visit.fields().get("letter", ""))
    if chosen:
        return back(chosen, "variant-chosen")
    return front(visit, found, refused="There was nothing to choose: the rest has its variant already.", status=409)


def _typed(visit: Visit) -> Variant:
    fields, _ = visit.form()
    return Variant(
        subject=fields.get("subject", ""),
        sender_name=fields.get("sender_name", ""),
        sender_address=_spelled(fields.get("sender_address", "")),
        body=markup.paragraphs(fields.get("body", "")),
    )


def _spelled(address: str) -> str:
    """As the group's domains are spelled; what is no address stays, to be told so."""
    return normalise(address) or address.strip()


def _problems(visit: Visit, mailing: Mailing, letter: str, typed: Variant) -> dict[str, str]:
    problems = {}
    if typed.sender_address and not visit.group.may_send_from(typed.sender_address):
        problems["sender_address"] = "Use an address at a domain that is set up for your group"
    if len(typed.sender_name) > 80:
        problems["sender_name"] = "Use 80 letters at most"
    if written_bytes(mailing, but=letter) + len(typed.body.encode()) > MOST_BYTES:
        problems["body"] = "All variants together are too long. Shorten this one"
    return problems


def _trial(fields: dict[str, str]) -> Trial | None:
    """How to try, as chosen in the form; None when it is none of the choices."""
    share, hours, measure = (fields.get(name, "") for name in ("share", "hours", "measure"))
    if share not in map(str, SHARES) or hours not in map(str, HOURS) or measure not in list(Measure):
        return None
    return Trial(share=int(share), hours=int(hours), measure=Measure(measure))


def _editor(
    visit: Visit, mailing: Mailing, letter: str, variant: Variant, problems: dict[str, str], *, status: int = 200
) -> Response:
    return visit.show(
        "mailing_variant.html",
        status=status,
        mailing=mailing,
        letter=letter,
        variant=variant,
        problems=problems,
        fields=merge.FIELDS,
        domains=visit.group.sender_domains,
    )


def _refused(visit: Visit, mailing: Mailing) -> Response:
    now = find(visit, mailing.id) or mailing
    if not now.can_be_edited():
        return front(visit, now, refused=_NO_DRAFT, status=409)
    return responses.see_other(f"/console/mailings/{mailing.id}/variants?done=not-changed")
