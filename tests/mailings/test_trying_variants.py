"""Two subjects are tried on some, the rest gets the better one, and nobody gets two."""

from collections import Counter

from mail_flow import join, later, now, planned, subjects, swept, tried, written

from chalicelib import clock
from chalicelib.actions import source_store
from chalicelib.actions.submission import Submission
from chalicelib.mailings import audience_files, chunk_store, conduct, links, pace, received, send, store, try_variants
from chalicelib.mailings import write_mailing as write
from chalicelib.mailings import write_variants as variants
from chalicelib.mailings.chunk import Outcome, State
from chalicelib.mailings.clicks import Click
from chalicelib.mailings.mailing import Status
from chalicelib.mailings.variant import LETTERS, REST, Measure, Variant


def go(aws, mailing):
    aws.handle("sends", send.send_all)
    return swept(mailing)


def told(mailing, variant, outcome):
    """Something is heard about a chunk of a variant."""
    chunk = next(one for one in chunk_store.each(mailing.run_name) if one.variant == variant)
    before = chunk_store.add_facts(chunk.run, chunk.number, outcome)
    store.add_progress(chunk.run, outcome.news(before))


def clicked(mailing, variant, *places):
    at = int(clock.now()) + 1000

    told(mailing, variant, Outcome(clicks=frozenset(Click(at, variant, place, 0).as_number for place in places)))


def test_the_rest_gets_the_winner_and_nobody_two(aws, group, jobs, crowd, monkeypatch):
    mailing = planned(group, tried(group))
    labels = Counter(mailing.label_of(person.id) for person in crowd)
    waiting = go(aws, mailing)
    assert (waiting.status, waiting.reason, waiting.winner) == (Status.WAITING, "test", "")
    assert subjects(aws, crowd) == {"A": labels["a"], "B": labels["b"]}
    clicked(mailing, "b", 0, 1)
    with later(monkeypatch, 3600):
        assert swept(mailing).status == Status.WAITING
    with later(monkeypatch, 7201):
        assert swept(mailing).winner == "b"
        finished = go(aws, mailing)
    assert finished.status == Status.FINISHED
    assert subjects(aws, crowd) == {"A": labels["a"], "B": labels["b"] + labels[REST]}
    assert finished.sent + finished.refused + finished.suppressed + finished.unknown == finished.size == len(crowd)


def test_a_mailing_that_waits_for_its_test_takes_no_share_of_the_rate(aws, group, jobs, crowd):
    """A sweeper that looked earlier, or one that died between waiting and leaving, may have left it among the active."""
    mailing = planned(group, tried(group))
    assert go(aws, mailing).reason == "test"
    name = f"{group.id}/{mailing.id}"
    pace.enter(name)
    assert swept(mailing).status == Status.WAITING
    assert name not in pace.leave(name)


def test_each_chunk_holds_one_variant_and_everyone_is_found_again(aws, group, jobs, crowd):
    mailing = planned(group, tried(group, share=30))
    seen = Counter()
    for chunk in chunk_store.each(mailing.run_name):
        for place, recipient in enumerate(audience_files.recipients_of(mailing.folder, chunk)):
            seen[recipient.id] += 1
            label = mailing.label_of(recipient.id)
            assert chunk.variant == label
            assert audience_files.find_person(mailing.folder, recipient.id, label) == (chunk.number, place)
    assert seen == Counter({person.id: 1 for person in crowd})
    assert received.mailings_of(group.id, crowd[0].id)[0].outcome == "waiting"


def test_an_organizer_chooses_before_the_time(aws, group, jobs, crowd):
    mailing = planned(group, tried(group))
    go(aws, mailing)
    assert try_variants.choose_by_hand(now(mailing), "x") is None
    assert try_variants.choose_by_hand(now(mailing), "a")
    assert try_variants.choose_by_hand(now(mailing), "b") is None
    swept(mailing)
    assert go(aws, mailing).status == Status.FINISHED
    assert subjects(aws, crowd)["A"] > subjects(aws, crowd)["B"]


def test_chosen_while_the_test_is_going_out_the_rest_does_not_wait_until_nothing_moves(aws, group, jobs, crowd):
    mailing = planned(group, tried(group))
    store.change_mailing(group.id, mailing.id, hinted=1000)  # a chunk of the test with so high a number
    try_variants.choose_by_hand(now(mailing), "a")
    swept(mailing)
    assert go(aws, mailing).status == Status.FINISHED


def test_or_sends_no_more(aws, group, jobs, crowd):
    mailing = planned(group, tried(group))
    go(aws, mailing)
    conduct.stop(group.id, mailing.id)
    assert go(aws, mailing).status == Status.STOPPED
    assert sum(subjects(aws, crowd).values()) < len(crowd)


def test_a_variant_that_drives_people_away_is_stopped_and_its_people_get_the_winner(
    aws, group, jobs, crowd, monkeypatch
):
    mailing = planned(group, tried(group))
    store.add_progress(mailing.run_name, {"b_sent": 100, "b_complained": 3})
    assert swept(mailing).dropped == ["b"]
    go(aws, mailing)
    assert set(subjects(aws, crowd)) == {"A"}
    clicked(mailing, "a", 0)
    with later(monkeypatch, 7201):
        swept(mailing)
        finished = go(aws, mailing)
    assert (finished.status, finished.winner) == (Status.FINISHED, "a")
    assert subjects(aws, crowd) == {"A": len(crowd)}
    labels = Counter(mailing.label_of(person.id) for person in crowd)
    assert try_variants.shown(finished)[REST].sent == labels["b"] + labels[REST]


def test_an_old_look_at_the_mailing_stops_no_variant_that_has_won(aws, group, jobs, crowd):
    mailing = planned(group, tried(group))
    assert try_variants.choose(now(mailing), "b")
    store.add_progress(mailing.run_name, {"b_sent": 10, "b_unsubscribed": 9})
    assert try_variants._drop(mailing).dropped == []
    assert now(mailing).dropped == []


def test_when_every_variant_drives_people_away_it_is_paused_and_says_so(aws, group, jobs, crowd, monkeypatch):
    mailing = planned(group, tried(group))
    go(aws, mailing)
    store.add_progress(mailing.run_name, {"a_complained": 3, "b_complained": 3})
    with later(monkeypatch, 7201):
        paused = swept(mailing)
    assert (paused.status, paused.reason, paused.winner) == (Status.PAUSED, "variants", "")


def test_a_hint_for_the_rest_sends_nothing_before_there_is_a_winner(aws, group, jobs, crowd):
    mailing = planned(group, tried(group))
    rest = next(chunk for chunk in chunk_store.each(mailing.run_name) if chunk.variant == REST)
    record = {"messageId": "1", "body": send.msgspec.json.encode(hint(mailing, rest)).decode()}
    assert send.send_all([record]) == {"batchItemFailures": []}
    after = chunk_store.find(mailing.run_name, rest.number)
    assert (after.state, after.sent) == (State.PENDING, frozenset())


def hint(mailing, chunk):
    return send.Hint(mailing.group, mailing.id, mailing.run, chunk.number, chunk.size)


def test_without_a_rest_it_is_over_when_the_test_is(aws, group, jobs, crowd):
    mailing = planned(group, tried(group, share=100))
    assert go(aws, mailing).status == Status.FINISHED
    assert sum(subjects(aws, crowd).values()) == len(crowd)


def test_numbers_are_kept_for_each_variant(aws, group, jobs, crowd):
    mailing = planned(group, tried(group))
    go(aws, mailing)
    clicked(mailing, "b", 0)
    told(mailing, "a", Outcome(unsubscribed=frozenset({1})))
    labels = Counter(mailing.label_of(person.id) for person in crowd)
    shown = try_variants.shown(now(mailing))
    assert (shown["a"].sent, shown["b"].sent, shown[REST].sent) == (labels["a"], labels["b"], 0)
    assert (shown["a"].unsubscribed, shown["b"].clicked) == (1, 1)
    measured = try_variants.measured(now(mailing))
    assert {letter: measured[letter] for letter in "ab"} == {letter: shown[letter] for letter in "ab"}


def test_only_actions_of_those_who_got_it_choose_the_winner(aws, group, jobs, crowd, monkeypatch):
    mailing = planned(group, tried(group, measure=Measure.ACTIONS))
    go(aws, mailing)
    came = {letter: [one.id for one in crowd if mailing.label_of(one.id) == letter] for letter in "ab"}
    strangers = [f"{first:x}{second:031x}" for first in range(16) for second in (0, 2**124 - 1)]
    took_action(mailing, "a", [*strangers, came["b"][0], came["a"][0]])
    took_action(mailing, "b", [came["b"][0], came["b"][-1]])
    results = try_variants.measured(now(mailing))
    assert (results["a"].actions, results["b"].actions) == (1, 2)
    with later(monkeypatch, 7201):
        assert swept(mailing).winner == "b"


def took_action(mailing, letter, people):
    for person in people:
        submission = Submission(
            id="x",
            group=mailing.group,
            page="page",
            type="petition",
            person=person,
            at=clock.now(),
            email="",
            source=links.source_code(mailing.id, letter),
        )
        source_store.record(submission)


def test_what_is_frozen_anew_has_no_winner_yet(aws, group, jobs, crowd):
    draft = tried(group)
    conduct.send_now(group.id, draft.id)
    store.change_mailing(group.id, draft.id, winner="b", dropped=["a"], decide_at=5.0)
    conduct.undo(group.id, draft.id)
    again = planned(group, draft)
    assert (again.winner, again.dropped, again.decide_at) == ("", [], 0)


def test_variants_are_added_changed_and_removed_in_a_draft_only(aws, group, jobs):
    draft = written(group)
    for _ in LETTERS:
        variants.add(now(draft))
    assert now(draft).letters == list(LETTERS)
    assert variants.save(now(draft), "c", Variant(subject="C\nc", body="<p>Hi<script>x</script></p>"))
    variants.remove(now(draft), "b")
    (changed, *_) = now(draft).variants
    assert (changed.subject, "script" in changed.body) == ("C c", False)
    stale = now(draft)
    variants.remove(stale, "b")
    assert variants.save(stale, "b", Variant(subject="over")) is None
    assert variants.remove(now(draft), "a") is None
    copy = write.duplicate(group.id, draft.id)
    assert copy.variants == now(draft).variants
    join(group, "Ada")
    planned(group, draft)
    assert variants.add(now(draft)) is None
