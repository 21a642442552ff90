"""Looking somebody up never takes long, and never says nobody before it has looked everywhere."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.people import search, store
from chalicelib.people.person import Person, Subscription, person_id

SALT = "ab" * 16


def person(given_name: str = "", family_name: str = "", email: str = "ada@example.org", **more: Any) -> Person:
    return Person(
        id=person_id(SALT, email), group="g", email=email, given_name=given_name, family_name=family_name, **more
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", True),
        ("núñez", True),
        ("NUNEZ", True),
        ("jose nunez", True),
        ("nun jos", True),
        ("pepe@", True),
        ("jose@", False),
        ("josef", False),
        ("jose grace", False),
    ],
)
def test_words_are_found_in_names_and_addresses(text: str, found: bool) -> None:
    assert search.matching(text)(person("José", "Núñez", "pepe@example.org")) is found


@given(st.text())
def test_whoever_is_called_so_is_found(name: str) -> None:
    assert search.matching(name)(person(name))


def test_tag_and_standing_must_both_hold() -> None:
    ada = person(tags=frozenset({"volunteer"}), subscription=Subscription.BOUNCED)
    assert search.matching("", "volunteer", Subscription.BOUNCED)(ada)
    assert not search.matching("", "volunteer", Subscription.SUBSCRIBED)(ada)
    assert not search.matching("", "Volunteer")(ada)


@pytest.fixture
def group(aws: Any) -> str:
    return clock.new_id()


def known(group: str, count: int) -> list[str]:
    everyone = [Person(id=person_id(SALT, f"p{n}@x.org"), group=group, email=f"p{n}@x.org") for n in range(count)]
    for one in everyone:
        store.upsert(one, at=1.0)
    return sorted(one.id for one in everyone)


@pytest.mark.parametrize(("most", "seconds"), [(1, 60), (7, 60), (40, 60), (41, 60), (100, 60), (10, -1)])
def test_everyone_is_found_once_in_order(group: str, most: int, seconds: float) -> None:
    ids, seen, after, steps = known(group, 40), list[str](), "", 0
    while True:
        found = search.look(group, search.matching(), after=after, most=most, seconds=seconds)
        seen += [one.id for one in found.people]
        steps += 1
        assert len(found.people) <= most
        assert steps < 400, "a walk must get on"
        if found.complete:
            break
        assert found.after > after
        assert 0 < found.share < 1
        after = found.after
    assert seen == ids


def test_a_shard_too_large_for_one_read_is_taken_up_where_it_was_left(
    group: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "_ROWS", 1)
    ids = known(group, 600)
    assert [one.id for stretch in search.each(group, search.matching()) for one in stretch] == ids
    assert [one.id for one in search.look(group, search.matching(), most=1000, seconds=60).people] == ids


def test_running_out_of_time_is_not_nobody(group: str) -> None:
    known(group, 1)
    found = search.look(group, search.matching("nobody"), seconds=-1)
    assert found.people == []
    assert not found.complete
    assert search.look(group, search.matching("nobody"), seconds=60).complete


def test_an_exact_address_needs_no_walk(group: str) -> None:
    known(group, 2)
    found = search.by_email(group, SALT, " P1@X.org ")
    assert found
    assert found.email == "p1@x.org"
    assert search.by_email(group, SALT, "p9@x.org") is None
    assert search.by_email(group, SALT, "p1") is None


def test_another_group_is_never_walked(group: str) -> None:
    known(group, 3)
    assert search.look(clock.new_id(), search.matching(), seconds=60) == search.Found([], "", 1.0)
