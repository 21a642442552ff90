"""People: the list, looking somebody up, and one person's record."""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlencode

from chalice.app import Blueprint, Response

from chalicelib import clock, counters
from chalicelib.people import field_store, search, store, subscription
from chalicelib.people.custom_field import CustomField
from chalicelib.people.person import LONGEST_TAG, Person, Subscription
from chalicelib.people.timeline import timeline
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console import giving, spreadsheet
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

MOST_TAGS = 50

_LONGEST = {"given_name": 80, "family_name": 80, "phone": 32, "street": 120, "city": 80, "zip_code": 16}
_HEAD = (
    *("email", "given_name", "family_name", "phone", "street", "city", "zip_code", "language", "tags"),
    *("subscription", "since_utc", "known_since_utc", "source"),
)


class Asked(NamedTuple):
    """What the list is asked for, as it stands in the address."""

    q: str = ""
    tag: str = ""
    standing: str = ""

    @property
    def wanted(self) -> search.Wanted:
        return search.matching(self.q, self.tag, Subscription(self.standing) if self.standing else None)

    def link(self, path: str = "/console/people", **more: str) -> str:
        """The address of this list, or of another view on it."""
        asked = {name: value for name, value in (self._asdict() | more).items() if value}
        return f"{path}?{urlencode(asked)}" if asked else path


@screen(routes, "/console/people")
def people(visit: Visit) -> Response:
    """A page of the list, or of those who match."""
    asked = _asked(visit)
    after = _after(visit)
    exactly = None if after else search.by_email(visit.group.id, visit.group.salt, asked.q)
    if exactly and asked.wanted(exactly):
        found = search.Found([exactly], "", 1.0)
    else:
        found = search.look(visit.group.id, asked.wanted, after=after)
    return visit.show(
        "people.html",
        asked=asked,
        found=found,
        after=after,
        totals=counters.read(f"group#{visit.group.id}"),
        standings=list(Subscription),
    )


@screen(routes, "/console/people/export")
def export_people(visit: Visit) -> Response:
    """Those who match, as a file."""
    found = search.each(visit.group.id, _asked(visit).wanted)
    try:
        fields = field_store.fields_of(visit.group.id)
        head = (*_HEAD, *(field.label for field in fields))
        return spreadsheet.download("people.csv", head, _rows(_in_time(found), fields))
    except spreadsheet.TooMuch:
        return visit.show("too_much.html", status=413, back=_asked(visit).link())


@screen(routes, "/console/people/{person}")
def person(visit: Visit, person: str) -> Response:
    """One person's record."""
    known = _find(visit, person)
    return _record(visit, known) if known else visit.missing()


@screen(routes, "/console/people/{person}", methods=["POST"])
def save_person(visit: Visit, person: str) -> Response:
    """Change names, phone and address."""
    known = _find(visit, person)
    if known is None:
        return visit.missing()
    fields = visit.fields()
    typed = {name: clean(fields.get(name, "")) for name in _LONGEST}
    problems = {name: f"At most {most} letters" for name, most in _LONGEST.items() if len(typed[name]) > most}
    if problems:
        return _record(visit, known, status=422, typed=typed, problems=problems)
    typed["zip_code"] = typed["zip_code"].upper()
    store.change(visit.group.id, known.id, **typed)
    return _back(known, "person-saved")


@screen(routes, "/console/people/{person}/tag", methods=["POST"])
def tag_person(visit: Visit, person: str) -> Response:
    """Add a tag."""
    known = _find(visit, person)
    if known is None:
        return visit.missing()
    name = clean(visit.fields().get("tag", ""))
    problem = _tag_problem(known, name)
    if problem:
        return _record(visit, known, status=422, tag=name, problems={"tag": problem})
    store.tag(visit.group.id, known.id, add=[name])
    return _back(known, "tagged")


@screen(routes, "/console/people/{person}/untag", methods=["POST"])
def untag_person(visit: Visit, person: str) -> Response:
    """Take a tag away."""
    known = _find(visit, person)
    if known is None:
        return visit.missing()
    store.tag(visit.group.id, known.id, remove=known.tags & {visit.fields().get("tag", "")})
    return _back(known, "untagged")


@screen(routes, "/console/people/{person}/unsubscribe", methods=["POST"])
def unsubscribe_person(visit: Visit, person: str) -> Response:
    """Stop mail to somebody who asked the group for it."""
    known = _find(visit, person)
    if known is None:
        return visit.missing()
    subscription.unsubscribe(visit.group.id, known.id)
    return _back(known, "unsubscribed")


def _record(visit: Visit, known: Person, *, status: int = 200, **form: Any) -> Response:
    typed = {name: getattr(known, name) for name in _LONGEST}
    form = {"typed": typed, "tag": "", "problems": {}} | form
    fields = field_store.fields_of(visit.group.id) if known.fields else []
    answers = [(field.label, _said(known.fields[field.id])) for field in fields if field.id in known.fields]
    shown: dict[str, Any] = {
        "person": known,
        "timeline": timeline(known),
        "answers": answers,
        "gifts": giving.lines_of(known.id),
    }
    return visit.show("person.html", status=status, **shown, **form)


def _find(visit: Visit, person: str) -> Person | None:
    return store.find(visit.group.id, person, consistent=True) if is_id(person) else None


def _asked(visit: Visit) -> Asked:
    query = visit.query
    standing = query.get("standing", "")
    known = standing if standing in set(Subscription) else ""
    return Asked(clean(query.get("q", ""))[:254], clean(query.get("tag", ""))[:LONGEST_TAG], known)


def _after(visit: Visit) -> str:
    after = visit.query.get("after", "")
    return after if is_id(after) else ""


def _tag_problem(known: Person, name: str) -> str:
    if not name:
        return "Write a tag"
    if len(name) > LONGEST_TAG:
        return f"At most {LONGEST_TAG} letters"
    return f"At most {MOST_TAGS} tags a person" if len(known.tags) >= MOST_TAGS else ""


def _back(known: Person, done: str) -> Response:
    return responses.see_other(f"/console/people/{known.id}?done={done}")


def _in_time(stretches: Iterator[list[Person]]) -> Iterator[Person]:
    deadline = clock.now() + spreadsheet.MOST_SECONDS
    for stretch in stretches:
        yield from stretch
        if clock.now() > deadline:
            raise spreadsheet.TooMuch


def _rows(found: Iterator[Person], fields: Sequence[CustomField]) -> Iterator[tuple[str, ...]]:
    for one in found:
        yield (
            one.email,
            one.given_name,
            one.family_name,
            one.phone,
            one.street,
            one.city,
            one.zip_code,
            one.language,
            ";".join(sorted(one.tags)),
            str(one.subscription),
            spreadsheet.moment(one.subscription_since),
            spreadsheet.moment(one.created),
            one.source,
            *(_said(one.fields.get(field.id, "")) for field in fields),
        )


def _said(answer: str) -> str:
    """Of several choices, one beside the other."""
    return "; ".join(answer.split("\n"))
