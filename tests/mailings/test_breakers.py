"""A mailing that does harm pauses itself and says why; whoever accepts that is not asked again about the same people."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mail_flow import join, now, planned, swept, written

from chalicelib.mailings import breakers, chunk_store, conduct, feedback, send, store
from chalicelib.mailings.breakers import BOUNCES, COMPLAINTS, Limit, Tally, afterwards, in_words, verdict
from chalicelib.mailings.chunk import Chunk, Outcome
from chalicelib.mailings.mailing import Progress, Status
from chalicelib.web.console.mailings import waits_for


@pytest.mark.parametrize(
    ("told", "accepted", "said"),
    [
        (Tally(), None, ""),
        (Tally(99, 99), None, ""),  # too few to tell
        (Tally(100, 4), None, ""),  # 4 % by chance
        (Tally(100, 5), None, BOUNCES),
        (Tally(1000, 29), None, ""),
        (Tally(1000, 30), None, BOUNCES),
        (Tally(1_000_000, 29_999), None, ""),
        (Tally(999, 0, 5), None, ""),
        (Tally(1000, 0, 2), None, ""),  # 0.2 % by chance
        (Tally(1000, 0, 3), None, COMPLAINTS),
        (Tally(10_000, 0, 7), None, ""),
        (Tally(10_000, 0, 8), None, COMPLAINTS),
        (Tally(1000, 50), Tally(1000, 50), ""),  # the same numbers
        (Tally(1990, 150), Tally(1000, 50), ""),  # late news of the same emails, and not as many more
        (Tally(2000, 79), Tally(1000, 50), ""),  # 2.9 % of those since
        (Tally(2000, 80), Tally(1000, 50), BOUNCES),
        (Tally(2000, 50, 3), Tally(1000, 50), COMPLAINTS),
    ],
)
def test_what_trips_a_breaker(told, accepted, said):
    assert verdict(told, accepted) == said


NUMBERS = st.integers(0, 2_000_000)
TALLIES = st.builds(Tally, NUMBERS, NUMBERS, NUMBERS)


@given(TALLIES)
def test_whatever_was_accepted_does_not_trip_at_once(told):
    assert verdict(told, told) == ""


@given(TALLIES, st.integers(0, 1000))
def test_more_harm_among_as_many_never_closes_a_breaker(told, more):
    worse = Tally(told.sent, told.hard_bounced + more, told.complained + more)
    assert not verdict(told, None) or verdict(worse, None)


@given(st.integers(100, 10_000_000))
def test_a_long_mailing_asks_only_a_few_times(size):
    """Each email bounces, and each time Bob accepts it."""
    asked, accepted, sent = 0, None, 100
    while sent <= size:
        if verdict(Tally(sent, sent), accepted):
            asked, accepted = asked + 1, Tally(sent, sent)
        sent = max(sent + 1, int(sent * 1.01))
    assert asked <= 18


def test_what_ses_never_tried_is_not_counted_and_a_soft_bounce_neither():
    bounced = {0: "Permanent General", 1: "Permanent OnAccountSuppressionList", 2: "Transient MailboxFull"}
    chunk = Chunk(run="m.1", number=0, size=50, file=0, start=0, length=0, sent=frozenset(range(3)), bounced=bounced)
    assert Tally().plus(chunk) == Tally(3, 1, 0)


def test_each_hard_bounce_is_news_once_also_when_it_was_soft_before():
    chunk = Chunk(run="m.1", number=0, size=50, file=0, start=0, length=0, bounced={1: "Transient General"})
    hard = Outcome(bounced={1: "Permanent General", 2: "Permanent NoEmail"})
    assert hard.news(chunk) == {"bounced": 1, "hard_bounced": 2}
    after = Chunk(run="m.1", number=0, size=50, file=0, start=0, length=0, bounced=hard.bounced)
    assert hard.news(after) == {}


def test_the_words_carry_the_numbers():
    assert "12 of 300 emails (4.0 %) came back" in in_words(BOUNCES, Tally(300, 12))
    assert "3 of 1,500 emails (0.20 %) were reported as spam" in in_words(COMPLAINTS, Tally(1500, 0, 3))
    assert in_words("organizer", None) == ""
    assert afterwards(Tally(400, 50)).startswith("50 of 400 emails (12.5 %) came back")
    assert afterwards(Tally(400, 4)) == ""


# Flows


def told(group, mailing, kind, *people):
    """SES's event of this kind about each."""
    lines = []
    for person in people:
        place = next(place for place, name in enumerate(sorted(p.id for p in ALL)) if name == person.id)
        tags = {"mailing": [f"{group.id}_{mailing.id}_{mailing.run}"], "chunk": ["0"], "recipient": [str(place)]}
        who = [{"emailAddress": person.email}]
        event = {"eventType": kind, "mail": {"tags": tags, "destination": [person.email]}}
        event |= {"bounce": {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": who}}
        lines.append(json.dumps(event))
    return lines


ALL = []


@pytest.fixture
def half_sent(aws, group, jobs, monkeypatch):
    """Five people were written to; a sixth and last is still waiting, in a chunk of their own."""
    monkeypatch.setitem(breakers.LIMITS, BOUNCES, Limit(0.03, 5, 2))
    monkeypatch.setattr("chalicelib.mailings.cut.CHUNK", 5)
    ALL[:] = join(group, "Ada", "Bob", "Eve", "Mia", "Tom", "Zoe")
    mailing = planned(group, written(group))
    hint = {"group": group.id, "mailing": mailing.id, "run": mailing.run, "chunk": 0, "size": 5}
    aws.handle("sends", lambda records: None)
    send.send_all([{"messageId": "1", "body": json.dumps(hint)}])
    ALL.sort(key=lambda person: person.id)
    return mailing


def test_bounces_pause_a_mailing_as_soon_as_they_are_told(half_sent, group):
    feedback.take_events(told(group, half_sent, "Bounce", *ALL[:1]))
    assert now(half_sent).status == Status.SENDING
    feedback.take_events(told(group, half_sent, "Bounce", *ALL[1:2]) * 3)
    paused = now(half_sent)
    assert (paused.status, paused.reason, paused.tripped) == (Status.PAUSED, BOUNCES, Tally(5, 2))
    assert store.progress(paused).hard_bounced == 2


def test_the_sweeper_sees_it_in_the_rows_when_the_counters_lost_it(half_sent):
    chunk_store.add_facts(half_sent.run_name, 0, Outcome(bounced={0: "Permanent General", 3: "Permanent NoEmail"}))
    assert (swept(half_sent).status, now(half_sent).reason) == (Status.PAUSED, BOUNCES)


def test_only_whoever_accepts_it_resumes_it_and_the_same_numbers_do_not_trip_again(aws, half_sent, group):
    lines = told(group, half_sent, "Bounce", *ALL[:2])
    feedback.take_events(lines)
    assert conduct.resume(group.id, half_sent.id) is None
    assert now(half_sent).status == Status.PAUSED
    assert conduct.resume(group.id, half_sent.id, accepting=True).accepted == Tally(5, 2)
    feedback.take_events(lines)
    assert swept(half_sent).status == Status.SENDING
    aws.handle("sends", send.send_all)
    assert swept(half_sent).status == Status.FINISHED


def test_what_is_over_is_not_paused(half_sent, group):
    conduct.stop(group.id, half_sent.id)
    feedback.take_events(told(group, half_sent, "Bounce", *ALL[:3]))
    assert now(half_sent).status == Status.STOPPED


def test_bad_numbers_of_another_run_pause_nothing(half_sent, group):
    bad = Progress(sent=1000, hard_bounced=500)
    conduct.heed(group.id, f"{half_sent.id}.{half_sent.run + 1}", bad)
    assert now(half_sent).status == Status.SENDING
    conduct.heed(group.id, half_sent.run_name, bad)
    assert now(half_sent).status == Status.PAUSED


def test_an_organizers_own_pause_needs_nothing_accepted(half_sent, group):
    conduct.pause(group.id, half_sent.id)
    assert conduct.resume(group.id, half_sent.id).status == Status.SENDING


def test_a_mailing_that_paused_itself_with_nobody_left_is_finished(aws, half_sent, group):
    aws.handle("sends", send.send_all)
    hint = {"group": group.id, "mailing": half_sent.id, "run": half_sent.run, "chunk": 1, "size": 1}
    send.send_all([{"messageId": "1", "body": json.dumps(hint)}])
    feedback.take_events(told(group, half_sent, "Bounce", *ALL[:3]))
    assert now(half_sent).status == Status.PAUSED
    over = swept(half_sent)
    assert (over.status, over.sent, over.hard_bounced) == (Status.FINISHED, 6, 3)


def test_the_reason_is_told_with_the_numbers_of_now(half_sent, group):
    feedback.take_events(told(group, half_sent, "Bounce", *ALL[:2]))
    feedback.take_events(told(group, half_sent, "Bounce", *ALL[2:4]))
    assert "4 of 5 emails" in waits_for(swept(half_sent), "UTC")
