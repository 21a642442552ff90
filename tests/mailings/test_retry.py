"""Writing again to those who were refused, or of whom nobody knows: to them alone, once a click, and all still add up."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_flow import join, later, now, planned, swept, written

from chalicelib import clock
from chalicelib.mailings import chunk_store, conduct, feedback, retry, send, ses, store, sweep
from chalicelib.mailings.chunk import Chunk, Outcome, State
from chalicelib.mailings.mailing import Status
from chalicelib.mailings.survey import DOUBT_SECONDS, Survey
from chalicelib.network import store as network
from chalicelib.people import subscription


def chunk(**more):
    return Chunk(run="m.1", number=0, size=50, file=0, start=0, length=0, **more)


@pytest.mark.parametrize(
    ("again", "end", "tries", "outdated"),
    [
        ({}, "refused", 0, False),
        ({3: (1, "refused")}, "refused", 0, True),
        ({3: (1, "refused")}, "sent", 0, True),
        ({3: (1, "refused")}, "refused", 1, False),
        ({3: (1, "refused")}, "sent", 1, False),
        ({3: (1, "unknown")}, "sent", 0, False),  # so they had got it
        ({3: (1, "unknown")}, "delivered", 0, False),
        ({3: (1, "unknown")}, "refused", 0, True),
        ({4: (1, "refused")}, "refused", 0, False),
    ],
)
def test_what_an_event_of_an_earlier_time_still_says(again, end, tries, outdated):
    assert chunk(again=again).is_outdated(3, end, tries) == outdated


def refusing(monkeypatch, *names):
    """SES takes everybody but these, for good."""
    real = ses.send_bulk

    def answer(bulk, entries):
        no = [any(entry.to.startswith(name.lower()) for name in names) for entry in entries]
        taken = iter(real(bulk, [entry for entry, refused in zip(entries, no, strict=True) if not refused]))
        return [ses.Answer("refused", "MESSAGE_REJECTED") if refused else next(taken) for refused in no]

    monkeypatch.setattr(ses, "send_bulk", answer)


def adds_up(mailing):
    return mailing.sent + mailing.refused + mailing.suppressed + mailing.unknown == mailing.size


@pytest.fixture
def finished(aws, group, jobs, monkeypatch):
    """Ada got it; Bob and Eve were refused."""
    join(group, "Ada", "Bob", "Eve")
    mailing = planned(group, written(group))
    with monkeypatch.context() as patch:
        refusing(patch, "Bob", "Eve")
        aws.handle("sends", send.send_all)
    over = swept(mailing)
    assert (over.status, over.sent, over.refused) == (Status.FINISHED, 1, 2)
    return over


def mails(aws, group, *names):
    return [len(aws.inbox(f"{name.lower()}@{group.slug}.example.org")) for name in names]


def test_those_who_were_refused_get_it_and_nobody_else_again(aws, group, finished):
    assert retry.begin(group.id, finished.id, "refused", 0).status == Status.SENDING
    assert swept(finished).status == Status.SENDING
    live = store.progress(now(finished))
    assert (live.sent, live.refused, live.done) == (1, 0, 0)
    aws.handle("sends", send.send_all)
    over = swept(finished)
    assert (over.status, over.sent, over.refused) == (Status.FINISHED, 3, 0)
    assert mails(aws, group, "Ada", "Bob", "Eve") == [1, 1, 1]
    live = store.progress(now(finished))
    assert (live.sent, live.refused, live.done) == (3, 0, 1)


def test_a_second_click_does_nothing(aws, group, finished):
    assert retry.begin(group.id, finished.id, "refused", 0)
    assert retry.begin(group.id, finished.id, "refused", 0) is None
    swept(finished)
    aws.handle("sends", send.send_all)
    assert swept(finished).status == Status.FINISHED
    assert retry.begin(group.id, finished.id, "refused", 0) is None  # the page of before
    assert now(finished).status == Status.FINISHED


def test_sweeping_twice_opens_nobody_a_second_time(aws, group, finished, monkeypatch):
    begun = retry.begin(group.id, finished.id, "refused", 0)
    stale = retry.reopen(begun)
    with monkeypatch.context() as patch:
        refusing(patch, "Bob")
        swept(finished)
        aws.handle("sends", send.send_all)
    retry.reopen(begun)
    assert stale.retrying == ""
    over = swept(finished)
    assert (over.status, over.sent, over.refused, over.tries) == (Status.FINISHED, 2, 1, 1)
    assert mails(aws, group, "Ada", "Bob", "Eve") == [1, 0, 1]


def test_a_sweeper_that_slept_through_it_does_not_end_it(group, finished):
    before = store.change_mailing(group.id, finished.id, status=Status.SENDING)
    survey = Survey(before)
    store.change_mailing(group.id, finished.id, status=Status.FINISHED)
    retry.begin(group.id, finished.id, "refused", 0)
    sweep._finish(before, survey)
    assert now(finished).status == Status.SENDING


def test_whoever_left_meanwhile_is_left_alone(aws, group, finished):
    (bob,) = join(group, "Bob")
    subscription.unsubscribe(group.id, bob.id)
    retry.begin(group.id, finished.id, "refused", 0)
    swept(finished)
    aws.handle("sends", send.send_all)
    over = swept(finished)
    assert (over.sent, over.refused, over.suppressed) == (2, 0, 1)
    assert mails(aws, group, "Bob", "Eve") == [0, 1]


def test_late_news_of_the_first_time_undoes_nothing(aws, group, finished):
    retry.begin(group.id, finished.id, "refused", 0)
    swept(finished)
    aws.handle("sends", send.send_all)
    place = min(chunk_store.find(finished.run_name, 0).again)
    tags = {"mailing": [f"{group.id}_{finished.id}_1"], "chunk": ["0"], "recipient": [str(place)]}
    feedback.take_events([json.dumps({"eventType": "Reject", "mail": {"tags": tags}})] * 2)
    assert chunk_store.find(finished.run_name, 0).refused == {}
    feedback.take_events([json.dumps({"eventType": "Reject", "mail": {"tags": tags | {"try": ["1"]}}})])
    assert list(chunk_store.find(finished.run_name, 0).refused) == [place]


def test_those_nobody_knows_of_are_written_to_again(aws, group, jobs, monkeypatch):
    network.change_group(group.id, hold_in_doubt=True)
    join(group, "Ada")
    mailing = planned(group, written(group))

    def dead(bulk, entries):
        raise ses.InDoubt("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(ses, "send_bulk", dead)
        aws.handle("sends", send.send_all)
    with later(monkeypatch, 150 + DOUBT_SECONDS):
        assert swept(mailing).unknown == 1
    retry.begin(group.id, mailing.id, "unknown", 0)
    swept(mailing)
    aws.handle("sends", send.send_all)
    over = swept(mailing)
    assert (over.status, over.sent, over.unknown) == (Status.FINISHED, 1, 0)
    assert mails(aws, group, "Ada") == [1]


@pytest.fixture
def stopped(aws, group, jobs, monkeypatch):
    """One chunk of two was sent, its second refused, before it was stopped; the other chunk's turn never came."""
    monkeypatch.setattr("chalicelib.mailings.cut.CHUNK", 2)
    members = sorted(join(group, "Ada", "Bob", "Eve", "Mia"), key=lambda person: person.id)
    mailing = planned(group, written(group))
    aws.handle("sends", lambda records: None)
    with monkeypatch.context() as patch:
        refusing(patch, members[1].given_name)
        send.send_all([hint(mailing, 0)])
    conduct.stop(group.id, mailing.id)
    return swept(mailing), [person.given_name for person in members]


def hint(mailing, number):
    told = {"group": mailing.group, "mailing": mailing.id, "run": mailing.run, "chunk": number, "size": 2}
    return {"messageId": str(number), "body": json.dumps(told)}


@pytest.mark.parametrize("early", [False, True], ids=["the sweeper first", "an old hint first"])
def test_of_a_stopped_mailing_only_they_are_written_to(aws, group, stopped, early):
    mailing, names = stopped
    retry.begin(group.id, mailing.id, "refused", 0)
    if early:
        send.send_all([hint(mailing, 0), hint(mailing, 1)])
    swept(mailing)
    send.send_all([hint(mailing, 0), hint(mailing, 1)])
    aws.handle("sends", send.send_all)
    over = swept(mailing)
    assert (over.status, over.sent, over.suppressed) == (Status.FINISHED, 2, 2)
    assert adds_up(over)
    assert mails(aws, group, *names) == [1, 1, 0, 0]
    assert set(chunk_store.find(mailing.run_name, 1).suppressed.values()) == {retry.STOPPED}


def test_what_is_under_way_cannot_be_retried(aws, group, jobs):
    join(group, "Ada")
    mailing = planned(group, written(group))
    assert retry.begin(group.id, mailing.id, "refused", 0) is None
    assert retry.begin(group.id, mailing.id, "sent", 0) is None


PLACES = st.frozensets(st.integers(0, 9))


@given(sent=PLACES, refused=PLACES, unknown=PLACES, suppressed=PLACES, end=st.sampled_from(retry.ENDS))
def test_a_reopened_chunk_leaves_open_whoever_met_that_end_and_nobody_who_met_another(
    aws, sent, refused, unknown, suppressed, end
):
    run = f"{clock.new_id()}.1"
    chunk_store.add([Chunk(run=run, number=0, size=10, file=0, start=0, length=0)])
    facts = Outcome(
        sent=sent,
        refused=dict.fromkeys(refused, "R"),
        unknown=unknown,
        suppressed=dict.fromkeys(suppressed, "left"),
    )
    claimed = chunk_store.claim(run, 0, "token", 0)
    chunk_store.record(claimed, facts, State.DONE)
    before = chunk_store.find(run, 0)
    met, open_before = before.ends()[end] & set(range(10)), set(before.open)
    after = chunk_store.reopen(before, 1, end, {})
    both = met & set(suppressed)
    assert set(after.open) == open_before | (met - both)
    for other in {"sent", "refused", "unknown"} - {end}:
        assert after.ends()[other] == before.ends()[other]
    assert chunk_store.reopen(before, 1, end, {}) is None
