"""Walks a group's list with a query, in id order, a shard of the list at a time; memory stays flat.

Reads the rows themselves, so that an audience is as fresh as the list. (When lists outgrow that, the lake answers.)
"""

from collections.abc import Callable, Iterator

from chalicelib.actions import store as actions
from chalicelib.audiences.query import Query, matches
from chalicelib.people import store as people
from chalicelib.people.person import SHARDS, Person


def find(group: str, query: Query, after: str = "", *, at_each_shard: Callable[[], None]) -> Iterator[Person]:
    """Everyone whom the query is about, whatever their subscription, beginning behind the person id `after`.

    `at_each_shard` is called now and then, however few are found.
    """
    first = int(after[:2], 16) if after else 0
    for number in range(first, SHARDS):
        at_each_shard()
        yield from find_in_shard(group, query, f"{number:02x}", after)


def find_in_shard(group: str, query: Query, shard: str, after: str) -> Iterator[Person]:
    """The same, of one shard of the list."""
    who: dict[str, set[str]] = {}

    def acted(page: str, person: str) -> bool:
        # Read once a shard, and only when somebody lives there.
        if page not in who:
            who[page] = actions.who_acted(page, shard)
        return person in who[page]

    for person in people.each_of_shard(group, shard, after):
        if matches(query, person, acted):
            yield person
