"""What an organizer writes on a page, checked; how it gets its address; and how it is opened and closed."""

from typing import Any

import pytest
from cloud import losing_a_reply
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.actions import store, write_page
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.actions.draft import MOST_GOAL, Draft, read_draft
from chalicelib.actions.submission import Problem
from chalicelib.network import store as network
from chalicelib.network.group import Group

PAGE = ActionPage(id="1" * 32, group="0" * 32, type="petition", created=0)
FIELDS = st.dictionaries(
    st.sampled_from(["title", "slug", "target", "body", "picture", "picture_alt", "goal", "thanks", "language", "x"]),
    st.text(),
)


def read(**fields: str) -> Draft | list[Problem]:
    return read_draft(PAGE, {"title": "Save the library"} | fields)


@pytest.fixture
def bobs(aws: Any) -> Group:
    group = network.create_group(f"g{clock.new_id()}", "Friends of the Library")
    assert group
    return group


def made(group: Group, **fields: str) -> ActionPage:
    """A draft with these words."""
    page = write_page.begin(group, "petition")
    draft = read_draft(page, {"title": "Save the library"} | fields)
    assert isinstance(draft, Draft)
    saved = write_page.save(group, page, draft, page.edited)
    assert isinstance(saved, ActionPage)
    return saved


def opened(group: Group, **fields: str) -> ActionPage:
    """A published page."""
    page = write_page.publish(group, made(group, **fields))
    assert isinstance(page, ActionPage)
    return page


@given(FIELDS)
def test_whatever_is_sent_is_a_draft_or_problems(fields: dict[str, str]) -> None:
    draft = read_draft(PAGE, fields)
    if isinstance(draft, list):
        assert draft
    else:
        assert 0 <= draft.goal <= MOST_GOAL


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
    page, other = made(bobs, slug="library"), made(bobs, title="Another")
    again = write_page.save(bobs, other, Draft(title="Another", slug="library"), other.edited)
    assert again == [Problem("slug", "taken")]
    assert network.find_name(f"{bobs.slug}/library") == network.Target(bobs.id, page.id)


def test_a_draft_has_no_address_until_it_is_published(bobs: Group) -> None:
    page = made(bobs, title="Save")
    assert page.slug == ""
    longer = write_page.save(bobs, page, Draft(title="Save the library"), page.edited)
    assert isinstance(longer, ActionPage)
    shown = write_page.publish(bobs, longer)
    assert isinstance(shown, ActionPage)
    assert (shown.slug, network.find_name(f"{bobs.slug}/save")) == ("save-the-library", None)


def test_a_title_that_gives_no_address_needs_one(bobs: Group) -> None:
    assert write_page.publish(bobs, made(bobs, title="図書館を守ろう")) == [Problem("slug", "unknown")]
    assert opened(bobs, title="図書館を守ろう", slug="library").slug == "library"


def test_what_has_no_title_is_not_published(bobs: Group) -> None:
    page = write_page.begin(bobs, "petition")
    assert write_page.publish(bobs, page) == [Problem("title", "missing")]
    shown = opened(bobs)
    assert write_page.save(bobs, shown, Draft(title=""), shown.edited) == [Problem("title", "missing")]


def test_a_copy_says_the_same_under_another_address(bobs: Group) -> None:
    page = opened(bobs, target="The council")
    copy = write_page.duplicate(page)
    assert (copy.title, copy.own, copy.status, copy.slug) == (page.title, page.own, Status.DRAFT, "")
    shown = write_page.publish(bobs, copy)
    assert isinstance(shown, ActionPage)
    assert shown.slug == "save-the-library-2"


def test_thirty_hosts_may_give_their_events_one_title(bobs: Group) -> None:
    pages = [opened(bobs, title="Knock on doors with us, " * 4) for _ in range(30)]
    assert len({page.slug for page in pages}) == 30
    assert all(page.slug.startswith("knock-on-doors-with-us") and len(page.slug) <= 80 for page in pages)


def test_saving_keeps_the_earlier_address_and_can_go_back_to_it(bobs: Group) -> None:
    page = opened(bobs)
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
    page = write_page.begin(bobs, "petition")
    gone = ActionPage(id=clock.new_id(), group=bobs.id, type="petition", created=0, title="x", slug="x")
    assert write_page.publish(bobs, gone) == [Problem("opened", "changed")]
    assert write_page.close(bobs.id, gone.id) is None
    assert store.pages_of(bobs.id) == [page]


def test_publishing_and_closing(bobs: Group) -> None:
    page = made(bobs)
    assert page.status == Status.DRAFT
    published = write_page.publish(bobs, page)
    assert isinstance(published, ActionPage)
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


@pytest.mark.parametrize(
    ("field", "typed", "problem"),
    [
        ("thanks_url", "http://example.org", "wrong"),
        ("thanks_url", "javascript:alert(1)", "wrong"),
        ("thanks_url", "https://example.org@evil.example", "wrong"),
        ("thanks_url", "https://[", "wrong"),
        ("thanks_url", "//example.org", "wrong"),
        ("thanks_url", "https://localhost", "wrong"),
        ("notify", "bob", "wrong"),
        ("notify", ",".join(f"b{number}@example.org" for number in range(6)), "too_many"),
        ("tags", "x" * 65, "too_many"),
        ("tags", ",".join(map(str, range(21))), "too_many"),
        ("email_text", "x" * 5001, "too_long"),
    ],
)
def test_what_follows_acting_is_checked(field: str, typed: str, problem: str) -> None:
    assert read(**{field: typed}) == [Problem(field, problem)]


def test_lists_are_typed_with_commas_or_in_lines() -> None:
    draft = read(tags="library, 2026\r\nlibrary;", notify="Bob@Example.org , grace@example.org", no_email="1")
    assert isinstance(draft, Draft)
    assert (draft.tags, draft.notify) == (("library", "2026"), ("bob@example.org", "grace@example.org"))
    assert not draft.thank_by_email
