"""Writing an action page of any type: one editor, saved while a draft is typed, with the page beside it."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from chalice.app import Blueprint, Response

from chalicelib import action_types, clock, texts
from chalicelib.actions import find_page, picture, question_form, write_page
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.actions.draft import Draft, asks_of, read_draft
from chalicelib.actions.submission import Problem
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import field_store
from chalicelib.web import requests
from chalicelib.web.console import actions, times
from chalicelib.web.console.action_problems import in_words
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_ACCEPTS = (requests.FORM, requests.MULTIPART)
_KINDS = (
    ("short", "Short answer"),
    ("long", "Long answer"),
    ("single", "One of several"),
    ("multiple", "Any of several"),
    ("dropdown", "One of a menu"),
    ("number", "Number"),
    ("date", "Date"),
)


@screen(routes, "/console/actions/{page}/edit")
def edit_action(visit: Visit, page: str) -> Response:
    """The editor, filled with what is saved; `?check=1` says what is missing before it can be published."""
    found = actions.find(visit, page)
    if found is None:
        return visit.missing()
    problems = write_page.not_ready(found) if "check" in visit.query else []
    return _editor(visit, found, _typed(found), problems, rows=question_form.rows_of(found.questions))


@screen(routes, "/console/actions/{page}/edit", methods=["POST"], accepts=_ACCEPTS)
def save_action(visit: Visit, page: str) -> Response:
    """Save the form, and publish it where that button was pressed. Of two organizers the last wins, being told."""
    found = actions.find(visit, page)
    if found is None:
        return visit.missing()
    fields, problems = _read(visit)
    saved = problems or _save(visit, found, fields)
    if isinstance(saved, ActionPage) and fields.get("then") == "publish":
        found, fields["opened"] = saved, repr(saved.edited)
        saved = write_page.publish(visit.group, saved)
        if isinstance(saved, ActionPage):
            return actions.back(saved, "published")
    if isinstance(saved, ActionPage):
        return actions.back(saved, "saved")
    return _sent_back(visit, found, fields, saved)


@screen(routes, "/console/actions/{page}/autosave", methods=["POST"], accepts=_ACCEPTS)
def autosave_action(visit: Visit, page: str) -> Response:
    """Save a draft as it is being typed, and say so in a few words. What is published changes only by a button."""
    found = actions.find(visit, page)
    if found is None:
        return visit.missing()
    fields, _ = visit.form()
    if found.status != Status.DRAFT:
        return visit.show("action_saved.html", saved=None, problems={})
    saved = _save(visit, found, fields)
    if isinstance(saved, list):
        return visit.show("action_saved.html", saved=None, problems=in_words(saved, found))
    return visit.show(
        "action_saved.html", saved=saved, at=times.exact(saved.edited, visit.group.time_zone), problems={}
    )


@screen(routes, "/console/actions/{page}/arrange", methods=["POST"], accepts=_ACCEPTS)
def arrange_questions(visit: Visit, page: str) -> Response:
    """The editor with a question more, less, or elsewhere; nothing is saved by that."""
    found = actions.find(visit, page)
    if found is None:
        return visit.missing()
    fields, _ = visit.form()
    command = fields.get("do", "")
    rows = question_form.arrange(question_form.rows(fields), command)
    if command == "ask-again":
        known = {field.id: field for field in field_store.fields_of(visit.group.id)}
        again = known.get(fields.get("again", ""))
        rows += [question_form.row_of(again)] if again and len(rows) < question_form.MOST else []
    return _editor(visit, found, _blank(found) | fields, rows=rows, focus=question_form.focus(rows, command))


@screen(routes, "/console/actions/{page}/preview", methods=["POST"], accepts=_ACCEPTS)
def preview_typed(visit: Visit, page: str) -> Response:
    """The page as typed, saved or not; where something is wrong, as it was saved last."""
    public = find_page.read(visit.group.id, page) if requests.is_id(page) else None
    if public is None:
        return visit.missing()
    fields, _ = visit.form()
    draft = read_draft(public.page, fields, _sponsors(visit, public.page, fields))
    if isinstance(draft, Draft):
        words = {name: getattr(draft, name) for name in draft.__struct_fields__ if name != "slug"}
        public = public._replace(page=msgspec.structs.replace(public.page, **words))
    return actions.as_open(public)


def _save(visit: Visit, page: ActionPage, fields: Mapping[str, str]) -> ActionPage | list[Problem]:
    draft = read_draft(page, fields, _sponsors(visit, page, fields))
    return (
        draft if isinstance(draft, list) else write_page.save(visit.group, page, draft, _number(fields), _hand(fields))
    )


def _sponsors(visit: Visit, page: ActionPage, fields: Mapping[str, str]) -> tuple[str, ...]:
    """The groups ticked, of those that this organizer may speak for; what another organizer chose stays."""
    theirs = {group.id for group in _groups(visit)}
    kept = [group for group in page.sponsors if group not in theirs]
    return (*kept, *(group for group in sorted(theirs) if fields.get(f"sponsor-{group}")))


def _groups(visit: Visit) -> list[Group]:
    """The other groups that this organizer works for."""
    others = [group for group in network.groups_of(visit.session.email) if group != visit.group.id]
    return list(network.find_groups(others))


def _sent_back(visit: Visit, page: ActionPage, fields: dict[str, str], problems: Sequence[Problem]) -> Response:
    changed = any(problem.field == "opened" for problem in problems)
    if changed:
        page = actions.find(visit, page.id) or page
        fields["opened"] = repr(page.edited)
    rows = question_form.rows(fields)
    return _editor(visit, page, _blank(page) | fields, problems, rows=rows, status=409 if changed else 422)


def _editor(
    visit: Visit,
    page: ActionPage,
    typed: Mapping[str, Any],
    problems: Sequence[Problem] = (),
    *,
    rows: list[question_form.Row],
    focus: int = -1,
    status: int = 200,
) -> Response:
    kind, words = action_types.of(page.type), in_words(problems, page)
    changed = words.pop("opened", "")
    return visit.show(
        "action_edit.html",
        status=status,
        page=page,
        kind=kind,
        words=kind.words,
        typed={"hand": clock.new_id(), **typed},
        rows=rows,
        focus=focus,
        kinds=_KINDS,
        fields=[
            field for field in field_store.fields_of(visit.group.id) if field.id not in {row["field"] for row in rows}
        ],
        problems=words,
        changed=changed,
        unsaved=status != 200,
        groups=_groups(visit),
        **kind.editor_values(page),
        is_wrong=lambda *fields: any(name.startswith(fields) for name in words),
        languages=texts.names().items(),
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


def _typed(page: ActionPage) -> dict[str, Any]:
    """What is saved, as the editor's fields hold it."""
    kind = action_types.of(page.type)
    saved = {name: getattr(page, name) for name in _FIELDS}
    asks = {f"ask-{name}": str(ask) for name, ask in asks_of(page).items()}
    joined = {f"sponsor-{group}": "1" for group in page.sponsors} | {"opt_in": "1" if page.opt_in else ""}
    lists = joined | {"tags": ", ".join(page.tags), "notify": ", ".join(page.notify)}
    told = {"goal": page.goal or "", "no_email": "" if page.thank_by_email else "1", "opened": repr(page.edited)}
    return saved | asks | lists | kind.typed(kind.settings_of(page)) | told


def _blank(page: ActionPage) -> dict[str, Any]:
    """Every field empty: a browser leaves out checkboxes that are not ticked."""
    return dict.fromkeys(_typed(page), "")


def _number(fields: Mapping[str, str]) -> float:
    try:
        return float(fields.get("opened", ""))
    except ValueError:
        return -1.0


def _hand(fields: Mapping[str, str]) -> str:
    """Which open form this is, as it was named when it was shown."""
    hand = fields.get("hand", "")
    return hand if requests.is_id(hand) else ""


_FIELDS = (
    *("title", "slug", "body", "picture", "picture_alt", "share_title", "share_text", "goal", "button", "language"),
    *("thanks", "thanks_url", "email_subject", "email_text", "closed_text"),
)
