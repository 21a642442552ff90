"""What an organizer writes on a page, checked; how it gets its address; and how it is opened and closed."""

from typing import Any

import pytest
from cloud import losing_a_reply
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.actions import store, write_page
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.actions.submission import Problem
from chalicelib.actions.write_page import Draft
from chalicelib.network import store as network
from chalicelib.network.group import Group

GROUP = "0" * 32
FIELDS = st.dictionaries(
    st.sampled_from(["title", "slug", "target", "body", "picture", "picture_alt", "goal", "thanks", "language", "x"]),
    st.text(),
)


def read(**fields: str) -> Draft | list[Problem]:
    return write_page.read_draft(GROUP, {"title": "Save the library"} | fields)


@pytest.fixture
def bobs(aws: Any) -> Group:
    group = network.create_group(f"g{clock.new_id()}", "Friends of the Library")
    assert group
    return group


def made(group: Group, **fields: str) -> ActionPage:
    draft = read(**fields)
    assert isinstance(draft, Draft)
    page = write_page.create(group, draft)
    assert isinstance(page, ActionPage)
    return page


@given(FIELDS)
def test_whatever_is_sent_is_a_draft_or_problems(fields: dict[str, str]) -> None:
    draft = write_page.read_draft(GROUP, fields)
    if isinstance(draft, list):
        assert draft
    else:
        assert draft.title
        assert 0 <= draft.goal <= write_page.MOST_GOAL


@pytest.mark.parametrize(
    ("typed", "goal"),
    [("", 0), ("0", 0), ("500", 500), ("1,500", 1500), ("1.500", 1500), ("1 500", 1500), ("1'500", 1500)],
)
def test_goals_as_people_write_them(typed: str, goal: int) -> None:
    draft = read(goal=typed)
    assert isinstance(draft, Draft)
    assert draft.goal == goal


@pytest.mark.parametrize("typed", ["x", "-1", "1e9", "²", "٣", "9" * 12, "100000001"])
def test_what_is_no_goal(typed: str) -> None:
    assert read(goal=typed) == [Problem("goal", "wrong")]


def test_an_address_is_put_into_shape() -> None:
    draft = read(slug=" Save THE Library! ")
    assert isinstance(draft, Draft)
    assert draft.slug == "save-the-library"


def test_an_address_is_claimed_once(bobs: Group) -> None:
    page = made(bobs, slug="library")
    again = write_page.create(bobs, Draft(title="Another", slug="library"))
    assert again == [Problem("slug", "taken")]
    assert network.find_name(f"{bobs.slug}/library") == network.Target(bobs.id, page.id)
    assert store.pages_of(bobs.id) == [page]


def test_a_title_that_gives_no_address_needs_one(bobs: Group) -> None:
    assert write_page.create(bobs, Draft(title="図書館を守ろう")) == [Problem("slug", "unknown")]
    assert made(bobs, title="図書館を守ろう", slug="library").slug == "library"


def test_saving_keeps_the_earlier_address_and_can_go_back_to_it(bobs: Group) -> None:
    page = made(bobs)
    moved = write_page.save(bobs, page, Draft(title="Save it", slug="new"), page.edited)
    assert isinstance(moved, ActionPage)
    assert moved.slug == "new"
    back = write_page.save(bobs, moved, Draft(title="Save it", slug="save-the-library"), moved.edited)
    assert isinstance(back, ActionPage)
    assert back.slug == "save-the-library"


def test_saving_without_an_address_keeps_it(bobs: Group) -> None:
    page = made(bobs)
    saved = write_page.save(bobs, page, Draft(title="Other title"), page.edited)
    assert isinstance(saved, ActionPage)
    assert (saved.slug, saved.title) == (page.slug, "Other title")


def test_a_form_opened_before_another_save_is_a_problem(bobs: Group) -> None:
    page = made(bobs)
    assert write_page.save(bobs, page, Draft(title="Late"), page.edited - 1) == [Problem("opened", "changed")]


def test_a_page_that_is_gone_cannot_be_changed(bobs: Group) -> None:
    assert write_page.publish(bobs.id, clock.new_id()) is None
    assert write_page.close(bobs.id, clock.new_id()) is None


def test_publishing_and_closing(bobs: Group) -> None:
    page = made(bobs)
    assert page.status == Status.DRAFT
    published = write_page.publish(bobs.id, page.id)
    assert published
    assert published.is_open
    closed = write_page.close(bobs.id, page.id)
    assert closed
    assert closed.status == Status.CLOSED


def test_of_two_who_save_in_the_same_moment_one_is_told(bobs: Group) -> None:
    page = made(bobs)
    first, second = (Draft(title=title) for title in ("Bob's words", "Grace's words"))
    assert isinstance(write_page.save(bobs, page, first, page.edited), ActionPage)
    assert write_page.save(bobs, page, second, page.edited) == [Problem("opened", "changed")]
    kept = store.find_page(bobs.id, page.id)
    assert kept
    assert kept.title == "Bob's words"


def test_a_save_whose_answer_was_lost_is_not_taken_for_somebody_elses(bobs: Group) -> None:
    page = made(bobs)
    with losing_a_reply("dynamodb", "UpdateItem"):
        saved = write_page.save(bobs, page, Draft(title="Bob's words"), page.edited)
    assert isinstance(saved, ActionPage)
    assert saved.title == "Bob's words"
