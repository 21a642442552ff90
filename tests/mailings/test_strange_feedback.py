"""Feedback that is forged, garbled, or about a mailing of somebody else: it changes nothing, and takes nothing along."""

import json

import pytest
from mail_flow import join, planned, written

from chalicelib import config
from chalicelib.mailings import chunk_store, feedback, send
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
