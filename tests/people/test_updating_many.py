"""What an import says of people who are on the list already, a hundred a call."""

from typing import Any

from chalicelib import clock
from chalicelib.people import store
from chalicelib.people.person import Person, Subscription, person_id


def person(group: str, email: str, **told: Any) -> Person:
    return Person(id=person_id("5a17", email), group=group, email=email, **told)


def found(group: str, *people: Person) -> list[Person]:
    known = store.find_many(group, [one.id for one in people], consistent=True)
    return [known[one.id] for one in people]


def test_the_newest_word_wins_and_tags_are_added_to_all(aws: Any) -> None:
    group = clock.new_id()
    ada, grace = person(group, "ada@example.org"), person(group, "grace@example.org")
    store.add_new_people([ada, grace], at=50, source="import:first")
    store.upsert(person(group, "ada@example.org", given_name="Augusta", tags=frozenset({"signed"})), at=200)
    imported = [
        person(
            group, one.email, given_name="Imported", tags=frozenset({"spring"}), subscription=Subscription.UNSUBSCRIBED
        )
        for one in (ada, grace)
    ]
    store.update_people(imported, at=100)
    ada, grace = found(group, ada, grace)
    assert (ada.given_name, ada.tags) == ("Augusta", {"signed", "spring"})
    assert (grace.given_name, grace.tags) == ("Imported", {"spring"})
    assert {ada.subscription, grace.subscription} == {Subscription.SUBSCRIBED}


def test_who_was_forgotten_meanwhile_does_not_keep_the_others_waiting(aws: Any) -> None:
    group = clock.new_id()
    ada, grace = person(group, "ada@example.org"), person(group, "grace@example.org", zip_code="02139")
    store.add_new_people([grace], at=50, source="import:first")
    store.update_people([ada, person(group, grace.email, zip_code="94110")], at=100)
    assert found(group, grace)[0].zip_code == "94110"
