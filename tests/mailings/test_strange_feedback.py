"""Feedback that is forged, garbled, or about a mailing of somebody else: it changes nothing, and takes nothing along."""

import json

import pytest
from mail_flow import join, now, planned, written

from chalicelib import config, files
from chalicelib.mailings import audience_files, chunk_store, conduct, feedback, reasons, received, send, store
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import Subscription


def event(kind, group, mailing, address, *, chunk="0", place="0", run=None):
    tags = {
        "mailing": [f"{group.id}_{mailing.id}_{mailing.run if run is None else run}"],
        "chunk": [chunk],
        "recipient": [place],
    }
    bounce = {"bounceType": "Permanent", "bounceSubType": "General", "bouncedRecipients": [{"emailAddress": address}]}
    return json.dumps({"eventType": kind, "mail": {"tags": tags, "destination": [address]}, "bounce": bounce})


def test_a_bounce_that_names_another_group_leaves_the_person_alone(aws, group, jobs):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    charlies = network.create_group(f"c{group.slug}", "Charlie")
    feedback.take_events([event("Bounce", charlies, mailing, ada.email)])
    assert people.find(group.id, ada.id, consistent=True).subscription == Subscription.SUBSCRIBED
    assert chunk_store.find(mailing.run_name, 0).bounced == {}


def test_who_opened_is_counted_once_and_sums_up_nothing(aws, group, jobs, monkeypatch):
    ada, _ = join(group, "Ada", "Bob")
    mailing = planned(group, written(group))
    aws.handle("sends", send.send_all)
    recipients = audience_files.recipients_of(mailing.folder, chunk_store.find(mailing.run_name, 0))
    place = [recipient.email for recipient in recipients].index(ada.email)
    looks = []
    monkeypatch.setattr(conduct, "watch", lambda *names: looks.append(names))
    opened = event("Open", group, mailing, ada.email, place=str(place))
    feedback.take_events([opened, opened])
    feedback.take_events([opened])
    assert chunk_store.find(mailing.run_name, 0).opened == {place}
    assert store.progress(now(mailing)).opened == 1
    assert looks == []
    (behind,), _ = received.people_behind(mailing, "opened")
    assert behind.recipient.email == ada.email


@pytest.mark.parametrize("number", ["9" * 44, "²", "1" * 5000, "-1", ""])
def test_a_number_that_nobody_gave_keeps_no_other_event_away(aws, group, jobs, number):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    aws.handle("sends", send.send_all)
    strange = [
        event("Send", group, mailing, ada.email, chunk=number),
        event("Send", group, mailing, ada.email, place=number),
    ]
    feedback.take_events([*strange, event("Delivery", group, mailing, ada.email)])
    assert chunk_store.find(mailing.run_name, 0).delivered == {0}


def test_an_event_that_cannot_be_applied_keeps_no_other_away(aws, group, jobs, monkeypatch):
    (ada,) = join(group, "Ada")
    broken, mailing = planned(group, written(group)), planned(group, written(group))
    real = chunk_store.find

    def find(run, number):
        if run == broken.run_name:
            raise OSError("the line is dead")
        return real(run, number)

    monkeypatch.setattr(chunk_store, "find", find)
    lines = [event("Delivery", group, one, ada.email) for one in (broken, mailing)]
    with pytest.raises(OSError, match="the line is dead"):
        feedback.take_events(lines)
    assert real(mailing.run_name, 0).delivered == {0}


def test_a_tag_that_is_no_email_of_ours_is_ignored(aws, group, jobs):
    for tag in ("", "_", "abc", "_x"):
        line = json.dumps({"eventType": "Send", "mail": {"tags": {"email": [tag]}}})
        message = json.dumps({"Type": "Notification", "TopicArn": config.events_topic(), "Message": line})
        assert feedback.take_all([{"messageId": "1", "body": message}]) == {"batchItemFailures": []}


def notice(line, **more):
    """An event as its topic brings it, or as somebody would forge that."""
    body = {"Type": "Notification", "TopicArn": config.events_topic(), "Message": line} | more
    return {"messageId": "1", "body": json.dumps(body)}


def file_told(**more):
    where = {"bucket": config.files_bucket(), "key": "events/forged"} | more
    record = {"s3": {"bucket": {"name": where["bucket"]}, "object": {"key": where["key"]}}}
    return {"messageId": "1", "body": json.dumps({"Records": [record]})}


FORGED = {
    "another topic": lambda line, arn: notice(line, TopicArn=arn.replace("ses-events", "evil")),
    "another account's topic": lambda line, arn: notice(line, TopicArn=arn.replace("000000000000", "111111111111")),
    "another region's topic": lambda line, arn: notice(line, TopicArn=arn.replace("us-east-1", "eu-west-1")),
    "no topic": lambda line, arn: {"messageId": "1", "body": json.dumps({"Type": "Notification", "Message": line})},
    "a subscription": lambda line, arn: notice(line, Type="SubscriptionConfirmation"),
    "not said through a topic": lambda line, arn: {"messageId": "1", "body": line},
    "another account's bucket": lambda line, arn: file_told(bucket="muster-local-files-111111111111"),
    "a file that is no event": lambda line, arn: file_told(key="imports/forged"),
    "a way out of the folder": lambda line, arn: file_told(key="imports/events/forged"),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_what_does_not_come_from_where_ses_speaks_changes_nothing(aws, group, jobs, forge):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    line = event("Bounce", group, mailing, ada.email)
    for key in ("events/forged", "imports/forged", "imports/events/forged"):
        files.put(key, line.encode())
    feedback.take_all([forge(line, config.events_topic())])
    assert people.find(group.id, ada.id, consistent=True).subscription == Subscription.SUBSCRIBED
    assert chunk_store.find(mailing.run_name, 0).bounced == {}
    feedback.take_all([notice(line)])
    assert people.find(group.id, ada.id, consistent=True).subscription == Subscription.BOUNCED


STRANGE_TAGS = [
    {"run": 99},
    {"run": "0"},
    {"run": "x"},
    {"run": "1_1"},
    {"chunk": "1"},
    {"chunk": "0x0"},
    {"place": "1"},
    {"place": "49"},
    {"place": "0 "},
]


@pytest.mark.parametrize("kind", ["Send", "Delivery", "Bounce", "Complaint", "Reject"])
@pytest.mark.parametrize("tags", STRANGE_TAGS, ids=repr)
def test_tags_that_name_nobody_we_wrote_to_change_nothing(aws, group, jobs, kind, tags):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    before = chunk_store.find(mailing.run_name, 0)
    feedback.take_events([event(kind, group, mailing, ada.email, **tags)])
    assert chunk_store.find(mailing.run_name, 0) == before
    assert people.find(group.id, ada.id, consistent=True).subscription == Subscription.SUBSCRIBED


@pytest.mark.parametrize("kind", ["Bounce", "Complaint"])
def test_news_of_another_address_than_we_wrote_to_change_nothing(aws, group, jobs, kind):
    (ada,) = join(group, "Ada")
    mailing = planned(group, written(group))
    feedback.take_events([event(kind, group, mailing, "eve@example.org")])
    assert people.find(group.id, ada.id, consistent=True).subscription == Subscription.SUBSCRIBED
    assert store.progress(mailing).bounced == store.progress(mailing).complained == 0


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("MESSAGE_REJECTED", "Amazon SES rejected the email"),
        ("Permanent NoEmail", "There is no such address"),
        ("stopped", "The mailing was stopped before their turn"),
        ("SOMETHING_NEW", "Something new"),
        ("", ""),
    ],
)
def test_why_is_told_in_plain_words(why, words):
    assert reasons.in_words(why) == words
