"""Who signed: each once, page by page, and counted without reading them."""

from typing import Any

import pytest
from cloud import watching

from chalicelib import clock, counters
from chalicelib.actions import signers, store
from chalicelib.actions.submission import Submission
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id

SALT = "ab" * 16


def signed(group: str, page: str, email: str, *, known: bool = True) -> str:
    who = person_id(SALT, email)
    if known:
        people.upsert(Person(id=who, group=group, email=email), at=clock.now())
    store.record(
        Submission(id=clock.new_id(), group=group, page=page, type="petition", person=who, at=clock.now(), email=email)
    )
    return who


@pytest.fixture
def place(aws: Any) -> tuple[str, str]:
    return clock.new_id(), clock.new_id()


def test_nobody_yet(place: tuple[str, str]) -> None:
    assert signers.page_of(*place) == ([], "")
    assert list(signers.each(*place)) == []


@pytest.mark.parametrize("size", [1, 7, 20, 21, 50])
def test_everyone_once_in_order_whatever_the_page(place: tuple[str, str], size: int) -> None:
    ids = sorted(signed(*place, f"p{number}@example.org") for number in range(21))
    seen, after = [], ""
    while True:
        page, after = signers.page_of(*place, after, size)
        assert len(page) <= size
        seen += [signer.action.person for signer in page]
        if not after:
            break
    assert seen == ids


def test_more_than_a_hundred_for_a_file(place: tuple[str, str]) -> None:
    ids = sorted(signed(*place, f"p{number}@example.org") for number in range(130))
    assert [signer.action.person for signer in signers.each(*place)] == ids


def test_whoever_is_gone_keeps_their_place(place: tuple[str, str]) -> None:
    signed(*place, "ada@example.org", known=False)
    [[signer], _] = signers.page_of(*place)
    assert signer.person is None


def test_counts_of_several_pages_at_once(aws: Any) -> None:
    one, two, none = clock.new_id(), clock.new_id(), clock.new_id()
    for _ in range(5):
        counters.add(f"page#{one}", "total", {"actions": 2})
    counters.add(f"page#{two}", "total", {"actions": 7})
    assert signers.count([one, two, none]) == {one: 10, two: 7, none: 0}
    assert signers.count([]) == {}


def test_a_screenful_reads_a_screenful(place: tuple[str, str]) -> None:
    with watching("dynamodb", "Query") as asked:
        signers.page_of(*place, size=5)
    assert {each["Limit"] for each in asked} == {6}
