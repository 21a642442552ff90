"""Importing people: upload a file, say what its columns hold, see what would change, then import."""

from urllib.parse import quote, urlsplit

from chalice.app import Blueprint, Response

from chalicelib import clock, config, counters, files
from chalicelib.people import columns, import_batch, import_file, import_people, import_store
from chalicelib.people.import_file import Look
from chalicelib.people.import_store import Import, Kind, State
from chalicelib.people.person import LONGEST_TAG
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console import spreadsheet, times
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

MOST_BYTES = 200 * 1024 * 1024

_SILENCE_SECONDS = 30
_SAMPLE_HEAD = ("email", "first name", "last name", "ZIP", "language", "tags")
_SAMPLE_ROWS = (
    ("ada@example.org", "Ada", "Lovelace", "02139", "en", "volunteer, donor"),
    ("jose@example.org", "José", "Núñez", "10001", "es", ""),
)


@screen(routes, "/console/people/import")
def upload_people(visit: Visit) -> Response:
    """Where to upload a file: straight to S3, so that its size is no matter."""
    wanted = clock.new_id()
    then = f"{config.public_url()}/console/imports/{wanted}/columns"
    url, fields = files.presigned_form(import_file.key(visit.group.id, wanted), MOST_BYTES, then)
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(url))
    return visit.show(
        "import_upload.html",
        forms_to=origin,
        url=url,
        fields=fields,
        imports=import_store.imports_of(visit.group.id),
    )


@screen(routes, "/console/people/import/sample")
def import_sample(visit: Visit) -> Response:
    """A file to begin with."""
    return spreadsheet.download("people-to-import.csv", _SAMPLE_HEAD, _SAMPLE_ROWS)


@screen(routes, "/console/imports/{wanted}/columns")
def import_columns(visit: Visit, wanted: str) -> Response:
    """What each column of an uploaded file holds: as guessed, or as was said for the dry run."""
    found = _find(visit, wanted)
    if found and found.kind != Kind.PEOPLE:
        return visit.missing()
    if found is None:
        return _show_columns(visit, wanted, tag=f"import {counters.day(clock.now())}")
    if found.state == State.CHECKED:
        return _show_columns(visit, wanted, tag=found.tag, meanings=found.meanings)
    return responses.see_other(f"/console/imports/{wanted}")


@screen(routes, "/console/imports/{wanted}/columns", methods=["POST"])
def check_import(visit: Visit, wanted: str) -> Response:
    """Begin the dry run, or repeat it with other columns."""
    fields = visit.fields()
    tag = clean(fields.get("tag", ""))
    if (found := _find(visit, wanted)) and found.kind != Kind.PEOPLE:
        return visit.missing()
    seen = _look(visit, wanted)
    meanings = [fields.get(f"column-{number}", "") for number in range(len(seen.heading) if seen else 0)]
    problem = _problem(meanings, tag, agreed=fields.get("agreed") == "yes")
    if problem:
        return _show_columns(visit, wanted, tag=tag, problem=problem, meanings=meanings)
    started = import_people.start(visit.group.id, wanted, visit.session.email, meanings, tag)
    if not started:
        import_people.check_again(visit.group.id, wanted, meanings, tag)
    return responses.see_other(f"/console/imports/{wanted}")


@screen(routes, "/console/imports/{wanted}")
def import_state(visit: Visit, wanted: str) -> Response:
    """How far an import is, what its dry run found, what it did."""
    found = _find(visit, wanted)
    if found is None:
        return visit.missing()
    if found.kind == Kind.GIFTS:
        done = visit.query.get("done", "")
        return responses.see_other(f"/console/giving/past/{wanted}" + (f"?done={quote(done)}" if done else ""))
    silent = is_silent(found)
    return visit.show(
        "import.html",
        found=found,
        State=State,
        silent=silent,
        pace="" if silent else pace(found),
        most_errors=import_batch.MOST_ERRORS,
    )


@screen(routes, "/console/imports/{wanted}/confirm", methods=["POST"])
def confirm_import(visit: Visit, wanted: str) -> Response:
    """The dry run is as it should be: import."""
    if _find(visit, wanted) is None:
        return visit.missing()
    begun = import_people.confirm(visit.group.id, wanted)
    return responses.see_other(f"/console/imports/{wanted}" + ("?done=imported" if begun else ""))


@screen(routes, "/console/imports/{wanted}/stop", methods=["POST"])
def stop_import(visit: Visit, wanted: str) -> Response:
    """Leave it where it stands."""
    if _find(visit, wanted) is None:
        return visit.missing()
    stopped = import_people.stop(visit.group.id, wanted)
    return responses.see_other(f"/console/imports/{wanted}" + ("?done=import-stopped" if stopped else ""))


@screen(routes, "/console/imports/{wanted}/go-on", methods=["POST"])
def go_on_with_import(visit: Visit, wanted: str) -> Response:
    """Its worker fell silent: send another one."""
    found = _find(visit, wanted)
    if found is None:
        return visit.missing()
    if found.running:
        import_people.go_on(visit.group.id, wanted)
    return responses.see_other(f"/console/imports/{wanted}")


@screen(routes, "/console/imports/{wanted}/errors")
def import_errors(visit: Visit, wanted: str) -> Response:
    """The rows that cannot be imported, with their line and what is wrong, as a file."""
    found = _find(visit, wanted)
    if found is None:
        return visit.missing()
    rows = ((error.line, error.problem, *error.cells) for error in import_file.errors_of(found))
    try:
        return spreadsheet.download("rows-to-mend.csv", ["line", "problem", *found.heading], rows)
    except spreadsheet.TooMuch:
        return visit.show("too_much.html", status=413, back=f"/console/imports/{wanted}")


def _find(visit: Visit, wanted: str) -> Import | None:
    return import_store.find(visit.group.id, wanted) if is_id(wanted) else None


def _look(visit: Visit, wanted: str) -> Look | None:
    seen = import_file.look(visit.group.id, wanted) if is_id(wanted) else None
    return seen if isinstance(seen, Look) else None


def _problem(meanings: list[str], tag: str, *, agreed: bool) -> str:
    named = [meaning for meaning in meanings if meaning]
    if not set(meanings) <= set(columns.MEANINGS) or "email" not in meanings:
        return "Say which one column holds the email addresses."
    if len(named) != len(set(named)):
        return "Two columns are said to hold the same thing."
    if len(tag) > LONGEST_TAG:
        return f"The tag is longer than {LONGEST_TAG} letters."
    if not agreed:
        return "Import only people who agreed to hear from you, and say so by the tick below."
    return ""


def is_silent(found: Import) -> bool:
    """Whether its worker may be dead."""
    return found.running and clock.now() > max(found.alive_until, found.begun) + _SILENCE_SECONDS


def pace(found: Import) -> str:
    """How fast a pass is, and how long it still takes."""
    seconds = clock.now() - found.begun
    if not found.counts.rows or seconds < 2:
        return ""
    rate = found.counts.rows / seconds
    left = seconds / found.share * (1 - found.share) if found.share else 0.0
    return f"{rate:,.0f} rows a second, about {times.duration(left)} left"


def _show_columns(
    visit: Visit, wanted: str, *, tag: str, problem: str = "", meanings: list[str] | None = None
) -> Response:
    seen = import_file.look(visit.group.id, wanted) if is_id(wanted) else None
    if seen is None:
        return visit.missing()
    if not isinstance(seen, Look):
        return visit.show("import_unreadable.html", status=422, problem=seen)
    return visit.show(
        "import_columns.html",
        status=422 if problem else 200,
        seen=seen,
        examples=[examples(seen, column) for column in range(len(seen.heading))],
        problem=problem,
        chosen=meanings if meanings and len(meanings) == len(seen.heading) else seen.meanings,
        meanings=columns.MEANINGS,
        tag=tag,
    )


def examples(seen: Look, column: int) -> list[str]:
    """The first few different values of a column."""
    cells = [row[column] for row in seen.sample if column < len(row) and row[column]]
    return list(dict.fromkeys(cells))[:3]
