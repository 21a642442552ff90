"""Uploading past gifts: upload a file, say what its columns hold, see what would be added, then add it.

From the dry run on it is an import like one of people: `imports.py` confirms, stops and goes on with it.
"""

from typing import NamedTuple
from urllib.parse import urlsplit

from chalice.app import Blueprint, Response

from chalicelib import clock, config, counters, files
from chalicelib.giving import money, terms
from chalicelib.giving.past_gifts import columns
from chalicelib.people import import_batch, import_file, import_people, import_store
from chalicelib.people.import_file import Look
from chalicelib.people.import_store import Import, Kind, State
from chalicelib.people.person import LONGEST_TAG
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console import imports, spreadsheet
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_SHOWN_ERRORS = 10
_SAMPLE_HEAD = ("email", "amount", "date", "currency", "how often", "source", "reference", "name")
_SAMPLE_ROWS = (
    ("ada@example.org", "25.00", "2024-03-05", "USD", "once", "spring-letter", "R-1001", "Ada Lovelace"),
    ("jose@example.org", "10.00", "2024-03-09", "USD", "monthly", "", "R-1002", "José Núñez"),
)


class Chosen(NamedTuple):
    """What an organizer says of a file."""

    meanings: list[str]
    currency: str
    day_first: bool
    tag: str


@screen(routes, "/console/giving/past")
def upload_gifts(visit: Visit) -> Response:
    """Where to upload a file: straight to S3, so that its size is no matter."""
    wanted = clock.new_id()
    then = f"{config.public_url()}/console/giving/past/{wanted}/columns"
    url, fields = files.presigned_form(import_file.key(visit.group.id, wanted), imports.MOST_BYTES, then)
    return visit.show(
        "past_upload.html",
        forms_to="{0.scheme}://{0.netloc}".format(urlsplit(url)),
        url=url,
        fields=fields,
        uploads=import_store.imports_of(visit.group.id, Kind.GIFTS),
    )


@screen(routes, "/console/giving/past/sample")
def gifts_sample(visit: Visit) -> Response:
    """A file to begin with."""
    return spreadsheet.download("past-gifts.csv", _SAMPLE_HEAD, _SAMPLE_ROWS)


@screen(routes, "/console/giving/past/{wanted}/columns")
def gift_columns(visit: Visit, wanted: str) -> Response:
    """What each column holds: as guessed, or as was said for the dry run."""
    found = _find(visit, wanted)
    if found is None:
        return _show_columns(visit, wanted, None)
    if found.kind == Kind.GIFTS and found.state == State.CHECKED:
        return _show_columns(visit, wanted, Chosen(found.meanings, found.currency, found.day_first, found.tag))
    return responses.see_other(_there(found))


@screen(routes, "/console/giving/past/{wanted}/columns", methods=["POST"])
def check_gifts(visit: Visit, wanted: str) -> Response:
    """Begin the dry run, or repeat it with other columns."""
    fields, found, seen = visit.fields(), _find(visit, wanted), _look(visit, wanted)
    if not isinstance(seen, Look) or (found and found.kind != Kind.GIFTS):
        return visit.missing()
    meanings = [fields.get(f"column-{number}", "") for number in range(len(seen.heading))]
    days, tag = fields.get("days", ""), clean(fields.get("tag", ""))
    chosen = Chosen(meanings, fields.get("currency", ""), days == "day", tag)
    if problem := _problem(chosen):
        return _show_columns(visit, wanted, chosen, problem)
    how = {"kind": Kind.GIFTS, "currency": chosen.currency, "day_first": chosen.day_first}
    if not import_people.start(visit.group.id, wanted, visit.session.email, meanings, tag, **how):
        import_people.check_again(visit.group.id, wanted, meanings, tag, **how)
    return responses.see_other(f"/console/giving/past/{wanted}")


@screen(routes, "/console/giving/past/{wanted}")
def gifts_state(visit: Visit, wanted: str) -> Response:
    """How far it is, what its dry run found, what it did."""
    found = _find(visit, wanted)
    if found is None or found.kind != Kind.GIFTS:
        return visit.missing()
    over = found.state in (State.CHECKED, State.DONE)
    silent = imports.is_silent(found)
    return visit.show(
        "past_gifts.html",
        found=found,
        State=State,
        silent=silent,
        pace="" if silent else imports.pace(found),
        most_errors=import_batch.MOST_ERRORS,
        errors=import_file.errors_of(found)[:_SHOWN_ERRORS] if over and found.counts.invalid else [],
    )


def _find(visit: Visit, wanted: str) -> Import | None:
    return import_store.find(visit.group.id, wanted) if is_id(wanted) else None


def _look(visit: Visit, wanted: str) -> Look | str | None:
    return import_file.look(visit.group.id, wanted, columns.guess) if is_id(wanted) else None


def _there(found: Import) -> str:
    return f"/console/giving/past/{found.id}" if found.kind == Kind.GIFTS else f"/console/imports/{found.id}"


def _problem(chosen: Chosen) -> str:
    named = [meaning for meaning in chosen.meanings if meaning]
    if not set(chosen.meanings) <= set(columns.MEANINGS) or not set(columns.NEEDED) <= set(named):
        return "Say which columns hold the email addresses, the amounts and the dates."
    if len(named) != len(set(named)):
        return "Two columns are said to hold the same thing."
    if chosen.currency not in money.CURRENCIES:
        return "Choose a currency."
    return f"The tag is longer than {LONGEST_TAG} letters." if len(chosen.tag) > LONGEST_TAG else ""


def _guessed(visit: Visit, seen: Look) -> Chosen:
    place = seen.meanings.index("date") if "date" in seen.meanings else len(seen.heading)
    day_first = columns.guess_day_first(seen.sample, place)
    tag = f"past gifts {counters.day(clock.now())}"
    return Chosen(seen.meanings, terms.of(visit.group).currency, day_first, tag)


def _show_columns(visit: Visit, wanted: str, chosen: Chosen | None, problem: str = "") -> Response:
    seen = _look(visit, wanted)
    if seen is None:
        return visit.missing()
    if not isinstance(seen, Look):
        return visit.show("past_unreadable.html", status=422, problem=seen)
    return visit.show(
        "past_columns.html",
        status=422 if problem else 200,
        seen=seen,
        examples=[imports.examples(seen, column) for column in range(len(seen.heading))],
        problem=problem,
        chosen=chosen or _guessed(visit, seen),
        meanings=columns.MEANINGS,
        currencies=[(name, name) for name in money.CURRENCIES],
    )
