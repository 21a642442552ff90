"""Organizers act and jobs run while AWS loses answers, workers die, and clocks disagree: a mailing always goes on."""

import pytest
from botocore.exceptions import ReadTimeoutError
from mail_flow import join, later, now, planned, swept, written

from chalicelib import aws as doors
from chalicelib import clock, dynamo, schedules
from chalicelib.mailings import chunk_store, conduct, plan, send, ses, store, sweep
from chalicelib.mailings.chunk import Outcome, State
from chalicelib.mailings.mailing import Status


class Died(BaseException):
    """The Lambda is gone."""


@pytest.fixture
def answers_lost(aws, monkeypatch):
    """Every update of a mailing's row arrives, its answer is lost, and botocore says it again."""
    real = dynamo.Table._write

    def twice(table, operation, request, *rest, **more):
        if operation == "update_item" and table.name == "mailings":
            real(table, operation, dict(request), *rest, **more)
        return real(table, operation, request, *rest, **more)

    monkeypatch.setattr(dynamo.Table, "_write", twice)


def dies_after(monkeypatch, module, name):
    """The worker dies when this has been done."""
    real = getattr(module, name)

    def last_deed(*args, **kwargs):
        real(*args, **kwargs)
        raise Died

    monkeypatch.setattr(module, name, last_deed)


def is_watched(jobs):
    return any(job == "later" and name.startswith("sweep-") for job, name in jobs)


def test_a_web_server_that_dies_on_send_leaves_a_sweeper_that_sends(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    draft = written(group)
    with monkeypatch.context() as patch:
        dies_after(patch, store, "change_mailing")
        with pytest.raises(Died):
            conduct.send_now(group.id, draft.id)
    assert now(draft).status == Status.COUNTING
    assert is_watched(jobs)
    swept(draft)
    assert ("plan", draft.id) in jobs


@pytest.mark.parametrize("verb", [conduct.resume, conduct.stop])
def test_a_web_server_that_dies_on_a_button_leaves_a_sweeper(aws, group, jobs, monkeypatch, verb):
    join(group, "Ada")
    mailing = planned(group, written(group))
    conduct.pause(group.id, mailing.id)
    jobs.clear()
    with monkeypatch.context() as patch:
        dies_after(patch, store, "change_mailing")
        with pytest.raises(Died):
            verb(group.id, mailing.id)
    assert is_watched(jobs)


def test_a_mailing_put_on_the_calendar_is_on_the_calendar_before_it_says_so(aws, group, jobs, monkeypatch):
    draft = written(group)
    dies_after(monkeypatch, store, "change_mailing")
    with pytest.raises(Died):
        conduct.send_at(group.id, draft.id, clock.now() + 3600)
    assert now(draft).status == Status.SCHEDULED
    assert any(name.startswith("plan-") for job, name in jobs if job == "later")


def test_an_organizer_is_told_what_happened_although_the_answer_was_lost(aws, group, jobs, answers_lost):
    join(group, "Ada")
    draft = written(group)
    assert conduct.send_now(group.id, draft.id).status == Status.COUNTING
    assert conduct.undo(group.id, draft.id).status == Status.DRAFT
    mailing = planned(group, draft)
    assert mailing.status == Status.SENDING
    assert conduct.pause(group.id, mailing.id).status == Status.PAUSED
    assert conduct.resume(group.id, mailing.id).status == Status.SENDING
    assert conduct.stop(group.id, mailing.id).status == Status.STOPPED
    assert conduct.stop(group.id, mailing.id) is None


def test_a_mailing_that_waits_is_looked_at_again_although_ses_does_not_tell_its_quota(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    mailing = planned(group, written(group))
    conduct.wait(group.id, mailing.id, "quota")
    jobs.clear()
    monkeypatch.setattr(doors.client("sesv2"), "get_account", _no_answer)
    assert swept(mailing).status == Status.WAITING
    assert is_watched(jobs)


def test_lost_hints_are_given_again_although_ses_does_not_tell_its_quota(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    mailing = planned(group, written(group))
    aws.handle("sends", lambda records: None)
    monkeypatch.setattr(doors.client("sesv2"), "get_account", _no_answer)
    with later(monkeypatch, 60):
        swept(mailing)
        assert aws.handle("sends", send.send_all) == 1


def test_an_account_without_a_daily_limit_goes_on(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    mailing = planned(group, written(group))
    conduct.wait(group.id, mailing.id, "blocked")
    monkeypatch.setattr(ses, "quota", lambda: ses.Quota(50.0, -1.0, 7.0))
    assert swept(mailing).status == Status.SENDING


def test_a_sweeper_that_cannot_start_the_planner_looks_again(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    draft = written(group)
    conduct.send_now(group.id, draft.id)
    jobs.clear()
    monkeypatch.setattr(sweep.lambdas, "start", _no_answer)
    with pytest.raises(ReadTimeoutError):
        sweep.run(group.id, draft.id)
    assert is_watched(jobs)


def test_no_schedule_takes_the_name_of_one_that_has_fired(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    draft = written(group)
    conduct.send_now(group.id, draft.id)
    jobs.clear()
    for seconds in (60, 120):
        with later(monkeypatch, seconds):
            sweep.run(group.id, draft.id)
    names = [name for job, name in jobs if job == "later"]
    assert len(names) == len(set(names)) == 2


def test_two_sweepers_of_one_minute_become_one(aws, group, jobs, monkeypatch):
    draft = written(group)
    conduct.send_now(group.id, draft.id)
    jobs.clear()
    monkeypatch.setattr(clock, "now", lambda: 1_800_000_000.0)
    sweep.run(group.id, draft.id)
    sweep.run(group.id, draft.id)
    assert len({name for job, name in jobs if job == "later"}) == 1


def test_a_schedule_that_is_being_deleted_is_made_anew(aws, monkeypatch):
    scheduler, asked = doors.client("scheduler"), []
    conflict, missing = scheduler.exceptions.ConflictException, scheduler.exceptions.ResourceNotFoundException

    def create(**schedule):
        asked.append("create")
        if len(asked) == 1:
            raise conflict({"Error": {"Code": "ConflictException"}}, "CreateSchedule")

    def update(**schedule):
        asked.append("update")
        raise missing({"Error": {"Code": "ResourceNotFoundException"}}, "UpdateSchedule")

    monkeypatch.setattr(scheduler, "create_schedule", create)
    monkeypatch.setattr(scheduler, "update_schedule", update)
    schedules.at("sweep-1", clock.now() + 60, "sweep", {})
    assert asked == ["create", "update", "create"]


def test_an_undo_is_heard_while_the_planner_is_at_it(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    draft = written(group)
    conduct.send_now(group.id, draft.id)
    real = store.find_mailing

    def planned_meanwhile(*args, **kwargs):
        found = real(*args, **kwargs)
        with monkeypatch.context() as patch:
            patch.setattr(store, "find_mailing", real)
            plan.run(group.id, draft.id)
        return found

    with monkeypatch.context() as patch:
        patch.setattr(store, "find_mailing", planned_meanwhile)
        assert conduct.undo(group.id, draft.id)
    assert now(draft).status == Status.DRAFT


def test_whoever_undoes_by_a_slow_clock_is_told_that_it_is_too_late(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    aws.handle("sends", send.send_all)
    assert len(aws.inbox(ada.email)) == 1
    with later(monkeypatch, -30):
        assert conduct.undo(group.id, mailing.id) is None
    assert now(mailing).status == Status.SENDING


def test_who_was_sent_is_written_down_although_the_claim_was_taken_back(aws, group, jobs):
    join(group, "Ada", "Bob")
    mailing = planned(group, written(group))
    old = chunk_store.claim(mailing.run_name, 0, "old", clock.now() - 1)
    assert chunk_store.settle(old, State.PENDING, Outcome())
    recorded = chunk_store.record(old, Outcome(sent=frozenset([0])), State.PENDING)
    assert not recorded.ours
    assert chunk_store.find(mailing.run_name, 0).sent == {0}


def _no_answer(*args, **kwargs):
    raise ReadTimeoutError(endpoint_url="https://example.org")
