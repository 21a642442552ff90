"""However much SES tells at once, a batch of feedback ends in time, and nothing of it is left to fail."""

import json

import msgspec
import pytest
from mail_flow import file_notice

from chalicelib import clock, config, files, queues, wire
from chalicelib.giving import hear
from chalicelib.giving.news import Look
from chalicelib.giving.stripe_gateway import Later
from chalicelib.mailings import chunk_store, feedback, record_clicks
from chalicelib.mailings.chunk import Chunk

CHUNKS = 30
MEGABYTE = 1_000_000
# As infra/functions and .chalice/config.json have it.
TIMEOUT = 120


@pytest.fixture
def run(group):
    """A run of some chunks."""
    name = f"{clock.new_id()}.1"
    chunk = Chunk(run=name, number=0, size=50, file=0, start=0, length=0, group=group.id)
    chunk_store.add(queues.msgspec.structs.replace(chunk, number=number) for number in range(CHUNKS))
    return name


@pytest.fixture
def large_file(group, run):
    """Five megabytes of deliveries, of fifty people in each chunk."""
    mailing, _, number = run.partition(".")

    def line(event):
        tags = {"mailing": [f"{group.id}_{mailing}_{number}"], "chunk": [str(event % CHUNKS)]}
        tags["recipient"] = [str(event // CHUNKS % 50)]
        return json.dumps({"eventType": "Delivery", "mail": {"tags": tags, "headers": "x" * 900}})

    lines = "\n".join(line(event) for event in range(5 * MEGABYTE // 1100))
    assert 4 * MEGABYTE < len(lines) <= 5.5 * MEGABYTE
    key = f"events/{run}"
    files.put(key, lines.encode())
    return key


class Slow:
    """Each call to AWS takes so many seconds, by our own clock."""

    def __init__(self, monkeypatch, seconds):
        self.calls, real_call, real_now = 0, wire.call, clock.now

        def call(*args, **named):
            self.calls += 1
            return real_call(*args, **named)

        monkeypatch.setattr(wire, "call", call)
        monkeypatch.setattr(clock, "now", lambda: real_now() + self.calls * seconds)


def test_a_file_costs_three_calls_for_each_chunk_in_it_whatever_its_size(aws, run, large_file, monkeypatch):
    slow = Slow(monkeypatch, 0)
    assert feedback.take_all([file_notice(large_file)]) == {"batchItemFailures": []}
    assert slow.calls <= 3 * CHUNKS
    assert len(chunk_store.find(run, CHUNKS - 1).delivered) == 50


def test_ten_large_files_at_once_end_in_time_and_none_fails(aws, large_file, monkeypatch):
    """Each takes 13 seconds: ten would be too long by far for one batch."""
    aws.handle("feedback", lambda records: None)
    later = queues.waiting("feedback")  # other tests' reminders, due in a quarter of an hour
    slow, took, replies = Slow(monkeypatch, 13 / (3 * CHUNKS)), [], []

    def take(records):
        began = slow.calls
        replies.append(feedback.take_all(records))
        took.append((slow.calls - began) * 13 / (3 * CHUNKS))
        return replies[-1]

    take([file_notice(large_file) for _ in range(10)])
    while aws.handle("feedback", take):
        pass
    assert len(took) > 1
    assert max(took) <= TIMEOUT / 2
    assert all(reply == {"batchItemFailures": []} for reply in replies)
    assert queues.waiting("feedback") == later


def test_bounces_and_complaints_come_before_clicks_and_clicks_before_files(monkeypatch):
    order = []
    monkeypatch.setattr(feedback, "_take", lambda body, end: order.append(body[:12]))
    monkeypatch.setattr(record_clicks, "record_all", lambda told: order.append("facts") or {"batchItemFailures": []})
    bodies = ['{"Records": []}', '{"fact":"followed"}', '{"Type": "Notification"}']
    feedback.take_all([{"messageId": str(number), "body": body} for number, body in enumerate(bodies)])
    assert order == ['{"Type": "No', "facts", '{"Records": ']


def test_a_bounce_does_not_wait_behind_files(aws, large_file, monkeypatch):
    order = []
    monkeypatch.setattr(feedback, "_take_file", lambda told: order.append("file"))
    monkeypatch.setattr(feedback, "take_events", lambda lines: order.append("bounce"))
    bounce = {"Type": "Notification", "TopicArn": config.events_topic(), "Message": "{}"}
    notice = {"messageId": "2", "body": json.dumps(bounce)}
    feedback.take_all([file_notice(large_file), notice, file_notice(large_file)])
    assert order == ["bounce", "file", "file"]


class SlowStripe:
    """Each gift takes so many seconds, by our own clock; `does` happens at its end."""

    def __init__(self, monkeypatch, seconds, does=lambda: None):
        self.asked, real_now = [], clock.now

        def take(body):
            self.asked.append(body)
            does()

        monkeypatch.setattr(hear, "_take", take)
        monkeypatch.setattr(clock, "now", lambda: real_now() + len(self.asked) * seconds)

    def seconds(self, began):
        return clock.now() - began


def gifts(number):
    return [{"messageId": f"gift-{each}", "body": json_of(Look(f"p{each}", f"d{each}"))} for each in range(number)]


def json_of(news):
    return msgspec.json.encode(news).decode()


def test_slow_gifts_leave_time_for_files_and_come_again(aws, monkeypatch):
    aws.handle("feedback", lambda records: None)
    files_taken = []
    stripe = SlowStripe(monkeypatch, 6)
    monkeypatch.setattr(feedback, "_take_file", files_taken.append)
    assert feedback.take_all([*gifts(10), file_notice("x")]) == {"batchItemFailures": []}
    assert (len(stripe.asked), len(files_taken)) == (2, 1)
    rounds = []
    while aws.handle("feedback", lambda records: rounds.append(records) or feedback.take_all(records)):
        pass
    assert sorted(stripe.asked) == [gift["body"] for gift in gifts(10)]
    assert len(rounds) > 2


def test_stripe_that_does_not_answer_keeps_one_gift_waiting_and_nothing_else(aws, monkeypatch):
    aws.handle("feedback", lambda records: None)

    def fails():
        raise Later("no answer")

    files_taken, bounces = [], []
    stripe = SlowStripe(monkeypatch, 24, fails)
    monkeypatch.setattr(feedback, "_take_file", files_taken.append)
    monkeypatch.setattr(feedback, "take_events", bounces.append)
    bounce = {"Type": "Notification", "TopicArn": config.events_topic(), "Message": "{}"}
    began = clock.now()
    reply = feedback.take_all([*gifts(8), file_notice("x"), {"messageId": "bounce", "body": json.dumps(bounce)}])
    assert stripe.seconds(began) < TIMEOUT / 2
    assert reply == {"batchItemFailures": [{"itemIdentifier": "gift-0"}]}
    assert (len(files_taken), len(bounces)) == (1, 1)
    aws.handle("feedback", lambda records: None)


def test_what_eventbridge_laid_on_the_queue_is_put_back_as_news(aws, monkeypatch):
    aws.handle("feedback", lambda records: None)
    event = {"id": "evt_1", "type": "charge.updated", "data": {"object": {"id": "ch_1", "payment_intent": "pi_1"}}}
    told = {"version": "0", "source": "aws.partner/stripe.com/ed_1", "detail": event}
    record = {"messageId": "1", "body": json.dumps(told, indent=4)}
    stripe = SlowStripe(monkeypatch, 24)
    feedback.take_all([*gifts(1), record])
    assert len(stripe.asked) == 1
    aws.handle("feedback", feedback.take_all)
    assert hear._bridged(stripe.asked[1]) == hear.read(event)
