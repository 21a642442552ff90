"""How many a query would reach: exactly when there is time, and honestly when there is not."""

import pytest

from chalicelib import clock, counters
from chalicelib.audiences.count import Count, count
from chalicelib.audiences.query import EVERYONE, Not, Tagged
from chalicelib.mailings.mailing import Excluded
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Person, person_id


@pytest.fixture
def group(aws):
    return network.create_group(f"g{clock.new_id()}", "Friends of the Library")


def join(group, *names):
    joined = [
        Person(id=person_id(group.salt, f"{name}@example.org"), group=group.id, email=f"{name}@example.org")
        for name in names
    ]
    people.add_new_people(joined, at=clock.now(), source="import")
    return joined


def test_everyone_who_is_subscribed_is_counted_and_the_rest_itemised(group):
    ada, grace, _ = join(group, "ada", "grace", "jose")
    people.tag(group.id, ada.id, add=["volunteer"])
    subscription.unsubscribe(group.id, grace.id)
    assert count(group.id, EVERYONE) == Count(2, Excluded(unsubscribed=1), True)
    assert count(group.id, Tagged("volunteer")) == Count(1, Excluded(), True)
    assert count(group.id, Not(Tagged("volunteer"))) == Count(1, Excluded(unsubscribed=1), True)


def test_nobody_of_another_group_is_counted(group, aws):
    join(group, "ada")
    other = network.create_group(f"g{clock.new_id()}", "Another group")
    assert count(other.id, EVERYONE) == Count(0, Excluded(), True)


def test_without_time_everyone_is_what_the_groups_counter_says(group):
    join(group, "ada")
    counters.add(f"group#{group.id}", "total", {"people": 3, "subscribed": 2})
    assert count(group.id, EVERYONE, seconds=-1) == Count(2, Excluded(), False)


def test_a_query_that_finds_nobody_does_not_forget_the_time(group):
    assert not count(group.id, Tagged("nobody has this"), seconds=-1).complete
