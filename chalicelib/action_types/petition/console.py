"""Handing a petition over: its letter and signatures to print, and the same signatures as a spreadsheet."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from chalice.app import Blueprint, Response

from chalicelib import clock, counters, files
from chalicelib.action_types.petition import TYPE, delivery, document
from chalicelib.action_types.petition.delivery import Part, Signature
from chalicelib.actions.action_page import ActionPage
from chalicelib.lettering.sheets import paper_of
from chalicelib.web import responses
from chalicelib.web.console import actions, spreadsheet, times
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_MEDIA_TYPES = {"pdf": "application/pdf", "csv": "text/csv; charset=utf-8"}
# `pdf-2-of-5`: the button of a part.
_FILE = re.compile(r"(pdf|csv)-([1-9]\d{0,3})-of-([1-9]\d{0,3})")


@screen(routes, "/console/actions/{page}/deliver")
def choose_delivery(visit: Visit, page: str) -> Response:
    """What can be handed over, in how many parts."""
    found = _petition(visit, page)
    return _show(visit, found, delivery.parts_of(_count(found))) if found else visit.missing()


@screen(routes, "/console/actions/{page}/deliver", methods=["POST"])
def deliver_petition(visit: Visit, page: str) -> Response:
    """One file, made now and fetched from S3: an answer of ours could not hold it."""
    found = _petition(visit, page)
    fields = visit.fields()
    asked = _FILE.fullmatch(fields.get("file", ""))
    if found is None or asked is None or int(asked[2]) > int(asked[3]):
        return visit.missing()
    kind, part = asked[1], Part(int(asked[2]), int(asked[3]))
    comments = bool(fields.get("comments")) and bool(TYPE.settings_of(found).comments)
    try:
        content = _made(visit, found, kind, part, comments=comments)
    except (delivery.TooMuch, spreadsheet.TooMuch):
        return _show(visit, found, min(2 * part.of, delivery.MOST_PARTS), too_much=True)
    key = f"exports/{visit.group.id}/{clock.new_id()}.{kind}"
    files.put(key, content, _MEDIA_TYPES[kind])
    return responses.see_other(files.presigned_link(key, _filename(found, kind, part)))


def _show(visit: Visit, page: ActionPage, parts: int, *, too_much: bool = False) -> Response:
    # The button leads on to S3, where the file is: a page has to say beforehand where its forms may end.
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(files.presigned_link("exports/", "")))
    count = _count(page)
    return visit.show(
        "petition/deliver.html",
        status=413 if too_much else 200,
        forms_to=origin,
        page=page,
        own=TYPE.settings_of(page),
        count=count,
        parts=parts,
        about=count // parts,
        too_much=too_much,
    )


def _made(visit: Visit, page: ActionPage, kind: str, part: Part, *, comments: bool) -> bytes:
    """Raises TooMuch, the delivery's or the spreadsheet's."""
    signatures = delivery.signatures(page, part, comments=comments)
    if kind == "csv":
        return _csv(page.language, signatures, comments=comments).encode()
    own = TYPE.settings_of(page)
    day, paper = times.day(clock.now(), visit.group.time_zone), paper_of(visit.group.time_zone)
    petition = document.Petition(
        page.language, visit.group.name, page.title, own.target, own.letter, day, _count(page), paper
    )
    return document.pdf(petition, part, signatures, comments=comments)


def _csv(language: str, signatures: Iterable[Signature], *, comments: bool) -> str:
    rows = (
        document.cells(language, str(number), signature, comments=comments)
        for number, signature in enumerate(signatures, 1)
    )
    return spreadsheet.text(document.heads(language, comments=comments), rows)


def _filename(page: ActionPage, kind: str, part: Part) -> str:
    which = f"-part-{part.number}-of-{part.of}" if part.of > 1 else ""
    return f"{page.slug or 'petition'}{which}.{kind}"


def _count(page: ActionPage) -> int:
    return counters.read(f"page#{page.id}").get("actions", 0)


def _petition(visit: Visit, page: str) -> ActionPage | None:
    found = actions.find(visit, page)
    return found if found and found.type == TYPE.name else None
