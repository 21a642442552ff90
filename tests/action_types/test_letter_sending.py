"""Ada's letters go out by email: to each target once, at a pace that they can bear, in her name and nobody else's words."""

import json

import msgspec
import pytest
from cloud import answering, losing_a_reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock, config, counters, dynamo, queues
from chalicelib.action_types.letter import send, write
from chalicelib.action_types.letter.target import Target
from chalicelib.action_types.letter.write import Written
from chalicelib.actions import store as actions
from chalicelib.actions import take_action
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.actions.submission import Submission
from chalicelib.mailings import deliver, email_store, feedback, ses
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Person, person_id, shard_of
from chalicelib.people.subscription import address_hash


@pytest.fixture
def group(aws):
    aws.set_ses(rate=5000, daily_quota=1_000_000)
    aws.handle("mail", lambda records: None)
    return network.create_group(f"g{clock.new_id()}", "Friends of the Library")


@pytest.fixture
def page(group):
    own = {"targets": "", "versions": [], "pace": 20}
    made = ActionPage(
        id=clock.new_id(), group=group.id, type="letter", created=clock.now(), slug="letters", title="Save it",
        status=Status.PUBLISHED, own=own,
    )  # fmt: skip
    actions.add_page(made)
    return made


@pytest.fixture
def grace(group):
    return Target(
        id="a" * 16,
        name="Grace Hopper",
        title="Senator",
        email=f"grace@{group.slug}.example",
        state="MA",
        party="Green",
    )


@pytest.fixture
def barbara(group):
    return Target(id="b" * 16, name="Barbara Liskov", email=f"barbara@{group.slug}.example")


@pytest.fixture
def write_to(group, page):
    """Somebody sends letters, and the submission waits on its queue."""

    def submit(*targets, text="We need it.", subject="Keep it open", name="Ada", family="Lovelace", **more):
        email = f"{name.lower()}@{group.slug}.example.org"
        submission = Submission(
            id=clock.new_id(), group=group.id, page=page.id, type="letter", person=person_id(group.salt, email),
            at=clock.now(), email=email, given_name=name, family_name=family,
            own=write.encode([Written("aaaaaaaa", subject, text, list(targets))]), **more,
        )  # fmt: skip
        queues.send("submissions", submission)
        return submission

    return submit


@pytest.fixture
def run(aws, monkeypatch):
    """Everything that waits is done; what has to wait longer is noted, with its seconds, and done when told to."""
    waiting = []
    real = queues.send

    def note(queue, message, *, delay=0.0):
        if delay > 0:
            waiting.append((delay, message))
        else:
            real(queue, message)

    monkeypatch.setattr(queues, "send", note)

    def go():
        aws.handle("submissions", take_action.record_all)
        aws.handle("mail", deliver.deliver_all)
        return waiting

    return go


def count(page, target):
    spans = counters.read_spans(send.counted(page.id), 100)
    return next((dict(counts) for span, counts in spans.items() if span.startswith(target.id)), {})


def letters(aws, target):
    return aws.inbox(target.email)


def test_each_target_gets_a_letter_of_their_own(aws, run, write_to, page, group, grace, barbara):
    write_to(
        grace,
        barbara,
        text="Dear {{ target_name }}, hear us.\nAll.",
        street="1 Main St",
        city="Boston",
        zip_code="02138",
    )
    run()
    [letter] = letters(aws, grace)
    assert letter["subject"] == "Keep it open"
    assert letter["text"].startswith(
        "Dear Senator Grace Hopper,\n\nDear Grace Hopper, hear us.\nAll.\n\n"
        "Sincerely,\nAda Lovelace\n1 Main St\nBoston 02138\n\n-- \nSent by Ada Lovelace through Friends of the Library: "
    )
    assert f"/{group.slug}/letters" in letter["text"]
    assert not letter.get("html")
    assert "Ada Lovelace" in letter["from"]
    assert len(letters(aws, barbara)) == 1
    assert count(page, grace) == {"queued": 1, "sent": 1}


def test_an_answer_goes_to_her(aws, run, write_to, grace, monkeypatch):
    sent = []
    monkeypatch.setattr(ses, "send_one", sent.append)
    ada = write_to(grace)
    run()
    [message] = [each for each in sent if each.to == grace.email]
    assert (message.reply_to, message.sender_name) == (ada.email, "Ada Lovelace")
    assert "List-Unsubscribe" not in message.headers


def test_sent_twice_recorded_twice_delivered_twice_it_goes_once(aws, run, write_to, page, grace):
    write_to(grace, text="The first words")
    run()
    write_to(grace, text="Other words")
    run()
    for _ in range(3):
        deliver.deliver_all([message(send.Letters(page.group, page.id, someone(page, "ada")))])
        run()
    assert ["The first words" in each["text"] for each in letters(aws, grace)] == [True]
    assert count(page, grace) == {"queued": 1, "sent": 1}


def test_two_people_write_to_the_same_target(aws, run, write_to, page, grace):
    write_to(grace, name="Ada")
    write_to(grace, name="Eve")
    waiting = run()
    assert [round(delay) for delay, each in waiting if isinstance(each, send.Letter)] == [3]
    assert (len(letters(aws, grace)), count(page, grace)) == (1, {"queued": 2, "sent": 1})


def test_a_target_gets_twenty_a_minute_and_the_others_wait_their_turn(
    aws, run, write_to, page, grace, barbara, monkeypatch
):
    real, late = clock.now, [0.0]
    monkeypatch.setattr(clock, "now", lambda: real() + late[0])
    for number in range(45):
        write_to(grace, name=f"Ada{number}")
    waiting = run()
    delays = sorted(delay for delay, each in waiting if isinstance(each, send.Letter))
    assert len(delays) >= 40
    assert all(delay <= 900 for delay in delays)
    write_to(barbara, name="Eve")
    run()
    assert len(letters(aws, barbara)) == 1, "who has few does not wait behind who has many"
    for seconds in range(5, 200, 5):
        late[0] = float(seconds)
        before, ready = len(letters(aws, grace)), [each for delay, each in waiting]
        waiting.clear()
        deliver.deliver_all([message(each) for each in ready])
        assert len(letters(aws, grace)) - before <= 3
        if not waiting:
            break
    assert len(letters(aws, grace)) == 45
    assert late[0] >= 110, "45 letters at twenty a minute"


def test_a_turn_is_kept_however_often_the_message_comes(run, write_to, page, grace):
    for name in ("Ada", "Eve"):
        write_to(grace, name=name)
    [(_, letter)] = [each for each in run() if isinstance(each[1], send.Letter)]
    row = email_store.find_prepared(letter.person, send.email_id(page.id, grace.id))
    deliver.deliver_all([message(letter)] * 3)
    assert email_store.find_prepared(letter.person, send.email_id(page.id, grace.id)) == row


def test_a_target_who_must_not_be_mailed_is_not(aws, run, write_to, page, grace):
    people.suppress(address_hash(grace.email), "bounced", clock.now())
    write_to(grace)
    run()
    assert letters(aws, grace) == []
    assert count(page, grace) == {"queued": 1, "refused": 1}


def test_a_letter_goes_though_its_writer_wants_no_mail(aws, run, write_to, group, grace, barbara):
    ada = write_to(grace)
    run()
    subscription.unsubscribe(group.id, ada.person)
    write_to(barbara)
    run()
    assert len(letters(aws, barbara)) == 1


def test_nothing_goes_in_the_name_of_someone_who_was_deleted(aws, run, write_to, page, group, grace):
    queued = write_to(grace)
    aws.handle("submissions", take_action.record_all)
    send.prepare(send.Letters(group.id, page.id, queued.person))
    dynamo.Table("people", "gs", "id").delete(f"{group.id}#{shard_of(queued.person)}", queued.person)
    run()
    assert letters(aws, grace) == []
    assert count(page, grace) == {"queued": 1, "refused": 1}


def test_what_ses_refuses_is_counted_and_what_it_throttles_goes_later(
    aws, run, write_to, page, grace, barbara, monkeypatch
):
    refusals = {grace.email: ses.Refused("no"), barbara.email: ses.Throttled("slow")}
    real = ses.send_one

    def send_one(email):
        if email.to in refusals:
            raise refusals[email.to]
        real(email)

    monkeypatch.setattr(ses, "send_one", send_one)
    write_to(grace, barbara)
    waiting = run()
    assert count(page, grace) == {"queued": 1, "refused": 1}
    assert count(page, barbara) == {"queued": 1}
    refusals.clear()
    deliver.deliver_all([message(each) for _, each in waiting])
    assert count(page, barbara) == {"queued": 1, "sent": 1}


def event(kind, letter, address, **more):
    tags = {"email": [f"{letter.person}_{send.email_id(letter.page, letter.target)}"], "group": [letter.group]}
    mail = {"messageId": "x", "tags": tags, "destination": [address]}
    return json.dumps({"eventType": kind, "mail": mail} | more)


def bounce(letter, address):
    return event(
        "Bounce", letter, address, bounce={"bounceType": "Permanent", "bouncedRecipients": [{"emailAddress": address}]}
    )


def test_an_address_that_there_is_not_is_told_and_never_mailed_again(aws, run, write_to, page, group, grace):
    ada = write_to(grace)
    run()
    letter = send.Letter(group.id, page.id, ada.person, grace.id)
    for _ in range(2):
        feedback.take_events([bounce(letter, grace.email)])
    assert count(page, grace) == {"queued": 1, "sent": 1, "bounced": 1}
    assert people.suppressed([address_hash(grace.email)])
    assert people.find(group.id, ada.person).subscription == "subscribed"
    write_to(grace, name="Eve")
    run()
    assert len(letters(aws, grace)) == 1


def test_a_bounce_of_a_strange_address_changes_nothing(run, write_to, page, group, grace):
    ada = write_to(grace)
    run()
    letter = send.Letter(group.id, page.id, ada.person, grace.id)
    feedback.take_events([bounce(letter, f"victim@{group.slug}.example")])
    assert "bounced" not in count(page, grace)
    assert not people.suppressed([address_hash(f"victim@{group.slug}.example")])


@pytest.mark.parametrize("operation", ["PutItem", "UpdateItem"])
def test_a_reply_that_is_lost_loses_and_doubles_no_letter(aws, run, write_to, page, grace, operation):
    write_to(grace)
    aws.handle("submissions", take_action.record_all)
    with losing_a_reply("dynamodb", operation):
        run()
    run()
    assert len(letters(aws, grace)) == 1
    assert count(page, grace)["queued"] == 1


def test_a_broken_start_is_taken_up_again(aws, run, write_to, page, group, grace, barbara):
    ada = write_to(grace, barbara)
    aws.handle("submissions", take_action.record_all)
    start = message(send.Letters(group.id, page.id, ada.person))
    error = {"Error": {"Code": "AWS.SimpleQueueService.NonExistentQueue", "Message": "gone"}}
    with answering("sqs", "SendMessageBatch", error):
        assert deliver.deliver_all([start])["batchItemFailures"]
    deliver.deliver_all([start])
    run()
    assert (len(letters(aws, grace)), len(letters(aws, barbara))) == (1, 1)


def test_another_groups_name_on_a_message_leads_nowhere(aws, run, write_to, page, grace):
    ada = write_to(grace)
    aws.handle("submissions", take_action.record_all)
    other = network.create_group(f"g{clock.new_id()}", "Another group")
    send.prepare(send.Letters(other.id, page.id, ada.person))
    assert email_store.prepared_of(ada.person, "letter-") == {}


EVIL = st.one_of(
    st.text(max_size=60),
    st.sampled_from(["a\r\nBcc: all@example.org", "x\nX-Evil: 1", "<b>", "{{ target_name }}", "\u202eevil"]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(subject=EVIL, text=EVIL, name=EVIL)
def test_no_words_reach_a_header_but_as_words(page, group, grace, subject, text, name, monkeypatch):
    person = Person(id="1" * 32, group=group.id, email="ada@example.org", given_name=name)
    said = send._said(page, person, Written("a", subject, text, [grace]), grace)
    made = send._message(group, page, person, email_store.Prepared(said, "later", 0.0))
    for header in (
        made.subject,
        made.sender_name,
        made.reply_to,
        made.to,
        ses.mailbox(made.sender_name, made.sender_address),
    ):
        assert header.isprintable()
    assert made.html == ""
    assert all(letter.isprintable() or letter == "\n" for letter in made.text)
    assert config.public_url() in made.text


def someone(page, name):
    return next(action.person for action in actions.each_of_page(page.id))


def message(email):
    return {"messageId": clock.new_id(), "body": msgspec.json.encode(email).decode()}
