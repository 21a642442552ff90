"""One batch of a file of past gifts: which gifts its rows are, which of them are new, and writing that down."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import NamedTuple

from chalicelib import clock
from chalicelib.actions.submission import short_code
from chalicelib.giving import donors, outside, outside_store
from chalicelib.giving.donation import Donation, Donor, State
from chalicelib.giving.past_gifts.columns import PastGift, Reading, read_row
from chalicelib.network.group import Group
from chalicelib.people import import_batch
from chalicelib.people.columns import Wrong
from chalicelib.people.csv_file import Record
from chalicelib.people.import_batch import Seen
from chalicelib.people.import_store import Counts, Import
from chalicelib.people.person import Person, Subscription, person_id


class Told(NamedTuple):
    """What rows say: gifts, their donors by id, which of these are met first, how many rows are wrong or repeat one."""

    gifts: list[Donation]
    people: dict[str, Person]
    first: set[str]
    invalid: int
    repeated: int


class Found(NamedTuple):
    """What rows mean: gifts and people that are new, all who gave, and the numbers."""

    gifts: list[Donation]
    people: list[Person]
    givers: list[str]
    counts: Counts


def read(work: Import, group: Group, records: Sequence[Record], seen: Seen) -> Told:
    """What rows say. Changes nothing but what has been seen."""
    told = Told([], {}, set(), 0, 0)
    how = Reading(work.meanings, work.currency, work.day_first, _latest_day())
    for record in records:
        row = read_row(record.cells, how) if not record.problem else Wrong(record.problem)
        if isinstance(row, Wrong):
            seen.wrong(record, row)
            told = told._replace(invalid=told.invalid + 1)
            continue
        person = _person(work, group, row)
        gift = _donation(group, person, row, seen)
        if not seen.for_the_first_time(gift.id):
            told = told._replace(repeated=told.repeated + 1)
            continue
        told.gifts.append(gift)
        told.people.setdefault(person.id, person)
        if seen.for_the_first_time(person.id):
            told.first.add(person.id)
    return told


def compare(work: Import, told: Told) -> Found:
    """What is new in it. Changes nothing."""
    ids = [gift.id for gift in told.gifts]
    parts = import_batch.at_once(partial(outside_store.known, work.group), import_batch.hundreds(ids))
    known = {each for part in parts for each in part}
    here = import_batch.known_people(work.group, told.people)
    gifts = [gift for gift in told.gifts if gift.id not in known]
    people = [person for who, person in told.people.items() if who not in here]
    counts = Counts(
        new=len(gifts),
        unchanged=len(told.gifts) - len(gifts),
        invalid=told.invalid,
        repeated=told.repeated,
        people=sum(person.id in told.first for person in people),
    )
    return Found(gifts, people, list(told.people), counts)


def write(work: Import, found: Found) -> Counts:
    """Write gifts and whom they came from, and sum up what each has given; by what the counts were wrong.

    Whoever is known stays as they are; who is new is known and on no list. Sums of people come last and for all, so
    that whoever does it again after a crash makes up for what was left undone.
    """
    here_already = import_batch.add_people(work, found.people)
    known_already = outside_store.add_all(found.gifts)
    import_batch.at_once(partial(donors.remember, work.group), found.givers)
    return Counts(new=-len(known_already), unchanged=len(known_already), people=-len(here_already))


def news(counts: Counts) -> dict[str, int]:
    """What of it the group's own numbers grow by."""
    return {"people": counts.people}


def _latest_day() -> date:
    """In the zone where it is latest."""
    return (datetime.fromtimestamp(clock.now(), UTC) + timedelta(hours=14)).date()


def _person(work: Import, group: Group, row: PastGift) -> Person:
    return Person(
        id=person_id(group.salt, row.email),
        group=group.id,
        email=row.email,
        given_name=row.given_name,
        family_name=row.family_name,
        tags=frozenset([work.tag] if work.tag else []),
        subscription=Subscription.OUTSIDE,
        created=work.created,
    )


def _donation(group: Group, person: Person, row: PastGift, seen: Seen) -> Donation:
    """Its id follows from its reference; without one from what was given, and which of several alike it is."""
    alike = (row.email, row.day, row.amount, row.currency)
    told = ("reference", row.reference) if row.reference else (*alike, seen.before(" ".join(map(str, alike))))
    return Donation(
        id=outside.id_of(group.id, outside.UPLOAD, *told),
        group=group.id,
        page="",
        person=person.id,
        amount=row.amount,
        currency=row.currency,
        at=row.at,
        donor=Donor(email=row.email, given_name=row.given_name, family_name=row.family_name),
        often=row.often,
        state=State.GIVEN,
        given_at=row.at,
        reference=row.reference,
        origin=outside.UPLOAD,
        source=short_code(row.source),
        passed_on=True,
    )
