"""Ada follows a link in a mailing: she gets there, it is counted once, and nobody can make it lead elsewhere."""

import re

import msgspec
import pytest
from chalice.test import Client
from mail_flow import join, now, planned, swept, written

from app import app
from chalicelib import clock, queues
from chalicelib.mailings import chunk_store, clicks, feedback, send, store, unsubscribe
from chalicelib.mailings import write_mailing as write
from chalicelib.mailings.clicks import Click, Where
from chalicelib.mailings.links import HIDDEN
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network import store as network
from chalicelib.people import store as people

BODY = '<p><a href="https://news.example/a?x=1&amp;y=ñ">Read</a> <a href="https://other.example">Other</a></p>'


@pytest.fixture
def mailing(aws, group, jobs):
    """Sent an hour ago to Ada and Bob."""
    join(group, "Ada", "Bob")
    draft = written(group)
    write.save(group.id, draft.id, subject="Hi", preheader="", body=BODY)
    sending = planned(group, draft)
    aws.handle("sends", send.send_all)
    aws.handle("feedback", feedback.take_all)
    return sending


@pytest.fixture
def an_hour_later(monkeypatch):
    real, start = clock.now, clock.now()
    monkeypatch.setattr(clock, "now", lambda: real() + 3600)
    return start


@pytest.fixture
def get(aws):
    client = Client(app)
    return lambda link, method="get": getattr(client.http, method)("/" + link.split("/", 3)[3])


def links_in(aws, address):
    (letter,) = aws.inbox(address)
    return re.findall(r'href="(http[^"]*/l/[^"]+)"', letter["html"])


def email(group, name):
    return f"{name}@{group.slug}.example.org"


def progress(mailing):
    return store.progress(now(mailing))


def test_a_link_leads_where_the_mailing_said(aws, group, mailing, get):
    first, second, _ = links_in(aws, email(group, "ada"))
    answer = get(first)
    assert (answer.status_code, answer.headers["Location"]) == (302, "https://news.example/a?x=1&y=%C3%B1")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert get(second).headers["Location"] == "https://other.example"


def test_following_is_counted_once_for_each_person_and_link(aws, group, mailing, get, an_hour_later):
    for name in ("ada", "bob"):
        first, second, _ = links_in(aws, email(group, name))
        get(first), get(first)
    get(second)
    aws.handle("feedback", feedback.take_all)
    assert (progress(mailing).clicked, progress(mailing).machine_clicks) == (2, 0)
    assert store.clicks(now(mailing)) == {"l0": 2, "l1": 1}
    assert len(chunk_store.find(mailing.run_name, 0).clicked) == 2


def test_a_scanner_is_kept_out_also_when_it_is_found_out_late(aws, group, mailing, get, an_hour_later, monkeypatch):
    still = clock.now()
    monkeypatch.setattr(clock, "now", lambda: still)
    first, second, hidden = links_in(aws, email(group, "ada"))
    for link, clicked in ((first, 1), (second, 1), (hidden, 0)):
        get(link)
        aws.handle("feedback", feedback.take_all)
        assert progress(mailing).clicked == clicked
    assert progress(mailing).machine_clicks == 3
    assert store.clicks(now(mailing)) == {"l0": 0, "l1": 0}


def test_looking_a_link_over_is_no_click(aws, group, mailing, get, an_hour_later):
    first, *_ = links_in(aws, email(group, "ada"))
    assert get(first, "head").status_code == 302
    assert aws.handle("feedback", feedback.take_all) == 0


def test_following_changes_nothing_about_the_person(aws, group, mailing, get, an_hour_later):
    before = [people.find(group.id, member.id, consistent=True) for member in join(group, "Ada", "Bob")]
    for link in links_in(aws, email(group, "ada")):
        get(link)
    aws.handle("feedback", feedback.take_all)
    assert [people.find(group.id, person.id, consistent=True) for person in before] == before


def test_a_link_that_we_did_not_make_leads_nowhere_and_counts_nothing(aws, group, mailing, get, an_hour_later):
    first, *_ = links_in(aws, email(group, "ada"))
    charlies = network.create_group(f"c{group.slug}", "Charlie")
    strange = [
        first[:-6] + "AAAA.0",
        first.rpartition(".")[0] + ".7",
        first.rpartition(".")[0],
        clicks.link(Where(charlies.id, mailing.run_name, 0, 0), 0),
        clicks.link(Where(group.id, f"{mailing.id}.9", 0, 0), 0),
        "https://x/l/.0",
        "https://x/l/https:%2F%2Fevil.example",
    ]
    assert {get(link).status_code for link in strange} == {404}
    assert aws.handle("feedback", feedback.take_all) == 0
    assert get(f"{first}?url=https://evil.example").headers["Location"] == get(first).headers["Location"]


def test_a_queue_message_about_a_foreign_chunk_changes_nothing(aws, group, mailing, an_hour_later):
    charlies = network.create_group(f"c{group.slug}", "Charlie")
    for where in (
        Where(charlies.id, mailing.run_name, 0, 0),
        Where(group.id, mailing.run_name, 7, 0),
        Where(group.id, mailing.run_name, 0, 40),
    ):
        queues.send("feedback", clicks_fact(where))
    assert aws.handle("feedback", feedback.take_all) == 3
    assert chunk_store.find(mailing.run_name, 0).clicks == frozenset()
    assert chunk_store.find(mailing.run_name, 7) is None


def clicks_fact(where, link=0, at=None):
    return {"fact": "click", "where": list(where), "link": link, "at": int(at or clock.now())}


def test_nobody_fills_a_row_by_following_a_link_for_ever(aws, group, mailing, an_hour_later):
    where = Where(group.id, mailing.run_name, 0, 0)
    for second in range(clicks.MOST + 20):
        queues.send("feedback", clicks_fact(where, at=an_hour_later + 3600 + second))
    queues.send("feedback", clicks_fact(where._replace(place=1)))
    aws.handle("feedback", feedback.take_all)
    assert len(chunk_store.find(mailing.run_name, 0).clicks) == clicks.MOST + 1


def test_scanners_leave_room_for_the_person_and_for_the_link_that_unmasks_them(aws, group, mailing, an_hour_later):
    where, long_ago = Where(group.id, mailing.run_name, 0, 0), int(an_hour_later) - 3000
    for number in range(clicks.MOST + 5):
        queues.send("feedback", clicks_fact(where, link=number, at=long_ago))
    queues.send("feedback", clicks_fact(where, link=0))
    slow = where._replace(place=1)
    for number in range(clicks.MOST + 5):
        queues.send("feedback", clicks_fact(slow, link=number, at=long_ago + number))
    aws.handle("feedback", feedback.take_all)
    queues.send("feedback", clicks_fact(slow, link=HIDDEN, at=long_ago + clicks.MOST + 5))
    aws.handle("feedback", feedback.take_all)
    assert chunk_store.find(mailing.run_name, 0).clicked == {0}


def test_clicks_told_twice_count_once_and_one_that_fails_comes_again(aws, group, mailing, monkeypatch, an_hour_later):
    record = {"messageId": "1", "body": msgspec.json.encode(clicks_fact(Where(group.id, mailing.run_name, 0, 0)))}
    record["body"] = record["body"].decode()
    with monkeypatch.context() as patch:
        patch.setattr(chunk_store, "add_facts", lambda *_: (_ for _ in ()).throw(OSError("dead")))
        assert feedback.take_all([record]) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    for _ in range(2):
        assert feedback.take_all([record, {**record, "messageId": "2"}]) == {"batchItemFailures": []}
    assert progress(mailing).clicked == 1


def test_numbers_that_cannot_be_written_keep_nobody_waiting(aws, group, mailing, get, an_hour_later, monkeypatch):
    first, second, _ = links_in(aws, email(group, "ada"))
    get(first)

    def fails(*_):
        raise RuntimeError

    with monkeypatch.context() as patch:
        patch.setattr(store, "add_progress", fails)
        assert aws.handle("feedback", feedback.take_all) == 1
    assert chunk_store.find(mailing.run_name, 0).clicked == {0} or chunk_store.find(mailing.run_name, 0).clicked == {1}
    get(second)
    aws.handle("feedback", feedback.take_all)
    assert sum(store.clicks(mailing).values()) == 1


def test_who_left_by_a_mailing_is_known_and_counted_once(aws, group, mailing):
    (ada,) = join(group, "Ada")
    for _ in range(2):
        unsubscribe.leave(Leaver(group.id, ada.id, mailing.id))
    aws.handle("feedback", feedback.take_all)
    assert progress(mailing).unsubscribed == 1
    assert len(chunk_store.find(mailing.run_name, 0).unsubscribed) == 1


def test_a_click_that_cannot_be_told_does_not_stop_anybody(aws, group, mailing, get, monkeypatch):
    def fail(*_, **__):
        raise OSError("the queue is down")

    monkeypatch.setattr(queues, "send", fail)
    assert get(links_in(aws, email(group, "ada"))[0]).status_code == 302


def test_numbers_of_sending_are_as_they_were(aws, group, mailing):
    finished = swept(mailing)
    assert (finished.sent, finished.size) == (2, 2)
    assert Click(1, "", 0, 0).name == "l0"
