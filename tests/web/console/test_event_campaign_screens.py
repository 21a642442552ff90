"""Bob gathers many events under one heading; Ada offers to host one; Bob looks at it first; Grace finds it nearby."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from cloud import Cloud
from organizers import Browser, Organizer, everything, published, saved, written

from chalicelib import clock
from chalicelib.action_types.event import listing_store
from chalicelib.action_types.event.listing_store import Listed, Standing
from chalicelib.actions import store, take_action
from chalicelib.actions.action_page import ActionPage
from chalicelib.mailings import deliver

SOON = datetime.fromtimestamp(clock.now(), UTC) + timedelta(days=3)
OFFER = {
    "name": "Ada Lovelace",
    "event": "Reading on the steps",
    "starts": f"{SOON:%Y-%m-%dT18:00}",
    "ends": f"{SOON:%Y-%m-%dT20:00}",
    "place": "Central Library",
    "address": "1 Main St",
    "event_zip": "02139",
    "about": "We read aloud.\n\nBring a book.",
    "capacity": "40",
}


@pytest.fixture
def campaign(bob: Organizer, jobs: list[str]) -> ActionPage:
    return published(bob, written(bob, "event_campaign", title="A day for libraries", hosting="1", tags="library day"))


@pytest.fixture
def offer(bob: Organizer, visitor: Browser, campaign: ActionPage, aws: Cloud):
    """Ada offers to host, and it is recorded."""

    def send(**changed: str) -> Listed:
        before = {row.id for row in listing_store.each(campaign.id)}
        email = f"ada@{bob.group.slug}.example.org"
        answer = visitor.post(address(bob, campaign), OFFER | {"email": email} | changed)
        assert answer.status == 303, answer.text
        aws.handle("submissions", take_action.record_all)
        return next(row for row in listing_store.each(campaign.id) if row.id not in before)

    return send


@pytest.fixture
def mail(aws: Cloud, bob: Organizer):
    def read() -> list[str]:
        aws.handle("mail", deliver.deliver_all)
        return [each["subject"] for each in aws.inbox(f"ada@{bob.group.slug}.example.org")]

    return read


def address(organizer: Organizer, page: ActionPage, rest: str = "") -> str:
    return f"/{organizer.group.slug}/{page.slug}{rest}"


def rows(campaign: ActionPage) -> dict[str, str]:
    return {row.title: str(row.standing) for row in listing_store.each(campaign.id)}


def accept(bob: Organizer, campaign: ActionPage, row: Listed, **how: str):
    return bob.post(f"/console/actions/{campaign.id}/offers/{row.id}/accept", how)


def event_in(bob: Organizer, campaign: ActionPage, title: str, zip_code: str, days: int = 3, **more: str) -> ActionPage:
    """An event that Bob adds himself."""
    at = bob.post(f"/console/actions/{campaign.id}/events").location
    begun = store.find_page(bob.group.id, at.split("/")[3])
    assert begun
    when = datetime.fromtimestamp(clock.now(), UTC) + timedelta(days=days)
    typed = {"starts": f"{when:%Y-%m-%dT18:00}", "ends": f"{when:%Y-%m-%dT19:00}", "place": "Library"}
    sent = {"title": title, "zip_code": zip_code, "opened": repr(begun.edited), "then": "publish", "form": "in_person"}
    assert bob.post(f"/console/actions/{begun.id}/edit", sent | typed | more).status == 303
    return saved(begun)


def test_what_ada_offers_is_seen_by_nobody_until_bob_publishes_it(bob, visitor, campaign, offer, mail) -> None:
    row = offer()
    assert (row.standing, row.zone, row.capacity) == (Standing.OFFERED, "America/New_York", 40)
    assert "Reading on the steps" not in visitor.get(address(bob, campaign)).html
    results = bob.get(f"/console/actions/{campaign.id}")
    assert "Offers to look at" in results.text
    assert "Central Library, 1 Main St, 02139" in results.text
    assert accept(bob, campaign, row).location.endswith("?done=offer-accepted")
    seen = visitor.get(address(bob, campaign))
    assert "Reading on the steps" in seen.text
    assert "Central Library, 02139" in seen.text
    assert "<circle" in seen.html
    event = store.find_page(bob.group.id, row.page)
    assert event
    assert (event.title, event.type, event.tags) == ("Reading on the steps", "event", ("library day",))
    assert event.body == "<p>We read aloud.</p>\n<p>Bring a book.</p>"
    assert (event.own["capacity"], event.own["campaign"]) == (40, campaign.id)
    assert mail() == ["We have your offer: “A day for libraries”", "Your event is up: “A day for libraries”"]


def test_accepted_twice_it_is_one_event_and_ada_is_told_once(bob, campaign, offer, mail) -> None:
    row = offer()
    accept(bob, campaign, row)
    slug = store.find_page(bob.group.id, row.page).slug
    accept(bob, campaign, row)
    accept(bob, campaign, row, look="1")
    assert [page.slug for page in store.pages_of(bob.group.id) if page.type == "event"] == [slug]
    assert mail().count("Your event is up: “A day for libraries”") == 1


def test_bob_may_look_it_over_first(bob, visitor, campaign, offer, mail) -> None:
    row = offer()
    at = accept(bob, campaign, row, look="1").location
    assert at == f"/console/actions/{row.page}/edit"
    assert rows(campaign) == {"Reading on the steps": "away"}
    assert "Reading on the steps" not in visitor.get(address(bob, campaign)).html
    assert mail() == ["We have your offer: “A day for libraries”"]
    published(bob, store.find_page(bob.group.id, row.page))
    assert "Reading on the steps" in visitor.get(address(bob, campaign)).text
    assert mail()[-1] == "Your event is up: “A day for libraries”"


def test_bob_declines_and_ada_reads_why(bob, campaign, offer, mail, aws) -> None:
    row = offer()
    at = f"/console/actions/{campaign.id}/offers/{row.id}/decline"
    assert bob.post(at, {"words": "We have one there already."}).location.endswith("?done=offer-declined")
    bob.post(at, {"words": "We have one there already."})
    assert mail() == ["We have your offer: “A day for libraries”", "About your event for “A day for libraries”"]
    [_, told] = aws.inbox(f"ada@{bob.group.slug}.example.org")
    assert "We have one there already." in told["html"]
    assert "We have one there already." in told["text"]
    assert "Declined 1" in bob.get(f"/console/actions/{campaign.id}").text


def test_whoever_publishes_late_what_was_declined_is_told_and_may_take_it_after_all(
    bob, campaign, offer, mail, aws
) -> None:
    row = offer()
    bob.post(f"/console/actions/{campaign.id}/offers/{row.id}/decline")
    assert accept(bob, campaign, row).location.endswith("?done=not-changed")
    assert rows(campaign) == {row.title: "declined"}
    assert accept(bob, campaign, row, look="1").location.endswith("/edit")


def test_what_is_an_event_already_is_not_declined(bob, campaign, offer) -> None:
    row = offer()
    accept(bob, campaign, row)
    answer = bob.post(f"/console/actions/{campaign.id}/offers/{row.id}/decline", {"words": "No"})
    assert answer.location.endswith("?done=not-changed")
    assert rows(campaign) == {"Reading on the steps": "open"}


def test_a_form_sent_twice_is_one_offer_and_another_event_another(bob, visitor, campaign, offer, aws) -> None:
    offer()
    visitor.post(address(bob, campaign), OFFER | {"email": f"ada@{bob.group.slug}.example.org"})
    aws.handle("submissions", take_action.record_all)
    assert len(rows(campaign)) == 1
    offer(event="Reading in the yard")
    assert len(rows(campaign)) == 2


WRONG = [
    ({"event": ""}, "Say what you call the event"),
    ({"place": " "}, "Say where it is"),
    ({"event_zip": ""}, "Enter the ZIP code of the place"),
    ({"starts": ""}, "Choose a day and a time for the start"),
    ({"starts": "tomorrow"}, "Choose a day and a time for the start"),
    ({"ends": "2030-99-01T10:00"}, "Choose a day and a time for the end"),
    ({"starts": "2020-01-01T10:00"}, "Choose a start that is still to come"),
    ({"starts": "2031-03-09T02:30", "ends": "2031-03-09T09:00"}, "Choose a day and a time for the start"),
    ({"ends": OFFER["starts"]}, "The end must be after the start"),
    ({"capacity": "-1"}, "Write a whole number of people"),
    ({"capacity": "٣"}, "Write a whole number of people"),
    ({"about": "x" * 5001}, "Shorten what happens there"),
    ({"event": "x" * 151}, "Shorten what you call the event"),
    ({"email": "no"}, "Enter an email address"),
]


@pytest.mark.parametrize(("changed", "said"), WRONG)
def test_what_is_wrong_is_said_and_the_rest_is_kept(bob, visitor, campaign, changed, said) -> None:
    answer = visitor.post(address(bob, campaign), OFFER | {"email": "ada@example.org"} | changed)
    assert answer.status == 422
    assert said in answer.text
    if "address" not in changed:
        assert "1 Main St" in answer.html
    assert rows(campaign) == {}


def test_hostile_words_stay_words(bob, visitor, campaign, offer) -> None:
    row = offer(event="<script>alert(1)</script>", about="<img src=x onerror=alert(1)>", place='"><svg onload=x>')
    bob.get(f"/console/actions/{campaign.id}")
    accept(bob, campaign, row)
    event = store.find_page(bob.group.id, row.page)
    for html in (
        visitor.get(address(bob, campaign)).html,
        visitor.get(address(bob, event)).html,
        bob.get(f"/console/actions/{campaign.id}").html,
        visitor.get(address(bob, campaign, "/near/02139")).html,
    ):
        assert "<script>alert" not in html
        assert "<img src=x" not in html
        assert "<svg onload" not in html


def test_the_nearest_come_first(bob, visitor, campaign) -> None:
    event_in(bob, campaign, "In Los Angeles", "90210", days=1)
    event_in(bob, campaign, "In Cambridge", "02139", days=2)
    event_in(bob, campaign, "In Boston", "02118-1234", days=3)
    event_in(bob, campaign, "On the moon", "99999", days=1)
    found = visitor.get(address(bob, campaign, "/near?zip=02139-4307")).location
    assert found == address(bob, campaign, "/near/02139")
    text = visitor.get(found).text
    assert text.index("In Cambridge") < text.index("In Boston") < text.index("In Los Angeles")
    assert "miles away" in text
    assert "On the moon" not in text
    soonest = visitor.get(address(bob, campaign, "/near/all")).text
    assert soonest.index("In Los Angeles") < soonest.index("In Cambridge")
    assert "On the moon" in soonest


@pytest.mark.parametrize("typed", ["", "London", "'; DROP", "0٢139", "%00", "1" * 400])
def test_a_zip_code_that_is_none_shows_all(bob, visitor, campaign, typed) -> None:
    event_in(bob, campaign, "In Cambridge", "02139")
    at = visitor.get(address(bob, campaign, f"/near?zip={typed}")).location
    shown = visitor.get(at)
    assert shown.status == 200
    assert "In Cambridge" in shown.text


@pytest.mark.parametrize("path", ["/near/x", "/near/123456", "/near/..", "/near/%3Cscript%3E"])
def test_an_address_that_somebody_made_up(bob, visitor, campaign, path) -> None:
    assert visitor.get(address(bob, campaign, path)).status == 404


def test_what_is_over_closed_or_called_off_is_not_shown(bob, visitor, campaign, jobs, monkeypatch) -> None:
    called_off = event_in(bob, campaign, "Called off", "02139")
    closed = event_in(bob, campaign, "Closed", "02139")
    event_in(bob, campaign, "Over", "02139", days=1)
    bob.post(f"/console/actions/{called_off.id}/call-off", {})
    bob.post(f"/console/actions/{closed.id}/close")
    assert rows(campaign) == {"Called off": "away", "Closed": "away", "Over": "open"}
    text = visitor.get(address(bob, campaign)).text
    assert "Over" in text
    assert not {"Called", "Closed"} & set(text.split())
    bob.post(f"/console/actions/{called_off.id}/call-on")
    bob.post(f"/console/actions/{closed.id}/publish")
    assert rows(campaign) == {"Called off": "open", "Closed": "open", "Over": "open"}
    later = clock.now() + 2 * 86400
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "Over" not in visitor.get(address(bob, campaign)).text


def test_a_changed_event_is_listed_as_it_is_now(bob, visitor, campaign) -> None:
    event = event_in(bob, campaign, "Before", "02139")
    typed = {name: str(value) for name, value in event.own.items() if name in ("place", "zip_code", "form")}
    times = {"starts": f"{SOON:%Y-%m-%dT10:00}", "ends": f"{SOON:%Y-%m-%dT11:00}"}
    bob.post(f"/console/actions/{event.id}/edit", typed | times | {"title": "After", "opened": repr(event.edited)})
    assert rows(campaign) == {"After": "open"}
    copy = bob.post(f"/console/actions/{event.id}/duplicate").location.split("/")[3]
    assert store.find_page(bob.group.id, copy).own["campaign"] == campaign.id


def test_without_hosting_there_is_no_form_and_nothing_is_taken(bob, visitor, campaign) -> None:
    bob.post(f"/console/actions/{campaign.id}/edit", {"title": campaign.title, "opened": repr(campaign.edited)})
    assert 'name="event_zip"' not in visitor.get(address(bob, campaign)).html
    refused = visitor.post(address(bob, campaign), OFFER | {"email": "ada@example.org"})
    assert refused.status == 409
    assert rows(campaign) == {}


def test_charlie_can_neither_see_nor_touch_what_ada_offered_bob(bob, charlie, campaign, offer, jobs) -> None:
    row = offer()
    theirs = published(charlie, written(charlie, "event_campaign", title="Ours", hosting="1"))
    before = everything()
    for page in (campaign, theirs):
        for verb in ("accept", "decline"):
            assert charlie.post(f"/console/actions/{page.id}/offers/{row.id}/{verb}", {"words": "x"}).status == 404
    assert charlie.post(f"/console/actions/{campaign.id}/events").status == 404
    assert "Reading" not in charlie.get(f"/console/actions/{theirs.id}").text
    assert everything() == before


def test_the_export_says_what_each_offered_last(bob, campaign, offer) -> None:
    offer()
    text = bob.get(f"/console/actions/{campaign.id}/export").html
    [row] = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    assert (row["event"], row["place"], row["event_zip"]) == ("Reading on the steps", "Central Library", "02139")


def test_in_spanish(bob, visitor) -> None:
    page = published(bob, written(bob, "event_campaign", title="Un día", hosting="1", language="es"))
    event_in(bob, page, "Lectura", "02139")
    text = visitor.get(address(bob, page)).text
    assert "Encuentra un evento" in text
    assert "Organiza un evento" in text
    assert "Lectura" in text
