"""Ada's standing ends the same in whatever order her acts and her mail server's reports arrive."""

from itertools import permutations
from typing import Any

import pytest

from chalicelib import clock, counters
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import store, subscription
from chalicelib.people.person import Person, Subscription, person_id


@pytest.fixture
def group(aws: Any) -> Group:
    made = network.create_group(f"g{clock.new_id()}", "Friends of the Library")
    assert made
    return made


@pytest.fixture
def ada(group: Group) -> Person:
    email = f"ada+{group.slug}@example.org"
    person = Person(id=person_id(group.salt, email), group=group.id, email=email)
    store.upsert(person, at=clock.now())
    return person


def standing(person: Person) -> Subscription:
    found = store.find(person.group, person.id, consistent=True)
    assert found
    return found.subscription


HAPPENS = {
    "leaves": lambda ada: subscription.unsubscribe(ada.group, ada.id),
    "bounces": lambda ada: subscription.bounced(ada.group, ada.id, ada.email),
    "complains": lambda ada: subscription.complained(ada.group, ada.id, ada.email),
}


@pytest.mark.parametrize("order", list(permutations(HAPPENS)))
def test_the_gravest_report_stays(ada: Person, order: tuple[str, ...]) -> None:
    for what in order:
        HAPPENS[what](ada)
    address = subscription.address_hash(ada.email)
    assert standing(ada) == Subscription.COMPLAINED
    assert store.suppressed([address]) == {address: "complained"}
    assert counters.read(f"group#{ada.group}")["subscribed"] == -1


@pytest.mark.parametrize("what", ["bounces", "complains"])
def test_leaving_and_coming_back_is_no_way_around_a_report(ada: Person, what: str) -> None:
    HAPPENS[what](ada)
    before = standing(ada)
    subscription.unsubscribe(ada.group, ada.id)
    subscription.resubscribe(ada.group, ada.id)
    assert standing(ada) == before


def test_a_complaint_that_comes_while_ada_returns_stays(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    subscription.unsubscribe(ada.group, ada.id)
    now = clock.now

    def complaint_first() -> float:
        monkeypatch.setattr(clock, "now", now)
        subscription.complained(ada.group, ada.id, ada.email)
        return now()

    monkeypatch.setattr(clock, "now", complaint_first)
    assert not subscription.resubscribe(ada.group, ada.id)
    assert standing(ada) == Subscription.COMPLAINED


def test_ada_leaves_and_returns(ada: Person) -> None:
    assert subscription.unsubscribe(ada.group, ada.id)
    assert not subscription.unsubscribe(ada.group, ada.id)
    assert subscription.resubscribe(ada.group, ada.id)
    assert standing(ada) == Subscription.SUBSCRIBED
    assert counters.read(f"group#{ada.group}").get("subscribed", 0) == 0
