"""Writing again when several texts were tried: everybody gets the one that was meant for them, and it counts for that."""

import re

import pytest
from chalice.test import Client
from mail_flow import later, now, planned, subjects, swept, tried

from app import app
from chalicelib import clock
from chalicelib.mailings import chunk_store, conduct, feedback, retry, send, ses, store, try_variants
from chalicelib.mailings.chunk import NOTHING, State
from chalicelib.mailings.mailing import Status
from chalicelib.mailings.variant import REST


@pytest.fixture
def refuse(monkeypatch):
    """Have SES refuse these for good, until it is told otherwise."""
    real, refused = ses.send_bulk, set()

    def answer(bulk, entries):
        taken = iter(real(bulk, [entry for entry in entries if entry.to not in refused]))
        return [ses.Answer("refused", "FAILED") if entry.to in refused else next(taken) for entry in entries]

    monkeypatch.setattr(ses, "send_bulk", answer)
    return lambda *people: (refused.clear(), refused.update(person.email for person in people))


def go(aws, mailing):
    aws.handle("sends", send.send_all)
    return swept(mailing)


def labelled(mailing, crowd):
    """The crowd by what each is meant to get."""
    return {label: [one for one in crowd if mailing.label_of(one.id) == label] for label in (*mailing.letters, REST)}


def subject_of(aws, person):
    return [letter["subject"] for letter in aws.inbox(person.email)]


def follow(aws, *people):
    """An hour later each follows the link in what they got; only they are counted by then."""
    client = Client(app)
    for person in people:
        (letter,) = aws.inbox(person.email)
        first, *_ = re.findall(r'href="https?://[^/]+(/l/[^"]+)"', letter["html"])
        assert client.http.get(first).headers["Location"] == "https://x.example"
    aws.handle("feedback", feedback.take_all)


def test_each_gets_the_text_they_were_given_or_the_winner(aws, group, jobs, crowd, refuse, monkeypatch):
    mailing = planned(group, tried(group))
    meant = labelled(mailing, crowd)
    unlucky = [meant["a"][0], meant["b"][0], meant[REST][0]]
    refuse(*unlucky)
    go(aws, mailing)
    try_variants.choose_by_hand(now(mailing), "b")
    swept(mailing)
    over = go(aws, mailing)
    assert (over.status, over.refused) == (Status.FINISHED, 3)
    refuse()
    assert retry.begin(group.id, mailing.id, "refused", 0)
    swept(mailing)
    over = go(aws, mailing)
    assert (over.status, over.sent, over.refused) == (Status.FINISHED, len(crowd), 0)
    assert [subject_of(aws, person) for person in unlucky] == [["A"], ["B"], ["B"]]
    assert subjects(aws, crowd) == {"A": len(meant["a"]), "B": len(meant["b"]) + len(meant[REST])}
    with later(monkeypatch, 3600):
        follow(aws, *unlucky, meant["a"][1])
    shown = try_variants.shown(now(mailing))
    assert {label: (one.sent, one.clicked) for label, one in shown.items()} == {
        "a": (len(meant["a"]), 2),
        "b": (len(meant["b"]), 1),
        REST: (len(meant[REST]), 1),
    }
    assert store.clicks(now(mailing)) == {"a0": 2, "b0": 2}


def drop(mailing, letter):
    """So many complained that this text must not go on."""
    store.add_progress(mailing.run_name, {f"{letter}_complained": 3})


def test_whoever_was_to_get_what_drove_others_away_gets_the_winner(aws, group, jobs, crowd, refuse, monkeypatch):
    mailing = planned(group, tried(group))
    meant = labelled(mailing, crowd)
    refuse(meant["b"][0])
    go(aws, mailing)
    drop(mailing, "b")
    swept(mailing)
    with later(monkeypatch, 7201):
        swept(mailing)
        over = go(aws, mailing)
        assert (over.status, over.winner, over.dropped) == (Status.FINISHED, "a", ["b"])
        refuse()
        retry.begin(group.id, mailing.id, "refused", 0)
        swept(mailing)
        assert go(aws, mailing).status == Status.FINISHED
    assert subject_of(aws, meant["b"][0]) == ["A"]
    with later(monkeypatch, 9000):
        follow(aws, meant["b"][1])
    assert try_variants.shown(now(mailing))["b"].clicked == 1
    assert store.clicks(now(mailing)) == {"b0": 1}


def test_what_was_over_without_a_winner_is_decided_at_once(aws, group, jobs, crowd, refuse):
    mailing = planned(group, tried(group, share=100))
    meant = labelled(mailing, crowd)
    refuse(meant["b"][0])
    over = go(aws, mailing)
    assert (over.status, over.winner) == (Status.FINISHED, "")
    drop(mailing, "b")
    refuse()
    retry.begin(group.id, mailing.id, "refused", 0)
    waiting = swept(mailing)
    assert (waiting.status, waiting.reason) == (Status.WAITING, "test")
    assert waiting.decide_at <= clock.now()
    assert swept(mailing).winner == "a"
    assert go(aws, mailing).status == Status.FINISHED
    assert subject_of(aws, meant["b"][0]) == ["A"]


@pytest.mark.parametrize("first", ["the sweeper", "an old hint", "a sender"])
def test_of_one_that_was_stopped_in_its_test_the_rest_gets_nothing(aws, group, jobs, crowd, refuse, first):
    mailing = planned(group, tried(group))
    meant = labelled(mailing, crowd)
    refuse(meant["a"][0])
    go(aws, mailing)
    conduct.stop(group.id, mailing.id)
    swept(mailing)
    refuse()
    retry.begin(group.id, mailing.id, "refused", 0)
    if first == "an old hint":
        send.send_all([hint(mailing, chunk) for chunk in chunk_store.each(mailing.run_name)])
    held = [
        claimed(chunk) for chunk in chunk_store.each(mailing.run_name) if chunk.variant == REST and first == "a sender"
    ]
    swept(mailing)
    for chunk in held:
        chunk_store.settle(chunk, State.PENDING, NOTHING)
    over = go(aws, mailing)
    if held:
        assert swept(mailing).winner  # nobody waits for hours
        over = go(aws, mailing)
    assert (over.status, over.sent) == (Status.FINISHED, len(meant["a"]) + len(meant["b"]))
    assert over.suppressed == len(meant[REST])
    assert subjects(aws, meant[REST]) == {}
    assert subject_of(aws, meant["a"][0]) == ["A"]


def claimed(chunk):
    return chunk_store.claim(chunk.run, chunk.number, "token", clock.now() + 120)


def hint(mailing, chunk):
    told = send.Hint(mailing.group, mailing.id, mailing.run, chunk.number, chunk.size)
    return {"messageId": str(chunk.number), "body": send.msgspec.json.encode(told).decode()}
