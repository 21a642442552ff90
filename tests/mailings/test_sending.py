"""A mailing from the send button to the inbox: each person once, whoever left is left alone, whatever SES says."""

import json

import pytest
from mail_flow import file_notice, join, later, now, planned, swept, written

from chalicelib import clock
from chalicelib.audiences.query import Not, Tagged
from chalicelib.mailings import (
    chunk_store,
    conduct,
    feedback,
    pace,
    plan,
    received,
    send,
    ses,
    store,
    survey,
    unsubscribe,
)
from chalicelib.mailings.chunk import Outcome, State
from chalicelib.mailings.mailing import Status
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people import subscription


def test_each_person_gets_exactly_one_email_with_a_way_out(aws, group, jobs):
    members = join(group, "Ada", "Bob", "Eve")
    mailing = planned(group, written(group))
    assert (mailing.status, mailing.size, mailing.chunks) == (Status.SENDING, 3, 1)
    aws.handle("sends", send.send_all)
    finished = swept(mailing)
    assert (finished.status, finished.sent, finished.unknown) == (Status.FINISHED, 3, 0)
    for person in members:
        (mail,) = aws.inbox(person.email)
        assert mail["subject"] == f"Hello {person.given_name}"
        assert f"Dear {person.given_name}, come." in mail["html"]
        assert mail["headers"]["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
        assert mail["headers"]["List-Unsubscribe"].startswith("<http")


def test_whoever_unsubscribes_after_the_freeze_is_not_written_to(aws, group, jobs):
    ada, bob = join(group, "Ada", "Bob")
    mailing = planned(group, written(group))
    subscription.unsubscribe(group.id, ada.id)
    people.forget(group.id, bob.id)
    aws.handle("sends", send.send_all)
    finished = swept(mailing)
    assert (finished.sent, finished.suppressed, finished.size) == (0, 2, 2)
    assert aws.inbox(ada.email) == aws.inbox(bob.email) == []
    behind, _ = received.people_behind(finished, "suppressed")
    assert {one.recipient.email: one.why for one in behind} == {ada.email: "unsubscribed", bob.email: "deleted"}


def test_leaving_by_the_link_keeps_the_next_mailing_away(aws, group, jobs):
    ada, bob = join(group, "Ada", "Bob")
    first = planned(group, written(group))
    aws.handle("sends", send.send_all)
    swept(first)
    link = aws.inbox(ada.email)[0]["headers"]["List-Unsubscribe"].strip("<>")
    unsubscribe.leave(unsubscribe.read(link.rsplit("/", 1)[1]))
    second = planned(group, written(group))
    assert (second.size, second.excluded.unsubscribed) == (1, 1)
    aws.handle("sends", send.send_all)
    swept(second)
    assert (len(aws.inbox(ada.email)), len(aws.inbox(bob.email))) == (1, 2)


def test_a_hint_delivered_three_times_sends_once(aws, group, jobs):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    hint = json.dumps({"group": group.id, "mailing": mailing.id, "run": mailing.run, "chunk": 0, "size": 1})
    for _ in range(3):
        send.send_all([{"messageId": "1", "body": hint}])
    aws.handle("sends", send.send_all)
    assert len(aws.inbox(ada.email)) == 1


def test_a_hint_that_was_lost_is_given_again(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    aws.handle("sends", lambda records: None)  # the queue loses everything
    with later(monkeypatch, 60):
        assert swept(mailing).status == Status.SENDING
        aws.handle("sends", send.send_all)
        assert swept(mailing).status == Status.FINISHED
    assert len(aws.inbox(ada.email)) == 1


def test_sweeps_that_follow_at_once_do_not_hint_twice(aws, group, jobs):
    join(group, "Ada")
    mailing = planned(group, written(group))
    swept(mailing)
    swept(mailing)
    assert hints_of(aws, mailing) == 1


def test_hints_from_before_a_pause_are_left_behind(aws, group, jobs):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    before = []
    aws.handle("sends", before.extend)
    conduct.pause(group.id, mailing.id)
    conduct.resume(group.id, mailing.id)
    send.send_all(before)
    assert aws.inbox(ada.email) == []
    swept(mailing)
    aws.handle("sends", send.send_all)
    assert len(aws.inbox(ada.email)) == 1


def test_what_is_put_back_across_a_pause_is_not_left_behind(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))

    def paused_and_resumed_meanwhile(bulk, entries):
        conduct.pause(group.id, mailing.id)
        conduct.resume(group.id, mailing.id)
        swept(mailing)  # sees a chunk that is claimed, and does not hint at it
        raise ses.Throttled

    monkeypatch.setattr(clock, "jitter", lambda most: 0)
    with monkeypatch.context() as patch:
        patch.setattr(ses, "send_bulk", paused_and_resumed_meanwhile)
        aws.handle("sends", send.send_all)
    assert aws.inbox(ada.email) == []
    clock.sleep(1.5)
    aws.handle("sends", send.send_all)
    assert len(aws.inbox(ada.email)) == 1


def test_who_is_out_of_doubt_is_hinted_at_while_others_still_move(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    mailing = planned(group, written(group))
    aws.handle("sends", lambda records: None)
    assert chunk_store.claim(mailing.run_name, 0, "died", clock.now())
    store.change_mailing(group.id, mailing.id, swept=-1)  # others moved
    with later(monkeypatch, 1000):
        swept(mailing)
    assert hints_of(aws, mailing) == 1


def hints_of(aws, mailing):
    """How many hints of this mailing wait on the queue; they are taken from it."""
    records = []
    aws.handle("sends", records.extend)
    return sum(json.loads(record["body"])["mailing"] == mailing.id for record in records)


def test_undo_within_the_minute_makes_it_a_draft_and_writes_to_nobody(aws, group, jobs):
    (ada,) = join(group, "Ada")
    draft = written(group)
    conduct.send_now(group.id, draft.id)
    plan.run(group.id, draft.id)
    assert conduct.undo(group.id, draft.id).status == Status.DRAFT
    aws.handle("sends", send.send_all)
    assert aws.inbox(ada.email) == []
    again = planned(group, draft)
    aws.handle("sends", send.send_all)
    assert swept(again).sent == 1
    assert len(aws.inbox(ada.email)) == 1


def test_an_undo_in_the_last_moment_is_heard(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    draft = written(group)
    conduct.send_now(group.id, draft.id)
    plan.run(group.id, draft.id)
    store.change_mailing(group.id, draft.id, release_at=clock.now() + 0.8)
    real = clock.sleep

    def undo_meanwhile(seconds):
        if seconds > 0.1:
            assert conduct.undo(group.id, draft.id)
        real(seconds)

    hint = {"group": group.id, "mailing": draft.id, "run": now(draft).run, "chunk": 0, "size": 1}
    monkeypatch.setattr(clock, "sleep", undo_meanwhile)
    send.send_all([{"messageId": "1", "body": json.dumps(hint)}])
    assert now(draft).status == Status.DRAFT
    assert aws.inbox(ada.email) == []


def test_pause_holds_everything_and_resume_writes_to_the_rest(aws, group, jobs):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    conduct.pause(group.id, mailing.id)
    aws.handle("sends", send.send_all)
    assert aws.inbox(ada.email) == []
    conduct.resume(group.id, mailing.id)
    swept(mailing)
    aws.handle("sends", send.send_all)
    assert swept(mailing).status == Status.FINISHED
    assert len(aws.inbox(ada.email)) == 1


def test_stop_ends_it(aws, group, jobs):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    conduct.stop(group.id, mailing.id)
    aws.handle("sends", send.send_all)
    assert swept(mailing).status == Status.STOPPED
    assert conduct.resume(group.id, mailing.id) is None
    assert aws.inbox(ada.email) == []


def test_send_clicked_twice_sends_once(aws, group, jobs):
    (ada,) = join(group, "Ada")
    draft = written(group)
    assert conduct.send_now(group.id, draft.id)
    assert conduct.send_now(group.id, draft.id) is None
    store.change_mailing(group.id, draft.id, release_at=clock.now())
    plan.run(group.id, draft.id)
    plan.run(group.id, draft.id)  # Lambda tries an asynchronous start again
    aws.handle("sends", send.send_all)
    assert swept(draft).sent == 1
    assert len(aws.inbox(ada.email)) == 1


def test_a_schedule_that_was_put_off_does_not_fire_early(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    draft = written(group)
    conduct.send_at(group.id, draft.id, clock.now() + 3600)
    plan.run(group.id, draft.id)  # the schedule of an earlier time, already under way when it was cancelled
    assert now(draft).status == Status.SCHEDULED
    with later(monkeypatch, 3600):
        plan.run(group.id, draft.id)
        assert now(draft).status == Status.SENDING


def test_a_query_reaches_whom_it_names(aws, group, jobs):
    join(group, "Ada", tags=["volunteer"])
    (bob,) = join(group, "Bob")
    mailing = planned(group, written(group, Not(Tagged("volunteer"))))
    aws.handle("sends", send.send_all)
    assert swept(mailing).sent == 1
    assert len(aws.inbox(bob.email)) == 1


def test_what_ses_throttles_goes_later_and_nobody_is_lost(aws, group, jobs, monkeypatch):
    members = join(group, "Ada", "Bob", "Eve")
    mailing = planned(group, written(group))
    answers = iter([[ses.Answer("sent", "SUCCESS"), ses.Answer("later", "ACCOUNT_THROTTLED"), ses.Answer("later", "")]])
    real = ses.send_bulk

    def sometimes(bulk, entries):
        said = next(answers, None)
        if said is None:
            return real(bulk, entries)
        real(bulk, entries[:1])
        return said

    monkeypatch.setattr(ses, "send_bulk", sometimes)
    monkeypatch.setattr(clock, "jitter", lambda most: 0.0)
    aws.handle("sends", send.send_all)
    clock.sleep(1.5)
    aws.handle("sends", send.send_all)
    assert swept(mailing).sent == 3
    assert [len(aws.inbox(person.email)) for person in members] == [1, 1, 1]


def test_the_daily_quota_makes_it_wait_and_it_goes_on_by_itself(aws, group, jobs):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    aws.set_ses(daily_quota=0)
    aws.handle("sends", send.send_all)
    waiting = now(mailing)
    assert (waiting.status, waiting.reason) == (Status.WAITING, "quota")
    assert swept(mailing).status == Status.WAITING
    aws.set_ses(daily_quota=1_000_000)
    assert swept(mailing).status == Status.SENDING
    aws.handle("sends", send.send_all)
    assert swept(mailing).sent == 1
    assert len(aws.inbox(ada.email)) == 1


@pytest.mark.parametrize("accepted", [True, False], ids=["SES had taken it", "SES had not"])
def test_a_call_without_an_answer_is_settled_by_events(aws, group, jobs, monkeypatch, accepted):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    real = ses.send_bulk

    def lost_reply(bulk, entries):
        if accepted:
            real(bulk, entries)
        raise ses.InDoubt("the line went dead")

    with monkeypatch.context() as patch:
        patch.setattr(ses, "send_bulk", lost_reply)
        aws.handle("sends", send.send_all)
    for key in aws.event_files():
        feedback.take_all([file_notice(key)])
    with later(monkeypatch, 150):
        assert swept(mailing).status == (Status.FINISHED if accepted else Status.SENDING)
    with later(monkeypatch, 150 + survey.DOUBT_SECONDS):
        swept(mailing)
        aws.handle("sends", send.send_all)
        assert swept(mailing).sent == 1
    assert len(aws.inbox(ada.email)) == 1


def test_in_doubt_and_held_is_listed_as_unknown(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    network.change_group(group.id, hold_in_doubt=True)
    mailing = planned(group, written(group))

    def dead(bulk, entries):
        raise ses.InDoubt("no answer")

    with monkeypatch.context() as patch:
        patch.setattr(ses, "send_bulk", dead)
        aws.handle("sends", send.send_all)
    with later(monkeypatch, 150 + survey.DOUBT_SECONDS):
        finished = swept(mailing)
    assert (finished.status, finished.unknown, finished.sent) == (Status.FINISHED, 1, 0)
    assert [one.recipient.email for one in received.people_behind(finished, "unknown")[0]] == [ada.email]


def test_an_event_that_comes_after_the_end_settles_who_was_unknown(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    network.change_group(group.id, hold_in_doubt=True)
    mailing = planned(group, written(group))
    real = ses.send_bulk

    def lost_reply(bulk, entries):
        real(bulk, entries)
        raise ses.InDoubt("the line went dead")

    monkeypatch.setattr(ses, "send_bulk", lost_reply)
    aws.handle("sends", send.send_all)
    with later(monkeypatch, 150 + survey.DOUBT_SECONDS):
        assert swept(mailing).unknown == 1
    jobs.clear()
    for key in aws.event_files():
        feedback.take_all([file_notice(key)])
    live = store.progress(mailing)
    assert (live.sent, live.unknown) == (1, 0)
    assert any(job == "later" for job, _ in jobs)
    with later(monkeypatch, 210 + survey.DOUBT_SECONDS):
        settled = swept(mailing)
    assert (settled.status, settled.sent, settled.unknown) == (Status.FINISHED, 1, 0)
    assert len(aws.inbox(ada.email)) == 1


def test_a_call_that_ses_refuses_uses_nobody_up(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    mailing = planned(group, written(group))

    def refuse(bulk, entries):
        raise ses.Refused("MailFromDomainNotVerifiedException")

    with monkeypatch.context() as patch:
        patch.setattr(ses, "send_bulk", refuse)
        aws.handle("sends", send.send_all)
    paused = now(mailing)
    assert (paused.status, paused.reason) == (Status.PAUSED, "refused: MailFromDomainNotVerifiedException")
    conduct.resume(group.id, mailing.id)
    swept(mailing)
    clock.sleep(1)
    aws.handle("sends", send.send_all)
    assert swept(mailing).sent == 1


def test_a_claim_whose_reply_was_lost_is_our_own(aws, group, jobs):
    join(group, "Ada")
    mailing = planned(group, written(group))
    first = chunk_store.claim(mailing.run_name, 0, "token", clock.now() + 60)
    again = chunk_store.claim(mailing.run_name, 0, "token", clock.now() + 60)
    assert first is not None
    assert again is not None
    assert again.token == "token"
    assert chunk_store.claim(mailing.run_name, 0, "rival", clock.now() + 60) is None


def test_facts_are_kept_even_when_the_claim_has_run_out(aws, group, jobs):
    join(group, "Ada")
    mailing = planned(group, written(group))
    old = chunk_store.claim(mailing.run_name, 0, "old", clock.now() - 1)
    assert chunk_store.settle(old, State.PENDING, Outcome())
    chunk_store.claim(mailing.run_name, 0, "new", clock.now() + 60)
    recorded = chunk_store.record(old, Outcome(sent=frozenset([0])), State.DONE)
    assert not recorded.ours
    chunk = chunk_store.find(mailing.run_name, 0)
    assert (chunk.state, chunk.sent) == (State.CLAIMED, {0})


def test_the_senders_sleep_when_nothing_is_sent(aws, group, jobs):
    join(group, "Ada")
    mailing = planned(group, written(group))
    assert ("trigger", True) in jobs
    aws.handle("sends", send.send_all)
    swept(mailing)
    assert jobs[-1] == ("trigger", False) or pace.is_anyone_sending()
