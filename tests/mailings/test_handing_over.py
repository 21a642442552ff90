"""What stands between a claim and SES: stalls, failures, and answers that are about the mailing and not about a person."""

import json
from collections import Counter

import msgspec
import pytest
from mail_flow import join, later, now, planned, swept, written

from chalicelib import clock, dynamo, queues
from chalicelib.mailings import audience_files, chunk_store, conduct, deliver, pace, plan, send, ses
from chalicelib.mailings.chunk import Hint, State
from chalicelib.mailings.mailing import Status
from chalicelib.mailings.outbox import SignInLink
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.wire import connections

ABOUT_THE_MAILING = [
    "MAIL_FROM_DOMAIN_NOT_VERIFIED",
    "CONFIGURATION_SET_NOT_FOUND",
    "TEMPLATE_NOT_FOUND",
    "INVALID_SENDING_POOL_NAME",
]


def answering(patch, status):
    """Every entry of a bulk call gets this status from SES."""
    post = connections.post

    def posting(endpoint, path, headers, body, **how):
        if not path.endswith("outbound-bulk-emails"):
            return post(endpoint, path, headers, body, **how)
        results = [{"Status": status, "Error": "why"} for _ in json.loads(body)["BulkEmailEntries"]]
        return connections.Answer(200, "", json.dumps({"BulkEmailEntryResults": results}).encode())

    patch.setattr(connections, "post", posting)


@pytest.fixture
def stalled(monkeypatch):
    """Say what happens while a sender stalls between its last look at a recipient and SES."""

    def stall(meanwhile, seconds):
        real, slept = people.standings, []

        def look_then_stall(*args):
            standings = real(*args)
            if not slept:
                slept.append(True)
                meanwhile()
                before = clock.now
                monkeypatch.setattr(clock, "now", lambda: before() + seconds)
            return standings

        monkeypatch.setattr(people, "standings", look_then_stall)

    return stall


def test_a_sender_that_stalls_after_its_last_look_looks_again(aws, group, jobs, stalled):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    stalled(lambda: subscription.unsubscribe(group.id, ada.id), seconds=5)
    aws.handle("sends", send.send_all)
    swept(mailing)
    aws.handle("sends", send.send_all)
    assert aws.inbox(ada.email) == []


def test_a_sender_that_wakes_when_its_chunk_is_another_s_sends_nothing(aws, group, jobs, stalled, monkeypatch):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))

    def another_takes_over():
        with later(monkeypatch, 2000):
            swept(mailing)
        rival = chunk_store.claim(mailing.run_name, 0, "rival", clock.now() + 2120)
        assert rival is not None

    stalled(another_takes_over, seconds=2000)
    aws.handle("sends", send.send_all)
    assert aws.inbox(ada.email) == []
    assert chunk_store.find(mailing.run_name, 0).token == "rival"


def test_a_chunk_that_could_not_be_prepared_is_not_in_doubt(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    network.change_group(group.id, hold_in_doubt=True)
    mailing = planned(group, written(group))
    hint = json.dumps({"group": group.id, "mailing": mailing.id, "run": mailing.run, "chunk": 0, "size": 1})
    with monkeypatch.context() as patch:
        patch.setattr(audience_files.files, "read_range", _fails)
        reply = send.send_all([{"messageId": "1", "body": hint}])
    assert reply["batchItemFailures"]
    assert chunk_store.find(mailing.run_name, 0).state == State.PENDING
    send.send_all([{"messageId": "1", "body": hint}])
    assert len(aws.inbox(ada.email)) == 1


@pytest.mark.parametrize("status", ABOUT_THE_MAILING)
def test_an_answer_about_the_mailing_uses_nobody_up(aws, group, jobs, monkeypatch, status):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    with monkeypatch.context() as patch:
        answering(patch, status)
        aws.handle("sends", send.send_all)
    assert (now(mailing).status, now(mailing).reason) == (Status.PAUSED, f"refused: {status}")
    conduct.resume(group.id, mailing.id)
    swept(mailing)
    aws.handle("sends", send.send_all)
    assert swept(mailing).sent == 1
    assert len(aws.inbox(ada.email)) == 1


@pytest.mark.parametrize("status", ["MESSAGE_REJECTED", "INVALID_PARAMETER", "FAILED"])
def test_an_answer_about_a_person_is_written_down(aws, group, jobs, monkeypatch, status):
    join(group, "Ada")
    mailing = planned(group, written(group))
    answering(monkeypatch, status)
    aws.handle("sends", send.send_all)
    assert (swept(mailing).status, now(mailing).refused) == (Status.FINISHED, 1)


def test_one_address_in_trouble_does_not_slow_down_everybody(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    planned(group, written(group))
    before = pace.rate()
    answering(monkeypatch, "TRANSIENT_FAILURE")
    hints = []
    monkeypatch.setattr(queues, "send", lambda queue, hint, delay: hints.append(delay))
    aws.handle("sends", send.send_all)
    assert pace.rate() == before
    assert len(hints) == 1


@pytest.mark.parametrize("full", [ses.QuotaReached, ses.Blocked])
def test_a_single_email_waits_minutes_not_seconds_while_ses_takes_nothing(aws, group, monkeypatch, full):
    delays = []
    monkeypatch.setattr(queues, "send", lambda queue, email, delay: delays.append(delay))
    monkeypatch.setattr(network, "groups_of", lambda email: [group])

    def refuse(message):
        raise full("no more")

    monkeypatch.setattr(ses, "send_one", refuse)
    email = SignInLink(f"olga@{group.slug}.example.org", clock.new_secret())
    reply = deliver.deliver_all([{"messageId": "1", "body": queues.msgspec.json.encode(email).decode()}])
    assert reply == {"batchItemFailures": []}
    assert delays[0] >= 60


def test_a_hint_that_comes_early_takes_no_share_of_the_rate(aws, group, jobs):
    join(group, "Ada")
    draft = written(group)
    conduct.send_now(group.id, draft.id)
    plan.run(group.id, draft.id)
    hint = {"group": group.id, "mailing": draft.id, "run": now(draft).run, "chunk": 0, "size": 1}
    send.send_all([{"messageId": "1", "body": json.dumps(hint)}])
    assert "busy_until" not in dynamo.Table("pace", "k").get("ses", consistent=True)


def _fails(*args):
    raise OSError("the line is dead")


def test_hints_that_lead_to_nothing_leave_the_rate_to_others(aws, group, jobs, monkeypatch):
    join(group, "Ada")
    mailing = planned(group, written(group))
    aws.handle("sends", send.send_all)
    hint = json.dumps({"group": group.id, "mailing": mailing.id, "run": mailing.run, "chunk": 0, "size": 50})
    then = clock.now() + 10
    monkeypatch.setattr(clock, "now", lambda: then)
    monkeypatch.setattr(clock, "sleep", lambda seconds: None)
    for number in range(5):
        send.send_all([{"messageId": str(number), "body": hint}])
    assert busy_until() == pytest.approx(then, abs=0.01)


def test_of_two_mailings_none_leases_more_than_its_part_and_a_little(aws, group, monkeypatch):
    first, second = f"{group.id}/first", f"{group.id}/second"
    pace.enter(first)
    pace.enter(second)
    pace.learn()
    begun = clock.now()
    monkeypatch.setattr(clock, "now", lambda: begun)
    some = [pace.lease(first, 500, 500, 60) for _ in range(20)]
    others = [pace.lease(second, 500, 500, 60) for _ in range(20)]
    for part in (some, others):
        granted = [each for each in part if each.recipients]
        assert 0 < len(granted) < 20
        assert max(each.begins for each in granted) <= begun + 1.2
    assert sum(each.recipients for each in some) == pytest.approx(sum(each.recipients for each in others), rel=0.3)


def test_what_is_given_back_is_free_again_for_all_and_for_the_same_mailing(aws, group, monkeypatch):
    first, second = f"{group.id}/first", f"{group.id}/second"
    pace.enter(first)
    pace.enter(second)
    pace.learn()
    begun = float(int(clock.now()))
    monkeypatch.setattr(clock, "now", lambda: begun)
    dynamo.Table("pace", "k").update("ses", set={"busy_until": begun})
    for _ in range(20):
        granted = pace.lease(first, 500, 500, 60)
        assert granted.recipients == 500
        pace.give_back(first, 500)
    assert busy_until() == pytest.approx(begun)


def test_a_batch_gives_back_what_each_of_its_mailings_did_not_need(aws, group, jobs, monkeypatch):
    given = []
    monkeypatch.setattr(pace, "give_back", lambda mailing, recipients: given.append((mailing, recipients)))
    join(group, "Ada")
    first, second = planned(group, written(group)), planned(group, written(group))
    aws.handle("sends", lambda records: None)
    for mailing in (first, second):
        assert chunk_store.claim(mailing.run_name, 0, "other", clock.now() + 100)
    hints = [Hint(group.id, mailing.id, mailing.run, 0, 1, None) for mailing in (first, second)]
    send.send_all([{"messageId": hint.mailing, "body": msgspec.json.encode(hint).decode()} for hint in hints])
    assert {mailing for mailing, _ in given} == {first.name, second.name}
    assert all(recipients > 0 for _, recipients in given)


def test_a_hint_of_a_newer_wave_is_not_judged_by_what_was_known_before(aws, group, jobs):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    aws.handle("sends", lambda records: None)
    batch = send._Batch(Counter())
    assert batch._mailing(Hint(group.id, mailing.id, mailing.run, 0, 1, mailing.wave))
    conduct.pause(group.id, mailing.id)
    batch.seen.clear()
    assert batch._mailing(Hint(group.id, mailing.id, mailing.run, 0, 1, mailing.wave)) is None
    conduct.resume(group.id, mailing.id)
    batch.take(Hint(group.id, mailing.id, mailing.run, 0, 1, now(mailing).wave))
    batch.close()
    assert len(aws.inbox(ada.email)) == 1


def test_whoever_is_alone_leases_everything(aws, group, monkeypatch):
    first = f"{group.id}/first"
    pace.enter(first)
    pace.learn()
    begun = clock.now()
    monkeypatch.setattr(clock, "now", lambda: begun)
    assert all(pace.lease(first, 500, 500, 60).recipients for _ in range(20))


def test_what_all_have_no_room_for_does_not_use_up_ones_part(aws, group, monkeypatch):
    first, second = f"{group.id}/first", f"{group.id}/second"
    pace.enter(first)
    pace.enter(second)
    pace.learn()
    begun = float(int(clock.now()))
    monkeypatch.setattr(clock, "now", lambda: begun)
    dynamo.Table("pace", "k").update("ses", set={"busy_until": begun + 100})
    assert [pace.lease(first, 500, 500, 5).recipients for _ in range(20)] == [0] * 20
    dynamo.Table("pace", "k").update("ses", set={"busy_until": begun})
    assert pace.lease(first, 500, 500, 5) == pace.Lease(500, begun)


def busy_until():
    return dynamo.Table("pace", "k").get("ses", consistent=True)["busy_until"]
