"""Bob watches a mailing go, pauses it, stops it, and looks at who is behind each number."""

import re

import pytest
from organizers import Organizer
from written import at, deliver, finish, now, under_way

from chalicelib import clock
from chalicelib.mailings import conduct, quota_window, store
from chalicelib.mailings.mailing import Mailing, Progress, Status
from chalicelib.web.console.mailing_pulse import Pulse


def test_the_progress_counts_every_end(bob: Organizer, mailing: Mailing) -> None:
    deliver(under_way(mailing))
    page = bob.get(at(mailing))
    assert "2 of 2 (100 %), 0 left" in page.text
    assert f'href="{at(mailing, "/outcome/refused")}"' in page.html
    assert f'hx-get="{at(mailing, "/progress")}?shown=sending' in page.html


def test_the_live_part_asks_for_the_page_anew_when_the_state_changes(bob: Organizer, mailing: Mailing) -> None:
    under_way(mailing)
    assert "hx-refresh" not in bob.get(at(mailing, "/progress?shown=sending")).headers
    bob.post(at(mailing, "/pause"))
    assert bob.get(at(mailing, "/progress?shown=sending")).headers["hx-refresh"] == "true"


def test_numbers_go_on_coming_for_a_while_after_the_last_email(
    bob: Organizer, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    over = finish(deliver(under_way(mailing)))
    assert "hx-get" not in bob.get(at(mailing)).html
    store.change_mailing(over.group, over.id, delivered=0)
    assert 'hx-trigger="every 5s"' in bob.get(at(mailing)).html
    later = over.finished_at + 601
    monkeypatch.setattr(clock, "now", lambda: later)
    assert "hx-get" not in bob.get(at(mailing)).html


@pytest.mark.parametrize("query", ["?at=x&settled=1&rate=1", "?at=nan&settled=1&rate=inf", "?at=1&settled=&rate=-1"])
def test_a_tampered_pulse_is_left_aside(bob: Organizer, mailing: Mailing, query: str) -> None:
    under_way(mailing)
    assert bob.get(at(mailing, f"/progress{query}&shown=sending")).status == 200


def test_the_rate_is_measured_between_two_looks() -> None:
    sending = Mailing(id="1", group="1", created=0, status=Status.SENDING, size=10_000, chunks=200, release_at=0)
    progress = store.Progress(sent=1000)
    pulse = Pulse(at=100, settled=0, rate=0).next(sending, progress, now=110)
    assert pulse.rate_words == "100 a second"
    assert pulse.time_left == "2 min"


def test_pause_resume_and_stop_do_what_they_say(bob: Organizer, mailing: Mailing) -> None:
    under_way(mailing)
    for verb, status in (("pause", Status.PAUSED), ("resume", Status.SENDING), ("stop", Status.STOPPED)):
        assert bob.post(at(mailing, f"/{verb}")).status == 303
        assert now(mailing).status == status
    assert "2 people were not written to" in bob.get(at(mailing)).text


@pytest.mark.parametrize("place", ["/write", "/audience", "/review?done=undone"])
def test_screens_of_drafts_lead_to_the_front_page_once_it_is_sent(bob: Organizer, mailing: Mailing, place: str) -> None:
    under_way(mailing)
    answer = bob.get(at(mailing, place))
    assert (answer.status, answer.location) == (303, at(mailing))


def test_stopping_names_what_it_ends(bob: Organizer, mailing: Mailing) -> None:
    under_way(mailing)
    text = bob.get(at(mailing)).text
    assert "This ends “The vote”. Those who have not been written to yet never get it" in text


@pytest.mark.parametrize("verb", ["pause", "resume", "stop"])
def test_what_is_over_stays_as_it_is(bob: Organizer, mailing: Mailing, verb: str) -> None:
    finish(deliver(under_way(mailing)))
    answer = bob.post(at(mailing, f"/{verb}"))
    assert answer.status == 409
    assert f"nothing to {verb}" in answer.text
    assert now(mailing).status == Status.FINISHED


def test_what_a_mailing_waits_for_is_said(bob: Organizer, mailing: Mailing) -> None:
    under_way(mailing)
    conduct.wait(bob.group.id, mailing.id, "quota")
    assert "daily quota is used up" in bob.get(at(mailing)).text
    quota_window.note()
    assert re.search(r"Waiting for quota until about \w{3} \d+ \w{3} \d{4}, \d\d:\d\d CES?T", bob.get(at(mailing)).text)


def test_one_that_paused_itself_says_why_and_goes_on_only_when_bob_wants_it(bob: Organizer, mailing: Mailing) -> None:
    conduct.heed(bob.group.id, under_way(mailing).run_name, Progress(sent=300, hard_bounced=12))
    page = bob.get(at(mailing))
    assert "It paused itself: 12 of 300 emails (4.0 %) came back" in page.text
    refused = bob.post(at(mailing, "/resume"))
    assert (refused.status, now(mailing).status) == (409, Status.PAUSED)
    assert "goes on only when you say that you want that" in refused.text
    assert bob.post(at(mailing, "/resume"), {"accepted": "yes"}).status == 303
    assert now(mailing).status == Status.SENDING


def test_behind_each_number_are_its_people(bob: Organizer, mailing: Mailing) -> None:
    finish(deliver(under_way(mailing)))
    refused = bob.get(at(mailing, "/outcome/refused")).text
    sent = bob.get(at(mailing, "/outcome/sent")).text
    assert "Amazon SES rejected the email (MESSAGE_REJECTED)" in refused
    assert ("Ada Lovelace" in refused) != ("Ada Lovelace" in sent)
    assert "Grace" not in refused + sent


def test_a_finished_mailing_is_duplicated_as_a_draft(bob: Organizer, mailing: Mailing) -> None:
    finish(deliver(under_way(mailing)))
    answer = bob.post(at(mailing, "/duplicate"))
    assert answer.location.endswith("/write?done=duplicated")
    assert "The vote" in bob.get(answer.location).text
    assert mailing.id not in answer.location


def test_those_who_were_refused_can_be_written_to_again_once(bob: Organizer, mailing: Mailing, jobs: list[str]) -> None:
    finish(deliver(under_way(mailing)))
    page = bob.get(at(mailing, "/outcome/refused"))
    assert "Write to this 1 again" in page.text
    assert "again" not in bob.get(at(mailing, "/outcome/sent")).text
    form = {"end": "refused", "tries": "0"}
    assert bob.post(at(mailing, "/retry"), form).location == at(mailing, "?done=retrying")
    assert now(mailing).status == Status.SENDING
    again = bob.post(at(mailing, "/retry"), form)
    assert (again.status, now(mailing).tries) == (409, 1)
    assert "Nothing was done twice" in again.text


def test_whoever_may_have_got_it_is_written_to_again_only_after_a_clear_word(bob: Organizer, mailing: Mailing) -> None:
    over = finish(deliver(under_way(mailing)))
    store.change_mailing(over.group, over.id, sent=0, unknown=1)
    assert "would get it twice" in bob.get(at(mailing, "/outcome/unknown")).text
    form = {"end": "unknown", "tries": "0"}
    assert bob.post(at(mailing, "/retry"), form).status == 422
    assert now(mailing).status == Status.FINISHED
    assert bob.post(at(mailing, "/retry"), form | {"sure": "yes"}).status == 303


@pytest.mark.parametrize("form", [{"end": "sent", "tries": "0"}, {"end": "refused", "tries": "x"}, {}])
def test_a_form_that_nobody_was_given_retries_nothing(bob: Organizer, mailing: Mailing, form: dict[str, str]) -> None:
    finish(deliver(under_way(mailing)))
    assert bob.post(at(mailing, "/retry"), form).status == 409
    assert now(mailing).status == Status.FINISHED
