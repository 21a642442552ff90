"""Bob has a mailing come at one time on everybody's own wall."""

from datetime import datetime

import pytest
from organizers import Organizer
from written import at, now, seen

from chalicelib import clock
from chalicelib.mailings import store, write_variants
from chalicelib.mailings.mailing import ZONES, Mailing, Status
from chalicelib.web.console import local_time, times

JULY = 1_940_675_400.0  # 2031-07-01, 12:30 UTC


pytestmark = pytest.mark.usefixtures("in_july")


@pytest.fixture
def in_july(mailing: Mailing, bob: Organizer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: JULY)
    bob.sign_in()


def schedule(bob: Organizer, mailing: Mailing, typed: str, whose: str = "own"):  # type: ignore[no-untyped-def]
    return bob.post(at(mailing, "/schedule"), {"at": typed, "whose": whose} | seen(mailing))


def test_the_choice_stands_beside_the_time(bob: Organizer, mailing: Mailing) -> None:
    page = bob.get(at(mailing, "/review"))
    assert "In Europe/Berlin" in page.text
    assert "Where each of them lives, by ZIP code; others in Europe/Berlin" in page.text
    assert '<input type="radio" name="whose" value="group" checked>' in page.html


def test_it_is_planned_for_the_first_of_all_zones_and_told_in_everybodys_own(
    bob: Organizer, mailing: Mailing, jobs: list[str]
) -> None:
    assert schedule(bob, mailing, "2031-07-03T09:00").location == at(mailing, "?done=scheduled")
    scheduled = now(mailing)
    assert (scheduled.status, scheduled.own_time) == (Status.SCHEDULED, "2031-07-03T09:00")
    assert jobs[-1] == f"plan at {local_time.read('2031-07-02T21:00', 'UTC', JULY):.0f}"
    text = bob.get(at(mailing)).text
    assert "It goes out Thu 3 Jul 2031, 09:00 where each of them lives" in text
    assert "to all others at that time in Europe/Berlin" in text
    assert "The first of all zones has that time Wed 2 Jul 2031, 23:00 CEST" in text
    assert bob.post(at(mailing, "/undo")).location == at(mailing, "/review?done=undone")
    assert jobs[-1] == "cancel"


def test_what_has_come_somewhere_is_counted_at_once_and_can_be_undone(
    bob: Organizer, mailing: Mailing, jobs: list[str]
) -> None:
    schedule(bob, mailing, "2031-07-01T18:00")
    assert (now(mailing).status, now(mailing).own_time) == (Status.COUNTING, "2031-07-01T18:00")
    assert "start plan" in jobs
    assert bob.post(at(mailing, "/undo")).status == 303
    bob.post(at(mailing, "/send"), seen(mailing))
    assert (now(mailing).status, now(mailing).own_time) == (Status.COUNTING, "")


def test_an_hour_that_clocks_here_leave_out_is_one_elsewhere(bob: Organizer, mailing: Mailing) -> None:
    assert schedule(bob, mailing, "2032-03-28T02:30", "group").status == 422
    schedule(bob, mailing, "2032-03-28T02:30")
    assert now(mailing).own_time == "2032-03-28T02:30"


@pytest.mark.parametrize("whose", ["everyone", "OWN", "own ", "0", "<script>", "own\x00"])
def test_clocks_that_are_nobodys_are_refused(bob: Organizer, mailing: Mailing, whose: str) -> None:
    answer = schedule(bob, mailing, "2031-07-03T09:00", whose)
    assert answer.status == 422
    assert "Choose whose clocks it goes by" in answer.text
    assert "<script>" not in answer.html.partition("<body")[2].partition("</main>")[0]
    assert now(mailing).status == Status.DRAFT


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Choose a day and a time"),
        ("tomorrow", "Choose a day and a time"),
        ("2031-07-03T09:00Z", "Choose a day and a time"),
        ("2031-07-03T09:00+05:00", "Choose a day and a time"),
        ("２０３１-07-03T09:00", "Choose a day and a time"),
        ("2031-07-01T14:29", "past"),
        ("2033-07-01T14:30", "within the next year"),
        ("9999-12-31T23:59", "within the next year"),
        ("0001-01-01T00:00", ""),
    ],
)
def test_times_that_cannot_be_are_explained_and_kept(bob: Organizer, mailing: Mailing, typed: str, said: str) -> None:
    answer = schedule(bob, mailing, typed)
    assert answer.status == 422
    assert said in answer.text
    assert '<input type="radio" name="whose" value="own" checked' in answer.html
    assert f'value="{typed}"' in answer.html
    assert now(mailing).status == Status.DRAFT


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("2031-07-03", "2031-07-03T00:00"),
        ("20310703T0900", "2031-07-03T09:00"),
        (" 2031-W27-4T09:00:59.9 ", "2031-07-03T09:00"),
    ],
)
def test_a_time_is_kept_in_one_spelling(bob: Organizer, mailing: Mailing, typed: str, kept: str) -> None:
    schedule(bob, mailing, typed)
    assert now(mailing).own_time == kept


def test_variants_go_to_everyone_at_one_time(bob: Organizer, mailing: Mailing) -> None:
    write_variants.add(now(mailing))
    page = bob.get(at(mailing, "/review"))
    assert "Variants are tried on everyone at one time" in page.text
    assert 'value="own"' not in page.html
    answer = schedule(bob, mailing, "2031-07-03T09:00")
    assert answer.status == 422
    assert "A mailing with variants goes to everyone at one time" in answer.text
    assert now(mailing).status == Status.DRAFT


def test_while_it_waits_for_the_next_zone_it_says_until_when(bob: Organizer, mailing: Mailing) -> None:
    waiting = {"status": Status.WAITING, "reason": ZONES, "own_time": "2031-07-01T09:00", "resumes_at": JULY + 1800}
    store.change_mailing(bob.group.id, mailing.id, size=2, chunks=2, **waiting)
    page = bob.get(at(mailing))
    assert "Waiting until Tue 1 Jul 2031, 15:00 CEST for the next time zone. Nobody has been written to." in page.text
    assert "2 left" in page.text
    assert at(mailing, "/undo") in page.html
    assert "Pause" in page.text
    assert "Try again now" not in page.text
    assert 'hx-trigger="every 30s"' in page.html
    assert "You can undo for" not in page.text
    store.change_mailing(bob.group.id, mailing.id, released=True)
    page = bob.get(at(mailing))
    assert "Nobody has been written to" not in page.text
    assert at(mailing, "/undo") not in page.html
    assert bob.get(at(mailing, "/progress?shown=waiting-held")).headers["hx-refresh"] == "true"


def test_undone_while_it_waits_it_is_a_draft_again(bob: Organizer, mailing: Mailing) -> None:
    store.change_mailing(bob.group.id, mailing.id, status=Status.WAITING, reason=ZONES, own_time="2031-07-01T09:00")
    assert bob.post(at(mailing, "/undo")).location == at(mailing, "/review?done=undone")
    assert now(mailing).status == Status.DRAFT


def test_a_time_on_everybodys_wall_is_told_without_a_zone() -> None:
    assert times.on_the_wall("2026-11-24T09:00") == "Tue 24 Nov 2026, 09:00"
    assert isinstance(local_time.read_for_every_wall("2031-07-03T09:00", "UTC", JULY), datetime)
