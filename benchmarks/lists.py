"""Lists of people to write to."""

from chalicelib import clock
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id

_AT_ONCE = 10_000


def fill(group: Group, count: int) -> None:
    """Put people on a group's list, without ceremony."""
    for start in range(0, count, _AT_ONCE):
        new = [_person(group, number) for number in range(start, min(start + _AT_ONCE, count))]
        people.add_new_people(new, at=clock.now(), source="bench")


def _person(group: Group, number: int) -> Person:
    email = f"p{number}@{group.slug}.example.org"
    return Person(id=person_id(group.salt, email), group=group.id, email=email, given_name=f"Person {number}")
