"""Bob holds an event: he writes it, sees who comes, checks them in and calls it off; Charlie cannot look or touch."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from cloud import Cloud
from organizers import Browser, Organizer, published, saved, written

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.settings import settings_of
from chalicelib.actions import seat_store, store, take_action
from chalicelib.actions.action_page import ActionPage
from chalicelib.people.person import person_id

SOON = datetime.fromtimestamp(clock.now(), UTC) + timedelta(days=3)
TYPED = {
    "title": "Town hall",
    "starts": f"{SOON:%Y-%m-%dT18:00}",
    "ends": f"{SOON:%Y-%m-%dT20:00}",
    "zone": "Europe/Berlin",
    "form": "in_person",
    "place": "Library",
    "capacity": "2",
    "guests": "1",
    "remind": "24",
    "waiting": "1",
    "language": "en",
}


@pytest.fixture
def event(bob: Organizer, jobs: list[str]) -> ActionPage:
    return published(bob, written(bob, "event", **TYPED))


@pytest.fixture
def come(bob: Organizer, visitor: Browser, event: ActionPage, aws: Cloud):
    """Somebody says that they come, and it is recorded."""

    def say(name: str, guests: str = "0") -> str:
        email = f"{name.lower()}@example.org"
        fields = {"email": email, "name": f"{name} Lovelace", "question-guests": guests}
        assert visitor.post(f"/{bob.group.slug}/{event.slug}", fields).status in (303, 409)
        aws.handle("submissions", take_action.record_all)
        return person_id(bob.group.salt, email)

    return say


def standing(page: ActionPage, person: str) -> str:
    return "".join(str(one.seat.standing) for one in attend.held(page, person))


def test_bob_writes_an_event(bob: Organizer, jobs: list[str]) -> None:
    at = bob.post("/console/actions/new", {"type": "event"}).location
    html = bob.get(at).html
    assert f"<option selected>{bob.group.time_zone}</option>" in html
    assert 'name="remind" type="text" value="24"' in html
    [opened] = re.findall(r'name="opened" value="([^"]*)"', html)
    answer = bob.post(at, TYPED | {"opened": opened, "then": "publish"})
    assert answer.location.endswith("done=published")
    [page] = store.pages_of(bob.group.id)
    shown = bob.get(at).html
    assert f'value="{TYPED["starts"]}"' in shown
    assert "<option selected>Europe/Berlin</option>" in shown
    assert page.own["starts"] == datetime.fromisoformat(
        f"{SOON:%Y-%m-%dT}18:00:00+01:00"
    ).timestamp() or SOON.month in range(3, 11)
    assert f"tell at {page.own['starts'] - 86400:.0f}" in jobs


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"ends": TYPED["starts"]}, "Choose an end that is after the start"),
        ({"starts": ""}, "Say when it starts"),
        ({"place": ""}, "Say where it is"),
        ({"form": "online"}, "Give the link under which people connect"),
        ({"link": "javascript:alert(1)"}, "Write a whole link"),
        ({"capacity": "a hundred"}, "Write a whole number of seats"),
    ],
)
def test_what_is_missing_is_said_and_nothing_typed_is_lost(
    bob: Organizer, jobs: list[str], fields: dict[str, str], words: str
) -> None:
    at = bob.post("/console/actions/new", {"type": "event"}).location
    [opened] = re.findall(r'name="opened" value="([^"]*)"', bob.get(at).html)
    answer = bob.post(at, TYPED | {"opened": opened, "then": "publish"} | fields)
    assert (answer.status, words in answer.text) == (422, True)
    assert 'value="Town hall"' in answer.html
    assert 'value="24"' in answer.html


def test_bob_sees_who_comes_who_waits_and_checks_them_in(bob: Organizer, event: ActionPage, come) -> None:
    ada, _bea, cyd = come("Ada"), come("Bea"), come("Cyd")
    assert standing(event, cyd) == "waiting"
    shown = bob.get(f"/console/actions/{event.id}").text
    assert "0 of 2 here" in shown
    assert "6:00 PM – 8:00 PM CE" in shown
    assert "RSVPs a day" in shown
    at = f"/console/actions/{event.id}/attendance"
    assert "Ada Lovelace" in bob.get(at).text
    assert "Cyd" not in bob.get(at).text
    assert "Cyd Lovelace" in bob.get(f"{at}?standing=waiting").text
    checked = bob.post(f"/console/actions/{event.id}/check-in", {"person": ada, "here": "1"})
    assert checked.location.endswith(f"#p-{ada}")
    assert "1 of 2 here" in bob.get(at).text
    bob.post(f"/console/actions/{event.id}/check-in", {"person": cyd, "here": "1"})
    assert "1 of 2 here" in bob.get(at).text
    bob.post(f"/console/actions/{event.id}/check-in", {"person": ada})
    assert "0 of 2 here" in bob.get(at).text


def test_the_file_of_everyone_says_who_stands_where(bob: Organizer, event: ActionPage, come) -> None:
    ada, _ = come("Ada", "1"), come("Bea")
    bob.post(f"/console/actions/{event.id}/check-in", {"person": ada, "here": "1"})
    rows = list(csv.DictReader(io.StringIO(bob.get(f"/console/actions/{event.id}/export").html[1:], newline="")))
    told = {row["given_name"]: (row["standing"], row["seats"], bool(row["checked_in_utc"])) for row in rows}
    assert told == {"Ada": ("seated", "2", True), "Bea": ("waiting", "1", False)}


def test_bob_cancels_for_somebody_who_called(bob: Organizer, event: ActionPage, come) -> None:
    ada, bea = come("Ada", "1"), come("Bea")
    bob.post(f"/console/actions/{event.id}/give-back", {"person": ada})
    assert (standing(event, ada), standing(event, bea)) == ("cancelled", "seated")


def test_more_seats_seat_those_who_wait(bob: Organizer, event: ActionPage, come) -> None:
    come("Ada", "1")
    bea = come("Bea")
    fields = TYPED | {"capacity": "3", "opened": repr(saved(event).edited)}
    assert bob.post(f"/console/actions/{event.id}/edit", fields).status == 303
    assert standing(event, bea) == "seated"


def test_a_limit_that_comes_later_counts_who_is_there(bob: Organizer, event: ActionPage, come) -> None:
    def limit(capacity: str) -> None:
        fields = TYPED | {"capacity": capacity, "opened": repr(saved(event).edited), "waiting": ""}
        assert bob.post(f"/console/actions/{event.id}/edit", fields).status == 303

    limit("")
    for name in ("Ada", "Bea", "Cyd"):
        seat_name = come(name)
        attend.claim(saved(event), seat_name, settings_of(saved(event)).kinds[0], 1)
    limit("3")
    assert seat_store.room(attend.pool_of(event)).taken == 3


def test_bob_calls_it_off_and_on_again(
    bob: Organizer, visitor: Browser, event: ActionPage, come, jobs: list[str]
) -> None:
    come("Ada")
    called = bob.post(f"/console/actions/{event.id}/call-off", {"called_off_text": "The roof leaks.\x00"})
    assert called.location.endswith("done=called-off")
    assert jobs[-1] == "start tell"
    assert "The roof leaks." in visitor.get(f"/{bob.group.slug}/{event.slug}").text
    assert "Called off" in bob.get(f"/console/actions/{event.id}").text
    bob.post(f"/console/actions/{event.id}/call-off", {"again": "1"})
    assert saved(event).own["called_off_text"] == "The roof leaks."
    copy = bob.post(f"/console/actions/{event.id}/duplicate").location.split("/")[3]
    copied = store.find_page(bob.group.id, copy)
    assert copied
    assert copied.own["called_off"] == 0
    bob.post(f"/console/actions/{event.id}/call-on")
    assert "RSVP" in visitor.get(f"/{bob.group.slug}/{event.slug}").text
    assert not seat_store.room(attend.pool_of(event)).shut


def test_calling_off_outlives_an_edit(bob: Organizer, event: ActionPage) -> None:
    bob.post(f"/console/actions/{event.id}/call-off", {"called_off_text": "The roof leaks."})
    fields = TYPED | {"title": "Town hall, called off", "opened": repr(saved(event).edited)}
    assert bob.post(f"/console/actions/{event.id}/edit", fields).status == 303
    assert saved(event).own["called_off"] > 0


def test_charlie_finds_none_of_it(bob: Organizer, charlie: Organizer, event: ActionPage, come) -> None:
    ada = come("Ada")
    assert charlie.get(f"/console/actions/{event.id}/attendance").status == 404
    for step in ("check-in", "give-back", "call-off", "call-on"):
        assert charlie.post(f"/console/actions/{event.id}/{step}", {"person": ada, "here": "1"}).status == 404
    assert standing(event, ada) == "seated"


@pytest.mark.parametrize("person", ["", "x", "0" * 31, "../../x"])
def test_a_person_that_is_none(bob: Organizer, event: ActionPage, person: str) -> None:
    assert bob.post(f"/console/actions/{event.id}/check-in", {"person": person, "here": "1"}).status == 404


def test_a_petition_has_no_door(bob: Organizer) -> None:
    page = published(bob, written(bob, "petition", title="Save the library"))
    assert bob.get(f"/console/actions/{page.id}/attendance").status == 404
