"""Bob says whom a mailing is for, and sends it, now or later."""

import re

import pytest
from organizers import Organizer, petition, sign
from written import BODY, at, now, seen, under_way

from chalicelib import clock
from chalicelib.audiences.query import Tagged, chosen_in, compose
from chalicelib.mailings import write_mailing
from chalicelib.mailings.mailing import Mailing, Status
from chalicelib.people import store as people
from chalicelib.web.console import local_time

# Whom


def test_everyone_subscribed_is_counted_and_the_rest_itemised(bob: Organizer, mailing: Mailing) -> None:
    text = bob.get(at(mailing, "/audience?count=now")).text
    assert "would get it now 2" in text
    assert "Left out: 1 person. Unsubscribed 1" in text


def test_only_people_with_a_tag(bob: Organizer, mailing: Mailing) -> None:
    page = petition(bob, "Another")
    ada = sign(bob, page, "Ada Lovelace", "ada@example.org")
    people.tag(bob.group.id, ada.id, add=["volunteer"])
    bob.post(at(mailing, "/audience"), {"more_tags": "volunteer, , driver"})
    assert chosen_in(now(mailing).query).tags == ("volunteer", "driver")
    assert "would get it now 1" in bob.get(at(mailing, "/audience?count=now")).text


def test_those_who_took_one_action_and_not_the_other(bob: Organizer, mailing: Mailing) -> None:
    page = petition(bob, "Another")
    sign(bob, page, "Ada Lovelace", "ada@example.org")
    counted = bob.post(at(mailing, "/count"), {"not_took": page.id})
    assert "would get it now 1" in counted.text
    assert "who did not take action on Another" in counted.text
    assert chosen_in(now(mailing).query) == chosen_in(compose([], [], []))


def test_another_groups_action_cannot_be_asked_about(bob: Organizer, charlie: Organizer, mailing: Mailing) -> None:
    bob.post(at(mailing, "/audience"), {"took": petition(charlie).id})
    assert chosen_in(now(mailing).query).took == ()


# Sending


def test_the_review_names_exactly_how_many_get_it(bob: Organizer, mailing: Mailing) -> None:
    text = bob.get(at(mailing, "/review")).text
    assert "“The vote” goes to 2 people : everyone who is subscribed." in text
    assert "Send to 2 people" in text


@pytest.mark.parametrize(
    ("subject", "body", "said"),
    [("", BODY, "Write a subject"), ("Hi", "", "Write what you want to say"), ("Hi {{ nmae }}", BODY, "nmae")],
)
def test_a_mailing_with_problems_cannot_be_sent(
    bob: Organizer, mailing: Mailing, jobs: list[str], subject: str, body: str, said: str
) -> None:
    write_mailing.save(bob.group.id, mailing.id, subject=subject, preheader="", body=body)
    page = bob.get(at(mailing, "/review"))
    assert said in page.text
    assert "Send now" not in page.text
    assert bob.post(at(mailing, "/send"), seen(mailing)).status == 409
    later = {"at": "2099-01-01T10:00"} | seen(mailing)
    assert bob.post(at(mailing, "/schedule"), later).status == 409
    assert now(mailing).status == Status.DRAFT
    assert jobs == []


def test_a_mailing_to_nobody_cannot_be_sent(bob: Organizer, mailing: Mailing) -> None:
    write_mailing.save_query(bob.group.id, mailing.id, Tagged("nobody"))
    assert "Nobody would get it" in bob.post(at(mailing, "/send"), seen(mailing)).text
    assert now(mailing).status == Status.DRAFT


def test_sending_starts_the_count_and_can_be_undone_for_a_minute(
    bob: Organizer, mailing: Mailing, jobs: list[str]
) -> None:
    assert bob.post(at(mailing, "/send"), seen(mailing)).location == at(mailing, "?done=sending")
    assert "start plan" in jobs
    page = bob.get(at(mailing))
    assert re.search(r"You can undo for (60|59|58) seconds", page.text)
    assert bob.post(at(mailing, "/undo")).location == at(mailing, "/review?done=undone")
    assert now(mailing).status == Status.DRAFT


def test_pressing_send_twice_sends_once(bob: Organizer, mailing: Mailing, jobs: list[str]) -> None:
    form = seen(mailing)
    bob.post(at(mailing, "/send"), form)
    again = bob.post(at(mailing, "/send"), form)
    assert again.status == 409
    assert "Nothing was done twice" in again.text
    assert jobs.count("start plan") == 1


def test_what_changed_since_the_review_is_not_sent(bob: Organizer, mailing: Mailing) -> None:
    form = seen(mailing)
    write_mailing.save(bob.group.id, mailing.id, subject="Other words", preheader="", body=BODY)
    answer = bob.post(at(mailing, "/send"), form)
    assert answer.status == 409
    assert "Somebody changed the mailing" in answer.text
    assert now(mailing).status == Status.DRAFT


def test_it_is_too_late_to_undo_when_emails_leave(bob: Organizer, mailing: Mailing) -> None:
    under_way(mailing)
    answer = bob.post(at(mailing, "/undo"))
    assert answer.status == 409
    assert "too late to undo" in answer.text


def test_sending_later_is_told_in_the_groups_zone_and_in_utc(
    bob: Organizer, mailing: Mailing, jobs: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    start = local_time.read("2031-07-01T08:48", "Europe/Berlin", 1.93e9)
    assert isinstance(start, float)
    monkeypatch.setattr(clock, "now", lambda: start)
    bob.sign_in()
    answer = bob.post(at(mailing, "/schedule"), {"at": "2031-07-01T12:00"} | seen(mailing))
    assert answer.location == at(mailing, "?done=scheduled")
    text = bob.get(at(mailing)).text
    assert "Tue 1 Jul 2031, 12:00 CEST" in text
    assert "Tue 1 Jul 2031, 10:00 UTC" in text
    assert "in 3 h 12 min" in text
    assert bob.post(at(mailing, "/undo")).status == 303
    assert jobs[-1] == "cancel"


NOON = 1_900_000_000.0  # 2030-03-17, 17:46 UTC


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Choose a day and a time"),
        ("tomorrow", "Choose a day and a time"),
        ("2030-03-18T10:00+05:00", "Choose a day and a time"),
        ("2030-03-31T02:30", "does not exist"),
        ("2030-03-17T18:00", "past"),
        ("2040-03-17T18:00", "within the next year"),
        ("9999-12-31T23:59", "within the next year"),
        ("0001-01-01T00:00", ""),
    ],
)
def test_times_that_cannot_be_are_explained(typed: str, said: str) -> None:
    answer = local_time.read(typed, "Europe/Berlin", NOON)
    assert isinstance(answer, str)
    assert said in answer


def test_an_hour_that_comes_twice_is_its_first() -> None:
    assert local_time.read("2030-10-27T02:30", "Europe/Berlin", NOON) == 1919291400.0


def test_a_time_that_is_past_keeps_what_was_typed(bob: Organizer, mailing: Mailing) -> None:
    answer = bob.post(at(mailing, "/schedule"), {"at": "2020-01-01T10:00"} | seen(mailing))
    assert answer.status == 422
    assert "That time is past" in answer.text
    assert 'value="2020-01-01T10:00"' in answer.html
