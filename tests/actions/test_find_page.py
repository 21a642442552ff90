"""Finding a page in a spike: a form may see it a few seconds old, and never older."""

import pytest

from chalicelib import clock
from chalicelib.actions import find_page, store
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.network import store as network


@pytest.fixture
def page(aws):
    group = network.create_group(f"g{clock.new_id()}", "Friends of the Library")
    made = ActionPage(
        id=clock.new_id(),
        group=group.id,
        type="petition",
        slug="p",
        title="P",
        created=clock.now(),
        status=Status.PUBLISHED,
    )
    store.add_page(made)
    network.claim_name(f"{group.slug}/p", network.Target(group.id, made.id))
    return group.slug, made


def test_a_closed_page_takes_no_form_after_a_few_seconds(page, monkeypatch):
    slug, made = page
    assert find_page.find_lately(slug, "p").page.is_open
    store.change_page(made.group, made.id, status="closed")
    assert find_page.find_lately(slug, "p").page.is_open
    assert not find_page.find(slug, "p").page.is_open
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + 6)
    assert not find_page.find_lately(slug, "p").page.is_open


def test_what_is_missing_is_not_remembered(page):
    slug, made = page
    assert find_page.find_lately(slug, "q") is None
    network.claim_name(f"{slug}/q", network.Target(made.group, made.id))
    assert find_page.find_lately(slug, "q") is not None
