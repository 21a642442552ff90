"""Ada sees every list that she would join, chooses, and what she saw and chose is kept."""

import re

import pytest

from chalicelib import clock, counters
from chalicelib.actions import consent_store, store, take_action
from chalicelib.mailings import unsubscribe
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import Subscription, person_id

ADA = {"email": "ada@example.org", "name": "Ada Lovelace"}


@pytest.fixture
def union(aws):
    """A group that sponsors pages of Bob's."""
    return network.create_group(f"union-{clock.new_id()[-12:]}", "Workers' Union")


@pytest.fixture
def act(browser, aws, group):
    """Ada ticks these lists (their slugs) and acts; it is recorded."""

    def acts(page, *lists, **fields):
        path = f"/{group.slug}/{page.slug}"
        form = f"consent={version(browser.get(path))}&" + "&".join(f"join={slug}" for slug in lists)
        typed = "&".join(f"{name}={value}" for name, value in (ADA | fields).items())
        answer = browser.post(path, body=f"{form}&{typed}".encode())
        aws.handle("submissions", take_action.record_all)
        return answer

    return acts


def version(page):
    [found] = re.findall(r'name="consent" value="([0-9a-f]{16})"', page.text)
    return found


def standing(group):
    person = people.find(group.id, person_id(group.salt, "ada@example.org"), consistent=True)
    return person and person.subscription


def test_every_list_has_a_box_of_its_own(browser, group, publish, union):
    page = publish(sponsors=(union.id,))
    text = browser.get(f"/{group.slug}/{page.slug}").text
    assert f'name="join" value="{group.slug}" checked' in text
    assert f'name="join" value="{union.slug}" checked' in text
    assert "Workers&#39; Union may email me" in text
    assert "Together with Workers&#39; Union" in text


def test_where_the_group_wants_it_people_tick_it_themselves(browser, group, publish):
    page = publish(opt_in=True)
    assert "checked" not in browser.get(f"/{group.slug}/{page.slug}").text


@pytest.mark.parametrize(
    ("ticked", "ours", "theirs"),
    [
        ("both", Subscription.SUBSCRIBED, Subscription.SUBSCRIBED),
        ("ours", Subscription.SUBSCRIBED, None),
        ("theirs", Subscription.OUTSIDE, Subscription.SUBSCRIBED),
        ("none", Subscription.OUTSIDE, None),
    ],
)
def test_ada_joins_what_she_ticks_and_nothing_else(group, publish, union, act, ticked, ours, theirs):
    lists = {"ours": [group.slug], "theirs": [union.slug], "none": []}.get(ticked, [group.slug, union.slug])
    assert act(publish(sponsors=(union.id,)), *lists).status_code == 303
    assert (standing(group), standing(union)) == (ours, theirs)
    assert counters.read(f"group#{group.id}").get("subscribed", 0) == int(ours == Subscription.SUBSCRIBED)
    assert counters.read(f"group#{union.id}").get("people", 0) == int(theirs is not None)


def test_what_she_read_is_kept(group, publish, act):
    page = publish(opt_in=True)
    act(page, group.slug)
    [action] = store.each_of_page(page.id)
    assert action.joins == (group.id,)
    text = consent_store.texts_of(group.id, [action.consent])[action.consent]
    assert text.startswith("[ ] Friends of the Library may email me")


def test_whoever_read_another_text_is_asked_again(browser, group, publish, union, accepted):
    page = publish()
    path = f"/{group.slug}/{page.slug}"
    seen = version(browser.get(path))
    store.change_page(page.group, page.id, sponsors=[union.id])
    answer = browser.post(path, ADA | {"consent": seen, "join": union.slug})
    assert (answer.status_code, "The lists below have changed" in answer.text) == (422, True)
    assert 'value="Ada Lovelace"' in answer.text
    assert accepted() == []


def test_a_list_that_is_not_offered_cannot_be_joined(group, publish, union, act):
    act(publish(), group.slug, union.slug)
    assert standing(union) is None


def test_whoever_has_left_is_not_brought_back(group, publish, act, ada):
    people.change(group.id, ada.id, subscription=str(Subscription.UNSUBSCRIBED))
    act(publish(opt_in=True), group.slug)
    assert standing(group) == Subscription.UNSUBSCRIBED


@pytest.mark.parametrize("seen", ["x", "0" * 16, "<script>"])
def test_a_forged_version_is_no_consent(browser, group, publish, accepted, seen):
    page = publish(opt_in=True)
    assert browser.post(f"/{group.slug}/{page.slug}", ADA | {"consent": seen, "join": group.slug}).status_code == 422
    assert accepted() == []


def test_without_any_text_nobody_has_opted_in(browser, group, publish, aws):
    page = publish(opt_in=True)
    assert browser.post(f"/{group.slug}/{page.slug}", ADA | {"join": group.slug}).status_code == 303
    aws.handle("submissions", take_action.record_all)
    assert standing(group) == Subscription.OUTSIDE


def test_whoever_did_not_join_can_join_later(group, publish, act, union):
    page = publish(opt_in=True, sponsors=(union.id,))
    act(page)
    assert standing(group) == Subscription.OUTSIDE
    act(page, group.slug, union.slug)
    assert (standing(group), standing(union)) == (Subscription.SUBSCRIBED, Subscription.SUBSCRIBED)
    assert counters.read(f"group#{group.id}")["subscribed"] == 1
    act(page)
    assert standing(group) == Subscription.SUBSCRIBED


def test_whoever_did_not_join_is_not_thanked_and_can_say_that_it_is_the_last(browser, aws, group, publish, act):
    act(publish(opt_in=True))
    ada = people.find(group.id, person_id(group.salt, "ada@example.org"))
    link = f"/u/{unsubscribe.token(unsubscribe.Leaver(group.id, ada.id))}"
    assert "Unsubscribe from" in browser.get(link).text
    browser.post(link, body=b"List-Unsubscribe=One-Click")
    assert standing(group) == Subscription.UNSUBSCRIBED
    act(publish(opt_in=True, slug="second"), group.slug)
    assert standing(group) == Subscription.UNSUBSCRIBED
