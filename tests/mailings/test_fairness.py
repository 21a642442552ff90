"""Several mailings share the rate, and one that waits for the daily quota says until when."""

import json

import msgspec
import pytest
from cloud import watching
from hypothesis import given
from hypothesis import strategies as st
from mail_flow import join, now, planned, swept, written

from chalicelib import clock, dynamo, queues
from chalicelib.audiences.query import Not, Tagged
from chalicelib.mailings import chunk_store, conduct, cut, hints, pace, plan, quota_window, send, store
from chalicelib.mailings.chunk import Hint
from chalicelib.mailings.mailing import Status


@pytest.fixture
def one_by_one(monkeypatch):
    """Chunks of one person: many hints for few people."""
    monkeypatch.setattr(cut, "CHUNK", 1)
    monkeypatch.setattr(hints, "CHUNK", 1)


def due(batches):
    """When each hint comes due, by mailing, in seconds from now."""
    found = {}
    for entry in (entry for batch in batches for entry in batch["Entries"]):
        found.setdefault(json.loads(entry["MessageBody"])["mailing"], []).append(entry["DelaySeconds"])
    return found


def two(group, aws, rate, large, small):
    """A large mailing, and a small one right after it."""
    aws.set_ses(rate=rate)
    join(group, *(f"Ada{number}" for number in range(large)))
    join(group, *(f"Bob{number}" for number in range(small)), tags=["few"])
    return planned(group, written(group, Not(Tagged("few")))), planned(group, written(group, Tagged("few")))


def test_the_hints_of_a_later_mailing_come_due_among_those_of_the_earlier(aws, group, jobs, one_by_one):
    with watching("sqs", "SendMessageBatch") as batches:
        first, second = two(group, aws, rate=2, large=60, small=3)
    delays = due(batches)
    assert delays[first.id] == sorted(delays[first.id])
    assert max(delays[second.id]) <= 2
    assert max(delays[first.id]) > 20
    aws.handle("sends", lambda records: None)


def test_a_small_mailing_is_through_before_the_large_one_that_began_earlier(aws, group, jobs, one_by_one, monkeypatch):
    handled = []
    monkeypatch.setattr(send._Batch, "_send", lambda batch, mailing, hint: handled.append(hint.mailing))
    first, second = two(group, aws, rate=30, large=90, small=5)
    end = clock.now() + 15
    while len(handled) < 95 and clock.now() < end:
        aws.handle("sends", send.send_all)
    assert handled.count(second.id) == 5
    last = max(place for place, mailing in enumerate(handled) if mailing == second.id)
    assert handled[last:].count(first.id) > 20


def test_each_hint_says_whose_it_is_and_the_queue_takes_it(aws, group, jobs):
    join(group, "Ada")
    with watching("sqs", "SendMessageBatch") as batches:
        mailing = planned(group, written(group))
    assert {entry["MessageGroupId"] for batch in batches for entry in batch["Entries"]} == {mailing.id}
    with watching("sqs", "SendMessage") as single:
        queues.send("sends", Hint(group.id, "x", 1, 0, 1))
    assert single[0]["MessageGroupId"] == "x"
    assert aws.handle("sends", lambda records: None) >= 2


def test_together_mailings_keep_no_more_hints_than_one(aws, group, jobs, one_by_one):
    aws.set_ses(rate=1)
    join(group, *(f"Ada{number}" for number in range(130)))
    counts = []
    for _ in range(3):
        with watching("sqs", "SendMessageBatch") as batches:
            planned(group, written(group))
        counts.append(sum(len(batch["Entries"]) for batch in batches))
    assert counts == [116, 58, 38]
    aws.handle("sends", lambda records: None)


def test_hints_of_two_mailings_are_as_far_apart_as_their_shares(aws, group, jobs, one_by_one):
    aws.set_ses(rate=1)
    join(group, *(f"Ada{number}" for number in range(20)))
    with watching("sqs", "SendMessageBatch") as batches:
        alone = planned(group, written(group))
        planned(group, written(group))
        before = now(alone).wave
        swept(alone)
        assert now(alone).wave == before + 1
        swept(alone)
        assert now(alone).wave == before + 1
    first, second, again = (_last_due(batches[place : place + 2]) for place in (0, 2, 4))
    assert first < second == again
    assert len(batches) == 6
    aws.handle("sends", lambda records: None)


def _last_due(batches):
    return max(entry["DelaySeconds"] for batch in batches for entry in batch["Entries"])


def test_whoever_ends_tells_the_others_that_there_is_more_for_them(aws, group, jobs, one_by_one):
    join(group, "Ada", "Bob")
    ends, goes_on = planned(group, written(group)), planned(group, written(group))
    conduct.pause(group.id, ends.id)
    jobs.clear()
    swept(ends)
    assert jobs == [("sweep", goes_on.id)]
    swept(ends)
    assert jobs == [("sweep", goes_on.id)]
    conduct.pause(group.id, goes_on.id)
    jobs.clear()
    swept(goes_on)
    assert ("trigger", False) in jobs


def test_who_is_in_doubt_takes_nobodys_share(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    doubtful = planned(group, written(group))
    assert chunk_store.claim(doubtful.run_name, 0, "died", clock.now())
    other = planned(group, written(group))
    assert pace.sharing_with(other.name) == 2
    swept(doubtful)
    assert pace.sharing_with(other.name) == 1


def test_what_can_be_undone_keeps_the_senders_awake_and_no_part_of_the_rate(aws, group, jobs):
    join(group, "Ada")
    first, draft = planned(group, written(group)), written(group)
    held = conduct.send_now(group.id, draft.id)
    plan.run(group.id, held.id)
    assert now(held).status == Status.SENDING
    assert pace.sharing_with(first.name) == 1
    pace.leave(first.name)
    assert pace.is_anyone_sending()
    store.change_mailing(group.id, held.id, release_at=clock.now())
    hint = msgspec.json.encode(Hint(group.id, held.id, now(held).run, 0, 1, now(held).wave)).decode()
    send.send_all([{"messageId": "1", "body": hint}])
    assert now(held).released
    assert pace.sharing_with(first.name) == 2
    assert pace.leave(held.name) == {held.name}
    assert not pace.is_anyone_sending()


# The daily quota

DAY = quota_window.WINDOW_SECONDS


@pytest.mark.parametrize(
    ("steps", "now", "at"),
    [
        ([], 0, None),
        ([100], 61_000, 60_600 + DAY),
        ([100, 140], 61_000, 60_600 + DAY),
        ([140, 100], 61_000, 60_600 + DAY),
        ([100, 140], 60_600 + DAY, 84_600 + DAY),  # the first count no more
        ([100], 60_600 + DAY, None),
    ],
)
def test_the_oldest_emails_that_count_are_the_next_to_make_room(steps, now, at):
    assert quota_window.frees_at(steps, now) == at


@given(st.lists(st.floats(0, 10 * DAY), min_size=1))
def test_however_long_mailings_go_on_little_is_noted_and_the_moment_lies_ahead(times):
    steps = []
    for at in sorted(times):
        steps = quota_window.with_note(steps, at)
    last = max(times)
    assert len(steps) <= DAY // quota_window.STEP_SECONDS + 2
    assert last < quota_window.frees_at(steps, last) <= last + DAY + quota_window.STEP_SECONDS


def test_a_mailing_on_its_way_is_noted_once_in_ten_minutes(aws, group, jobs):
    dynamo.Table("pace", "k").delete("noted")
    join(group, "Ada")
    mailing = planned(group, written(group))
    swept(mailing)
    assert len(quota_window.noted()) == 1
    aws.set_ses(daily_quota=0)
    aws.handle("sends", send.send_all)
    assert now(mailing).status == Status.WAITING
    at = quota_window.frees_at(quota_window.noted(), clock.now())
    assert DAY - 600 <= at - clock.now() <= DAY + 600
    assert pace.is_anyone_sending()
