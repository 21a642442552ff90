"""The console's screens of target lists: upload one, say what its columns hold, see whom a ZIP code leads to. And what
became of letters: the report of a page as a file, and the letters of one person.
"""

from pathlib import PurePath
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.action_types.letter import columns, find_targets, list_file, report, store, upload
from chalicelib.action_types.letter.columns import KINDS, TARGETS, Kind
from chalicelib.action_types.letter.store import TargetList
from chalicelib.action_types.letter.target import MOST_AT_ONCE
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.submission import Problem
from chalicelib.people import store as people
from chalicelib.plain_text import clean
from chalicelib.web import requests, responses
from chalicelib.web.console import spreadsheet
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_AT = "/console/actions/targets"
_REPORT_HEAD = ("target", "written", "sent", "waiting", "refused", "came_back")
_ACCEPTS = (requests.FORM, requests.MULTIPART)
_WRONG = {
    "nobody": "No row of this file names anybody, the columns being as below.",
    "nowhere": "No row of this file has a ZIP code and where it lies, the columns being as below.",
    "missing": "The file lacks something that it cannot do without.",
    "too_dense": "Too many stand in one place for letters to be written to them.",
    "unreadable": "Upload the file again: it is not there any more.",
    "gone": "The list was removed meanwhile.",
}


@screen(routes, _AT)
def target_lists(visit: Visit) -> Response:
    """The group's lists, and where to upload one more. `?for=` is the page that it is meant for."""
    return _lists(visit, {"for": _page(visit.query.get("for", ""))})


@screen(routes, _AT, methods=["POST"], accepts=_ACCEPTS)
def upload_list(visit: Visit) -> Response:
    """A new list, out of a file of targets."""
    fields, content = _sent(visit)
    if problem := _problem(content, TARGETS):
        return _lists(visit, fields, problem)
    made = upload.begin(visit.group.id, fields["name"] or "Targets")
    return _take_in(visit, made, TARGETS, content, fields["for"])


@screen(routes, _AT + "/{wanted}")
def target_list(visit: Visit, wanted: str) -> Response:
    """One list: how long it is, and whom `?zip=` leads to."""
    found = _find(visit, wanted)
    return _list(visit, found, {"for": _page(visit.query.get("for", ""))}) if found else visit.missing()


@screen(routes, _AT + "/{wanted}", methods=["POST"], accepts=_ACCEPTS)
def upload_file(visit: Visit, wanted: str) -> Response:
    """Another file of targets for this list, or of the places that its targets decide for."""
    found, (fields, content) = _find(visit, wanted), _sent(visit)
    kind = KINDS.get(fields["kind"])
    if found is None or kind is None:
        return visit.missing()
    if problem := _problem(content, kind):
        return _list(visit, found, fields, {f"{kind.name}-file": problem})
    return _take_in(visit, found, kind, content, fields["for"])


@screen(routes, _AT + "/{wanted}/columns")
def list_columns(visit: Visit, wanted: str) -> Response:
    """What each column of an uploaded file holds, as guessed."""
    found, kind = _find(visit, wanted), KINDS.get(visit.query.get("kind", ""))
    return _columns(visit, found, kind, visit.query.get("for", "")) if found and kind else visit.missing()


@screen(routes, _AT + "/{wanted}/columns", methods=["POST"])
def choose_columns(visit: Visit, wanted: str) -> Response:
    """The organizer said what the columns hold."""
    fields = visit.fields()
    found, kind = _find(visit, wanted), KINDS.get(fields.get("kind", ""))
    seen = upload.look(found, kind) if found and kind else None
    if found is None or kind is None or not isinstance(seen, list_file.Look):
        return visit.missing()
    told = [fields.get(f"column-{number}", "") for number in range(len(seen.heading))]
    meanings = [each if each in kind.meanings and each not in told[:number] else "" for number, each in enumerate(told)]
    taken = upload.take(found, kind, meanings)
    if isinstance(taken, Problem):
        return _columns(visit, found, kind, fields.get("for", ""), meanings=meanings, problem=taken)
    return _done(visit, taken, fields.get("for", ""))


@screen(routes, "/console/actions/{page}/letters")
def save_report(visit: Visit, page: str) -> Response:
    """What became of the letters, target by target, as a file."""
    found = _letter_page(visit, page)
    if found is None:
        return visit.missing()
    rows = ((line.target, line.queued, line.sent, line.waiting, *line[3:]) for line in report.lines(found.id))
    try:
        return spreadsheet.download(f"{found.slug or 'draft'}-letters.csv", _REPORT_HEAD, rows)
    except spreadsheet.TooMuch:
        return visit.show("too_much.html", status=413, back=f"/console/actions/{found.id}")


@screen(routes, "/console/actions/{page}/letters/{person}")
def letters_of_person(visit: Visit, page: str, person: str) -> Response:
    """What somebody wrote there, and what became of it."""
    found = _letter_page(visit, page)
    known = people.find(visit.group.id, person) if requests.is_id(person) else None
    if found is None or known is None:
        return visit.missing()
    return visit.show("letter/letters.html", page=found, person=known, letters=report.letters_of(found.id, known.id))


def _take_in(visit: Visit, found: TargetList, kind: Kind, content: bytes, page: str) -> Response:
    """Use the file at once where its columns say enough; else ask."""
    upload.keep(found, kind, content)
    seen = upload.look(found, kind)
    taken = upload.take(found, kind, seen.meanings) if isinstance(seen, list_file.Look) else Problem("file", "gone")
    if isinstance(taken, Problem):
        return responses.see_other(f"{_AT}/{found.id}/columns?kind={kind.name}&for={_page(page)}")
    return _done(visit, taken, page)


def _done(visit: Visit, found: TargetList, page: str) -> Response:
    """A letter that has no list yet goes to this one."""
    meant = actions.find_page(visit.group.id, page, consistent=True) if _page(page) else None
    used = meant is not None and meant.type == "letter" and not meant.own.get("targets")
    if meant and used:
        own = {**meant.own, "targets": found.id}
        used = actions.change_page(visit.group.id, meant.id, edited=meant.edited, own=own) is not None
    done = "list-used" if used else "list-filled"
    return responses.see_other(f"{_AT}/{found.id}?done={done}&for={_page(page)}")


def _sent(visit: Visit) -> tuple[dict[str, str], bytes]:
    fields, files = visit.form()
    file = files.get("file")
    name = clean(fields.get("name", "")) or clean(PurePath(file.filename).stem if file else "")
    told = {"name": name[: upload.LONGEST_NAME], "kind": fields.get("kind", ""), "for": _page(fields.get("for", ""))}
    return told, file.content if file else b""


def _problem(content: bytes, kind: Kind) -> str:
    if not content:
        return "Choose a file."
    seen = list_file.look(content, kind)
    return seen if isinstance(seen, str) else ""


def _find(visit: Visit, wanted: str) -> TargetList | None:
    return store.find(visit.group.id, wanted, consistent=True) if requests.is_id(wanted) else None


def _letter_page(visit: Visit, page: str) -> ActionPage | None:
    found = actions.find_page(visit.group.id, page) if requests.is_id(page) else None
    return found if found and found.type == "letter" else None


def _page(text: str) -> str:
    return text if requests.is_id(text) else ""


def _lists(visit: Visit, fields: dict[str, str], problem: str = "") -> Response:
    return visit.show(
        "letter/lists.html",
        status=422 if problem else 200,
        lists=store.lists_of(visit.group.id),
        fields={"name": "", **fields},
        problems={"file": problem} if problem else {},
    )


def _list(visit: Visit, found: TargetList, fields: dict[str, str], problems: dict[str, str] | None = None) -> Response:
    zip_code = clean(visit.query.get("zip", ""))[:16]
    return visit.show(
        "letter/list.html",
        status=422 if problems else 200,
        found=found,
        fields=fields,
        problems=problems or {},
        most=MOST_AT_ONCE,
        zip=zip_code,
        at=find_targets.at(found, zip_code) if "zip" in visit.query else None,
    )


def _columns(
    visit: Visit,
    found: TargetList,
    kind: Kind,
    page: str,
    *,
    meanings: list[str] | None = None,
    problem: Problem | None = None,
) -> Response:
    seen = upload.look(found, kind)
    if not isinstance(seen, list_file.Look):
        return visit.missing()
    chosen = meanings or seen.meanings
    values: dict[str, Any] = {"found": found, "kind": kind, "seen": seen, "chosen": chosen, "page": _page(page)}
    return visit.show(
        "letter/columns.html",
        status=422 if problem else 200,
        missing=columns.missing(kind, chosen),
        problem=_WRONG[problem.reason] if problem else "",
        examples=[_examples(seen, column) for column in range(len(seen.heading))],
        **values,
    )


def _examples(seen: list_file.Look, column: int) -> list[str]:
    """The first few different values of a column."""
    cells = [row[column][:80] for row in seen.sample if column < len(row) and row[column]]
    return list(dict.fromkeys(cells))[:3]
