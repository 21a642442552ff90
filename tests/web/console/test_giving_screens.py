"""Bob sees what was given, by whom and by which way; Charlie sees none of it."""

import re

import pytest
from msgspec.structs import replace
from organizers import Organizer, given, petition, sign
from written import at, deliver, draft, finish, under_way

from chalicelib import clock
from chalicelib.giving import recurring_store, sums
from chalicelib.giving.donation import Often
from chalicelib.giving.recurring import Recurring
from chalicelib.mailings import links
from chalicelib.mailings import store as mailings
from chalicelib.network import store as network
from chalicelib.people.person import person_id

EMAIL = "ada@example.org"


@pytest.mark.parametrize("kind", ["page", "source", "referrer", "website"])
def test_each_way_has_its_sum(bob: Organizer, kind: str) -> None:
    given(bob, 2500, **{kind: "one"})
    given(bob, 1000, **{kind: "one"})
    given(bob, 400, **{kind: "another"})
    found = sums.of_ways(bob.group.id, kind)
    assert (found["one"]["USD"].kept, found["one"]["USD"].gifts) == (3500, 2)
    assert found["another"]["USD"].kept == 400


def test_ways_are_named_by_what_stands_behind_them(bob: Organizer, charlie: Organizer) -> None:
    page, others = petition(bob, title="The roof"), petition(charlie, title="Not yours")
    written = draft(bob, subject="Before the rain")
    for code in (links.source_code(written.id, "a"), links.source_code(written.id, "b"), "facebook"):
        given(bob, 2500, page=page.id, source=code)
    given(bob, 100, page=others.id)
    shown = bob.get("/console/giving")
    assert f'<a href="/console/actions/{page.id}">The roof</a>' in shown.html
    assert f'<a href="/console/mailings/{written.id}">Before the rain</a></td><td class="number">2</td>' in shown.html
    assert "facebook" in shown.text
    assert "Not yours" not in shown.text


def test_a_mailing_says_what_it_raised(bob: Organizer, jobs: list[str], mailing: object) -> None:
    over = finish(deliver(under_way(draft(bob))))
    mailings.change_mailing(over.group, over.id, released=True)
    assert "raised" not in bob.get(at(over)).text
    given(bob, 2500, source=links.source_code(over.id))
    given(bob, 1000, source=links.source_code(over.id))
    assert "$35 raised in 2 gifts by people who came from it." in bob.get(at(over)).text


def test_a_person_and_their_gifts_lead_to_each_other(bob: Organizer, charlie: Organizer) -> None:
    gift = given(bob)
    ada = sign(bob, petition(bob), "Ada Lovelace", EMAIL)
    there = f"/console/giving/gifts/{gift.person}/{gift.id}"
    assert bob.get(there).status == 200
    assert charlie.get(there).status == 404
    assert f"/console/people/{ada.id}" in bob.get(there).html
    assert there in bob.get(f"/console/people/{ada.id}").html


def test_a_treasurer_sees_who_gave_more_than_the_group_takes_from_one(bob: Organizer) -> None:
    network.change_group(bob.group.id, giving={"most_from_donor": 3000})
    first = given(bob, 2500)
    here = f"/console/giving/gifts/{first.person}/{first.id}"
    assert "more than you take from one donor" not in bob.get(here).text
    given(bob, 2500)
    assert "This donor has given $20 more than you take from one donor" in bob.get(here).text


@pytest.mark.parametrize(
    ("account", "button", "after"),
    [
        ("acct_1", "Disconnect acct_1", "Connecting again begins another account."),
        ("own", "Disconnect the account of this installation", "Only whoever runs this installation"),
    ],
)
def test_what_ends_is_said_before_an_account_is_disconnected(
    bob: Organizer, account: str, button: str, after: str
) -> None:
    network.change_group(bob.group.id, stripe={"id": account, "ready": True})
    [folded] = re.findall(r"(?s)<details id=.disconnect.>.*?</details>", bob.get("/console/giving/settings").html)
    said = ("<summary>Disconnect this account<", "gather pledges", "Recurring donations go on at Stripe", after, button)
    places = [folded.index(words) for words in said]
    assert places == sorted(places)
    done = bob.get(bob.post("/console/giving/disconnect").location)
    assert "Recurring donations go on at Stripe" in done.text
    assert "Connect with Stripe" in done.text


@pytest.mark.parametrize("ticked", ["", "address", "employer", "donors_change"])
def test_a_mistake_in_the_settings_is_said_whatever_is_ticked(bob: Organizer, ticked: str) -> None:
    typed = {"currency": "USD", "least": "ten", "ladder": "50"} | ({ticked: "1"} if ticked else {})
    answer = bob.post("/console/giving/settings", typed)
    assert answer.status == 422
    assert "Write an amount like 3,300" in answer.text


def test_statements_are_sent_of_years_that_are_over(bob: Organizer, jobs: list[str]) -> None:
    assert "done=statements-not-yet" in bob.post("/console/giving/statements", {"year": "2999"}).location
    assert "done=statements-not-yet" in bob.post("/console/giving/statements", {"year": "x"}).location
    assert jobs == []
    assert "done=statements-sent" in bob.post("/console/giving/statements", {"year": "2024"}).location
    assert jobs == ["start tell"]


def test_whoever_uses_no_mouse_scrolls_every_table(bob: Organizer) -> None:
    gift = given(bob, page=petition(bob).id)
    recurring_store.add(again(bob, 1))
    sign(bob, petition(bob), "Ada Lovelace", EMAIL)
    for path in ("/console/giving", "/console/giving/recurring", f"/console/people/{gift.person}"):
        html = bob.get(path).html
        scrolling = re.findall(r'<div class="table" tabindex="0" role="region" aria-label="[^"]+">', html)
        assert len(scrolling) == html.count('class="table"') > 0, path


def test_recurring_donations_are_shown_a_hundred_at_a_time(bob: Organizer, charlie: Organizer) -> None:
    for number in range(101):
        recurring_store.add(again(bob, number))
    first = bob.get("/console/giving/recurring")
    assert first.html.count("Gift number") == 100
    following = first.html.partition("recurring?after=")[2].partition('"')[0]
    assert "Gift number 0<" in bob.get(f"/console/giving/recurring?after={following}").html
    assert "Gift number" not in charlie.get(f"/console/giving/recurring?after={following}").html
    assert bob.get("/console/giving/recurring?after=x.y").html.count("Gift number") == 100


def test_recurring_donations_say_who_gives(bob: Organizer) -> None:
    page = petition(bob)
    ada = sign(bob, page, "Ada Lovelace", EMAIL)
    grace = sign(bob, page, "", "grace@example.org")
    for number, donor in enumerate((ada.id, grace.id, person_id(bob.group.salt, "gone@example.org")), 1):
        recurring_store.add(again(bob, number, person=donor))
    there = "/console/giving/gifts"
    html = bob.get("/console/giving/recurring").html
    assert f'<a href="{there}/{ada.id}/{1:032x}">Ada Lovelace</a>' in html
    assert f'<a href="{there}/{grace.id}/{2:032x}">grace@example.org</a>' in html
    assert ">No name</a>" in html


@pytest.mark.parametrize(("often", "words"), [("monthly", "every month"), ("quarterly", "every three months")])
def test_the_console_tells_how_often_as_donors_read_it(bob: Organizer, often: str, words: str) -> None:
    gift = given(bob, often=often)
    recurring_store.add(replace(again(bob, 1), often=Often(often)))
    assert f"$10 {words.capitalize()} Active" in bob.get("/console/giving/recurring").text
    assert f"How often {words.capitalize()}" in bob.get(f"/console/giving/gifts/{gift.person}/{gift.id}").text


def test_a_recurring_donation_of_others_leads_to_its_donor(bob: Organizer) -> None:
    ada = sign(bob, petition(bob), "Ada Lovelace", EMAIL)
    recurring_store.add(again(bob, 1, account="actblue"))
    assert f'<a href="/console/people/{ada.id}">Ada Lovelace</a>' in bob.get("/console/giving/recurring").html


def again(bob: Organizer, number: int, person: str = "", account: str = "own") -> Recurring:
    return Recurring(
        id=f"{number:032x}",
        group=bob.group.id,
        page="9" * 32,
        person=person or person_id(bob.group.salt, EMAIL),
        account=account,
        subscription=f"sub_{number}",
        customer="cus_1",
        amount=1000,
        currency="USD",
        often=Often.MONTHLY,
        since=clock.now(),
        title=f"Gift number {number}",
    )
