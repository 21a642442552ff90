"""A mailing comes at one time on everybody's own wall: Ada lives in New York, Bob in Denver, Cyd nobody knows where."""

from collections import Counter

import pytest
from mail_flow import join, later, now, planned, planned_for_own_time, swept, tried, wall_in, written

from chalicelib import clock, dynamo, queues
from chalicelib.mailings import audience_files, chunk_store, conduct, cut, pace, retry, send, store
from chalicelib.mailings.chunk import Hint, Outcome, State
from chalicelib.mailings.mailing import ZONES, Status

HOUR = 3600
# Ada and Cyd in an hour, Bob in three.
SOON = ("America/New_York", 1)


@pytest.fixture
def people(group):
    ada, bob = join(group, "Ada", zip_code="10001"), join(group, "Bob", zip_code="80202-1234")
    return [*ada, *bob, *join(group, "Cyd", zip_code="?")]


@pytest.fixture
def mailing(aws, group, jobs, people):
    return planned_for_own_time(group, written(group), wall_in(*SOON))


def go(aws, mailing):
    aws.handle("sends", send.send_all)
    return swept(mailing)


def got(aws, people):
    return [person.given_name for person in people if aws.inbox(person.email)]


def stands(mailing):
    return mailing.status, mailing.reason


def chunk_of(mailing, person):
    number, _ = audience_files.find_person(mailing.folder, person.id)
    return chunk_store.find(mailing.run_name, number)


def test_each_gets_it_in_their_own_time_and_nobody_sooner(aws, group, people, mailing, monkeypatch):
    assert stands(mailing) == (Status.WAITING, ZONES)
    assert 0 < mailing.resumes_at - clock.now() <= HOUR
    assert stands(go(aws, mailing)) == (Status.WAITING, ZONES)
    assert got(aws, people) == []
    with later(monkeypatch, HOUR):
        assert stands(swept(mailing)) == (Status.SENDING, "")
        waiting = go(aws, mailing)
        assert stands(waiting) == (Status.WAITING, ZONES)
        assert waiting.sent == 2
    assert got(aws, people) == ["Ada", "Cyd"]
    with later(monkeypatch, 3 * HOUR - 90):
        assert stands(go(aws, mailing)) == (Status.WAITING, ZONES)
    with later(monkeypatch, 3 * HOUR):
        swept(mailing)
        finished = go(aws, mailing)
    assert (finished.status, finished.sent, finished.size) == (Status.FINISHED, 3, 3)
    assert got(aws, people) == ["Ada", "Bob", "Cyd"]


def test_people_of_one_moment_share_chunks_and_everyone_is_found_again(group, people, mailing):
    ada, bob, cyd = (chunk_of(mailing, person) for person in people)
    assert ada == cyd
    assert bob.due == ada.due + 2 * HOUR
    assert mailing.chunks == 2


def test_whose_time_is_over_gets_it_at_once(aws, group, jobs, people):
    mailing = planned_for_own_time(group, written(group), wall_in("America/New_York", -1))
    assert "du" not in dynamo.Table("chunks", "m", "n").get(f"{mailing.run_name}#0", 0)
    assert stands(go(aws, mailing)) == (Status.WAITING, ZONES)
    assert got(aws, people) == ["Ada", "Cyd"]


def test_a_chunk_is_not_to_be_had_before_it_is_due(people, mailing, monkeypatch):
    chunk = chunk_of(mailing, people[0])
    assert chunk_store.claim(chunk.run, chunk.number, "early", clock.now() + 60) is None
    with later(monkeypatch, chunk.due - clock.now() - 1):
        assert chunk_store.claim(chunk.run, chunk.number, "early", clock.now() + 60) is None
    assert chunk_store.find(chunk.run, chunk.number).state == State.PENDING
    with later(monkeypatch, chunk.due - clock.now()):
        assert chunk_store.claim(chunk.run, chunk.number, "now", clock.now() + 60)


def test_a_hint_that_comes_early_sends_nothing(aws, group, people, mailing):
    store.change_mailing(group.id, mailing.id, status=Status.SENDING, reason="")
    for chunk in chunk_store.each(mailing.run_name):
        queues.send("sends", Hint(group.id, mailing.id, mailing.run, chunk.number, chunk.size))
    assert stands(go(aws, mailing)) == (Status.WAITING, ZONES)
    assert got(aws, people) == []


def test_while_it_waits_it_takes_no_share_of_the_rate(group, jobs, mailing):
    """A sweeper that looked earlier may have entered it again."""
    name = f"{group.id}/{mailing.id}"
    assert name not in pace.leave(name)
    pace.enter(name)
    assert stands(swept(mailing)) == (Status.WAITING, ZONES)
    assert name not in pace.leave(name)


def test_nor_while_nobody_is_left_but_those_in_doubt_and_those_who_wait(group, people, mailing, monkeypatch):
    name = f"{group.id}/{mailing.id}"
    with later(monkeypatch, HOUR):
        going = swept(mailing)
        chunk_store.claim(going.run_name, chunk_of(going, people[0]).number, "gone", clock.now() - 1)
        assert swept(mailing).status == Status.SENDING
        assert name not in pace.leave(name)
    with later(monkeypatch, HOUR + 1000):
        assert swept(mailing).status == Status.SENDING
        assert name in pace.leave(name)


def test_what_comes_due_while_others_are_being_sent_does_not_wait_until_nothing_moves(
    aws, group, jobs, people, monkeypatch
):
    mailing = planned_for_own_time(group, written(group), wall_in("America/New_York", -1))
    ada = chunk_of(mailing, people[0])
    claimed = chunk_store.claim(mailing.run_name, ada.number, "slow", clock.now() + 3 * HOUR)
    store.change_mailing(group.id, mailing.id, hinted=1000)  # a chunk of Ada's zone with so high a number
    swept(mailing)
    with later(monkeypatch, HOUR):
        store.change_mailing(group.id, mailing.id, moved=clock.now())
        assert swept(mailing).wave == mailing.wave + 1
        assert swept(mailing).wave == mailing.wave + 1
        aws.handle("sends", send.send_all)
        assert got(aws, people) == ["Bob"]
        chunk_store.record(claimed, Outcome(sent=frozenset({0, 1})), State.DONE)
        assert swept(mailing).status == Status.FINISHED


def test_it_is_undone_until_the_first_is_due(group, jobs, mailing):
    assert mailing.can_be_undone(clock.now())
    assert conduct.undo(group.id, mailing.id).status == Status.DRAFT
    assert planned(group, mailing).own_time == ""


def test_and_not_once_somebody_has_got_it(aws, group, mailing, monkeypatch):
    with later(monkeypatch, HOUR):
        swept(mailing)
        waiting = go(aws, mailing)
    assert (waiting.status, waiting.released) == (Status.WAITING, True)
    assert not waiting.can_be_undone(clock.now())
    assert conduct.undo(group.id, mailing.id) is None


def test_paused_while_it_waits_it_waits_on_when_resumed(aws, group, people, mailing, monkeypatch):
    assert conduct.pause(group.id, mailing.id)
    assert stands(swept(mailing)) == (Status.PAUSED, "organizer")
    assert conduct.resume(group.id, mailing.id)
    assert stands(swept(mailing)) == (Status.WAITING, ZONES)
    assert conduct.pause(group.id, mailing.id)
    with later(monkeypatch, HOUR):
        assert stands(go(aws, mailing)) == (Status.PAUSED, "organizer")
        assert got(aws, people) == []
        assert conduct.resume(group.id, mailing.id)
        swept(mailing)
        go(aws, mailing)
    assert got(aws, people) == ["Ada", "Cyd"]


def test_told_to_go_on_it_waits_all_the_same(aws, group, people, mailing):
    assert conduct.resume(group.id, mailing.id)
    assert stands(go(aws, mailing)) == (Status.WAITING, ZONES)
    assert got(aws, people) == []


def test_stopped_while_it_waits_the_others_never_get_it_not_even_when_it_is_sent_again_to_the_refused(
    aws, group, people, mailing, monkeypatch
):
    with later(monkeypatch, HOUR):
        swept(mailing)
        claimed = chunk_store.claim(mailing.run_name, chunk_of(mailing, people[0]).number, "x", clock.now() + 60)
        chunk_store.record(claimed, Outcome(sent=frozenset({0}), refused={1: "FAILED"}), State.DONE)
        assert stands(swept(mailing)) == (Status.WAITING, ZONES)
        assert conduct.stop(group.id, mailing.id)
        assert swept(mailing).status == Status.STOPPED
        assert retry.begin(group.id, mailing.id, "refused", 0)
        swept(mailing)
        over = go(aws, mailing)
    assert (over.status, over.sent, over.suppressed) == (Status.FINISHED, 2, 1)
    assert "Bob" not in got(aws, people)


def test_a_look_of_before_a_retry_does_not_have_it_wait(aws, group, mailing, monkeypatch):
    """A sweeper stands still between its look and what it says."""
    real = store.change_mailing

    def slow(group_id, mailing_id, **changes):
        if changes.get("reason") == ZONES:
            real(group_id, mailing_id, tries=1)
        return real(group_id, mailing_id, **changes)

    conduct.resume(group.id, mailing.id)
    with monkeypatch.context() as patch:
        patch.setattr(store, "change_mailing", slow)
        assert swept(mailing).status == Status.SENDING


def test_too_many_bounces_pause_it_while_it_waits(group, mailing):
    conduct.heed(group.id, mailing.run_name, store.Progress(sent=300, hard_bounced=12))
    assert stands(now(mailing)) == (Status.PAUSED, "bounces")


def test_when_the_quota_is_used_up_as_the_next_are_due_it_says_so(aws, group, people, mailing, monkeypatch):
    with later(monkeypatch, HOUR):
        swept(mailing)
        aws.set_ses(daily_quota=0)
        assert stands(go(aws, mailing)) == (Status.WAITING, "quota")


def test_variants_are_for_everybody_at_one_time(group, jobs):
    draft = tried(group)
    for wall in (wall_in(*SOON), "2099-01-01T09:00"):
        assert conduct.send_at_own_time(group.id, draft.id, wall, "UTC") is None
    assert now(draft).status == Status.DRAFT


def test_a_time_far_enough_away_is_scheduled_for_the_first_of_all_zones(group, jobs):
    draft = written(group)
    scheduled = conduct.send_at_own_time(group.id, draft.id, "2099-01-02T09:00", "America/New_York")
    assert (scheduled.status, scheduled.own_time) == (Status.SCHEDULED, "2099-01-02T09:00")
    assert scheduled.send_at == 4070984400  # 1 January, 21:00 UTC: nine in the Marshall Islands
    assert conduct.undo(group.id, draft.id)
    assert conduct.send_at(group.id, draft.id, 4070984400.0).own_time == ""


def test_a_chunk_for_each_moment_and_not_for_each_zone(aws, group, jobs, monkeypatch):
    monkeypatch.setattr(cut, "CHUNK", 2)
    for name, zip_code in (("Ada", "10001"), ("Bob", "48201"), ("Cyd", "46201"), ("Dan", "40202"), ("Eve", "90210")):
        join(group, name, zip_code=zip_code)  # New York, Detroit, Indianapolis, Louisville: one time; Los Angeles
    mailing = planned_for_own_time(group, written(group), wall_in(*SOON))
    chunks = list(chunk_store.each(mailing.run_name))
    assert Counter(chunk.due for chunk in chunks).most_common() == [
        (mailing.resumes_at, 2),
        (mailing.resumes_at + 3 * HOUR, 1),
    ]
    assert sorted(chunk.size for chunk in chunks) == [1, 2, 2]
