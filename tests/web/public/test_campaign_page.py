"""A campaign page: it leads to the group's open actions, and to nothing else."""

import pytest

from chalicelib import clock, counters
from chalicelib.actions import store
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.network import store as network


@pytest.fixture
def campaign(publish):
    """A campaign page that shows these pages."""

    def shows(*pages, **words):
        ids = [page.id for page in pages]
        return publish(type="campaign", slug="our-libraries", title="Our libraries", own={"pages": ids}, **words)

    return shows


def seen(browser, group, page):
    return browser.get(f"/{group.slug}/{page.slug}")


def test_it_leads_to_its_actions_in_their_order(browser, group, publish, campaign):
    first = publish(slug="survey", type="survey", title="What next?")
    second = publish(slug="petition", title="Keep it open", button="Add your name")
    counters.add(f"page#{second.id}", "total", {"actions": 12})
    text = seen(browser, group, campaign(first, second)).text
    assert text.index("What next?") < text.index("Keep it open")
    assert f'href="/{group.slug}/petition?source=campaign">Add your name</a>' in text
    assert "12 people have signed." in text
    assert "12 times people have acted." in text
    assert "<form" not in text


@pytest.mark.parametrize("status", [Status.DRAFT, Status.CLOSED])
def test_what_is_not_open_is_left_out(browser, group, publish, campaign, status):
    page = publish(slug="secret", title="Not to be seen", status=status)
    answer = seen(browser, group, campaign(page))
    assert (answer.status_code, "Not to be seen" in answer.text) == (200, False)
    assert "nothing to do here at the moment" in answer.text


def test_a_page_of_charlies_group_is_never_shown(browser, group, campaign):
    charlies = network.create_group(f"g{clock.new_id()}", "Another group")
    theirs = ActionPage(
        id=clock.new_id(),
        group=charlies.id,
        type="petition",
        slug="x",
        title="Theirs",
        created=0,
        status=Status.PUBLISHED,
    )
    store.add_page(theirs)
    assert "Theirs" not in seen(browser, group, campaign(theirs)).text


def test_nobody_acts_on_it(browser, group, campaign, accepted):
    page = campaign()
    answer = browser.post(f"/{group.slug}/{page.slug}", {"email": "ada@example.org", "name": "Ada"})
    assert (answer.status_code, answer.headers["Allow"]) == (405, "GET, HEAD")
    assert "That cannot be done here" in answer.text
    assert accepted() == []


def test_a_campaign_that_is_over_says_so(browser, group, publish, campaign):
    page = publish(slug="petition", title="Keep it open")
    text = seen(browser, group, campaign(page, status=Status.CLOSED)).text
    assert "This campaign is over" in text
    assert "Keep it open" not in text


def test_nobody_is_thanked_where_nobody_can_act(browser, group, publish):
    page = publish(type="campaign", slug="all", title="All of it", own={"pages": []})
    for path in (f"/{group.slug}/{page.slug}/thanks", f"/embed/{group.slug}/{page.slug}/card/thanks"):
        assert browser.get(path).status_code == 404
