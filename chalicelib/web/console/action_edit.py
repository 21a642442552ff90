"""Writing a petition: the form for a new one and for one that exists."""

from collections.abc import Mapping
from typing import Any

import msgspec
from chalice.app import Blueprint, Response

from chalicelib.actions import picture, write_page
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.submission import Problem
from chalicelib.web import requests
from chalicelib.web.console import petitions
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.settings import LANGUAGES

routes = Blueprint(__name__)

_ACCEPTS = (requests.FORM, requests.MULTIPART)

_WORDS = {
    Problem("title", "missing"): "Write a title",
    Problem("slug", "taken"): "Another page has this address. Choose a different one",
    Problem("slug", "wrong"): "Use letters from a to z and digits, like save-the-library",
    Problem("slug", "unknown"): "Choose an address: none could be made of this title",
    Problem("picture", "wrong"): "Choose a PNG, JPEG or WebP picture",
    Problem("picture", "too_long"): "Choose a picture of 2 MB at most",
    Problem("picture_alt", "missing"): "Describe the picture for those who cannot see it",
    Problem("goal", "wrong"): "Write a whole number, like 5000",
    Problem("language", "wrong"): "Choose a language",
    Problem("opened", "changed"): "Someone else saved this petition since you opened it",
}
_TOO_LONG = "Too long: shorten it"


@screen(routes, "/console/actions/new")
def new_petition(visit: Visit) -> Response:
    """An empty form."""
    return _form(visit, None, _typed(language=visit.group.language), {})


@screen(routes, "/console/actions/new", methods=["POST"], accepts=_ACCEPTS)
def create_petition(visit: Visit) -> Response:
    """Keep it as a draft."""
    fields, problems = _read(visit)
    draft = write_page.read_draft(visit.group.id, fields)
    problems += draft if isinstance(draft, list) else []
    made = write_page.create(visit.group, draft) if not problems and isinstance(draft, write_page.Draft) else problems
    if isinstance(made, ActionPage):
        return petitions.back(made, "created")
    return _form(visit, None, _typed(**fields), _in_words(made), status=422)


@screen(routes, "/console/actions/{page}/edit")
def edit_petition(visit: Visit, page: str) -> Response:
    """The form, filled with what is saved."""
    found = petitions.find(visit, page)
    if found is None:
        return visit.missing()
    typed = msgspec.to_builtins(found) | {"goal": str(found.goal or ""), "opened": repr(found.edited)}
    return _form(visit, found, _typed(**typed), {})


@screen(routes, "/console/actions/{page}/edit", methods=["POST"], accepts=_ACCEPTS)
def save_petition(visit: Visit, page: str) -> Response:
    """Save the form. Of two organizers the last wins, having been told."""
    found = petitions.find(visit, page)
    if found is None:
        return visit.missing()
    fields, problems = _read(visit)
    draft = write_page.read_draft(visit.group.id, fields)
    problems += draft if isinstance(draft, list) else []
    if problems or isinstance(draft, list):
        return _form(visit, found, _typed(**fields), _in_words(problems), status=422)
    saved = write_page.save(visit.group, found, draft, _number(fields.get("opened", "")))
    if isinstance(saved, ActionPage):
        return petitions.back(saved, "saved")
    now = petitions.find(visit, page) or found
    fields["opened"] = repr(now.edited)
    return _form(visit, now, _typed(**fields), _in_words(saved), status=409)


def _form(
    visit: Visit, page: ActionPage | None, typed: Mapping[str, Any], problems: Mapping[str, str], status: int = 200
) -> Response:
    return visit.show(
        "petition_form.html",
        status=status,
        page=page,
        typed=typed,
        problems={name: words for name, words in problems.items() if name != "opened"},
        changed=problems.get("opened", ""),
        languages=LANGUAGES,
    )


def _read(visit: Visit) -> tuple[dict[str, str], list[Problem]]:
    """The form's fields, and what is wrong with a picture sent along; a good one is published and kept by its path."""
    fields, files = visit.form()
    upload = files.get("upload")
    if fields.get("no_picture"):
        fields |= {"picture": "", "picture_alt": ""}
    if upload is None or not upload.content:
        return fields, []
    if len(upload.content) > picture.MOST_BYTES:
        return fields, [Problem("picture", "too_long")]
    try:
        return fields | {"picture": picture.publish(visit.group.id, upload.content)}, []
    except ValueError:
        return fields, [Problem("picture", "wrong")]


def _typed(**fields: Any) -> dict[str, Any]:
    names = ("title", "slug", "target", "body", "picture", "picture_alt", "goal", "thanks", "language", "opened")
    return {name: fields.get(name, "") for name in names}


def _in_words(problems: list[Problem]) -> dict[str, str]:
    return {problem.field: _WORDS.get(problem, _TOO_LONG) for problem in problems}


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return -1.0
