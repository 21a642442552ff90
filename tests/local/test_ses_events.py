"""What SES tells afterwards, and to whom."""

import json
from datetime import UTC, datetime

import pytest
from ses_requests import an_account, bulk, entry, single

from local.ses.accept import send_bulk_email, send_email
from local.ses.events import Way, events_of
from local.ses.publish import Doors, Publisher, object_key


def events_after(to, account=None):
    answer = send_bulk_email(account or an_account(), bulk(entry(to, h1="Ada")), now=1_800_000_000)
    return [(event.way, json.loads(event.text)) for event in events_of(answer.accepted[0])]


@pytest.mark.parametrize(
    ("to", "kinds"),
    [
        ("ada@example.org", ["Send", "Delivery", "Open"]),
        ("bda@example.org", ["Send", "Delivery"]),
        ("bounce@simulator.amazonses.com", ["Send", "Bounce"]),
        ("complaint@simulator.amazonses.com", ["Send", "Delivery", "Complaint"]),
        ("suppressionlist@simulator.amazonses.com", ["Send", "Bounce"]),
        ("ooto@simulator.amazonses.com", ["Send", "Delivery", "Bounce"]),
    ],
)
def test_each_fate_is_told_by_its_events(to, kinds):
    assert [event["eventType"] for _, event in events_after(to)] == kinds


def test_rare_events_go_to_sns_and_common_ones_to_firehose():
    ways = {event["eventType"]: way for way, event in events_after("complaint@simulator.amazonses.com")}
    assert ways == {"Send": Way.FIREHOSE, "Delivery": Way.FIREHOSE, "Complaint": Way.SNS}


def test_an_event_says_which_mailing_and_recipient_it_is_about():
    _, event = events_after("bounce@simulator.amazonses.com")[1]
    assert event["mail"]["tags"]["mailing"] == ["m1"]
    assert event["mail"]["tags"]["recipient"] == ["r1"]
    assert event["mail"]["destination"] == ["bounce@simulator.amazonses.com"]
    assert event["mail"]["commonHeaders"]["subject"] == "Hello Ada"
    assert event["bounce"]["bounceType"] == "Permanent"
    assert event["bounce"]["bouncedRecipients"][0]["emailAddress"] == "bounce@simulator.amazonses.com"


def test_a_suppressed_person_is_told_of_as_a_bounce():
    account = an_account()
    account.suppressed["sue@example.org"] = {}
    _, event = events_after("sue@example.org", account)[1]
    assert event["bounce"]["bounceSubType"] == "OnAccountSuppressionList"


def test_a_rendering_failure_names_what_is_missing_and_nothing_was_sent():
    answer = send_bulk_email(an_account(), bulk(entry(h2="x")), now=0)
    events = [json.loads(event.text) for event in events_of(answer.accepted[0])]
    assert [event["eventType"] for event in events] == ["Rendering Failure"]
    assert "'h1'" in events[0]["failure"]["errorMessage"]


def test_without_a_configuration_set_nothing_is_told():
    request = single()
    del request["ConfigurationSetName"]
    assert list(events_of(send_email(an_account(), request, now=0).accepted[0])) == []


def test_common_events_are_one_object_of_lines_and_rare_ones_are_told_one_by_one():
    told, objects = [], {}
    publisher = Publisher(Doors(told.append, objects.__setitem__), "stream", interval=60)
    for to in ("ada@example.org", "bob@example.org", "bounce@simulator.amazonses.com"):
        publisher.publish(send_email(an_account(), single(to), now=0).accepted)
    publisher.stop()
    lines = next(iter(objects.values())).decode().splitlines()
    assert [json.loads(line)["eventType"] for line in lines] == ["Send", "Delivery", "Send", "Delivery", "Send"]
    assert [json.loads(text)["eventType"] for text in told] == ["Bounce"]


def test_objects_are_named_as_firehose_names_them():
    key = object_key("muster-local-ses-events", datetime(2026, 11, 3, 4, 5, 6, tzinfo=UTC), "u-1")
    assert key == "events/2026/11/03/04/muster-local-ses-events-1-2026-11-03-04-05-06-u-1"
