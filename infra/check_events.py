"""Checks that what happens to an email comes back to us, and how fast, through SES's mailbox simulator.

One bulk call, as the senders make it: to addresses that deliver, bounce and complain, and one with a value missing. Its
events are tagged `doctor`, which the product ignores. A queue of the doctor's own listens to the topic meanwhile.
"""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from infra.finding import Finding, Installation, bad, good

_PATIENCE = 240  # seconds; Firehose gathers for one minute, and starts slowly after a rest

# Who is written to, what must be told of it, and over which way.
_EXPECTED = {
    ("success@simulator.amazonses.com", "Send"): "file",
    ("success@simulator.amazonses.com", "Delivery"): "file",
    ("bounce@simulator.amazonses.com", "Bounce"): "topic",
    ("complaint@simulator.amazonses.com", "Complaint"): "topic",
    ("success+missing@simulator.amazonses.com", "Rendering Failure"): "topic",
}

Told = dict[tuple[str, str], float]


def check(live: Installation) -> Iterator[Finding]:
    token = uuid4().hex
    with _listening(live) as queue:
        began = time.time()
        refused = _send(live, token)
        yield from refused
        told = {} if refused else _wait(live, queue, token, began)
    for (address, kind), way in _EXPECTED.items() if not refused else ():
        seconds = told.get((address, kind))
        if seconds is None:
            yield bad(f"{kind} of {address} did not come by {way} within {_PATIENCE} s")
        else:
            yield good(f"{kind} of {address} came by {way} after {seconds:.0f} s")


def _send(live: Installation, token: str) -> list[Finding]:
    """The entries that SES refused."""
    addresses = sorted({address for address, _ in _EXPECTED})
    reply = live.client("sesv2").send_bulk_email(
        FromEmailAddress=live.sender,
        DefaultEmailTags=[{"Name": "doctor", "Value": token}],
        DefaultContent={"Template": {"TemplateContent": _CONTENT, "TemplateData": "{}"}},
        BulkEmailEntries=[_entry(address) for address in addresses],
        ConfigurationSetName=live.name,
    )
    results = zip(addresses, reply["BulkEmailEntryResults"], strict=True)
    return [bad(f"SES refuses {address}: {each}") for address, each in results if each["Status"] != "SUCCESS"]


_CONTENT = {"Subject": "Muster's doctor", "Text": "Hello {{h0}}", "Html": "<p>Hello {{h0}}</p>"}


def _entry(address: str) -> dict[str, Any]:
    data = {} if "missing" in address else {"h0": "Ada"}
    template = {"ReplacementTemplateData": json.dumps(data)}
    return {
        "Destination": {"ToAddresses": [address]},
        "ReplacementEmailContent": {"ReplacementTemplate": template},
    }


@contextmanager
def _listening(live: Installation) -> Iterator[str]:
    """A queue that hears the topic for as long as the check runs."""
    sqs, sns = live.client("sqs"), live.client("sns")
    topic = f"arn:aws:sns:{live.region}:{live.account}:{live.name}-ses-events"
    queue = sqs.create_queue(QueueName=f"{live.name}-doctor-{uuid4().hex[:8]}")["QueueUrl"]
    try:
        arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"Policy": json.dumps(_may_hear(arn, topic))})
        hears = sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, ReturnSubscriptionArn=True)
        try:
            yield queue
        finally:
            sns.unsubscribe(SubscriptionArn=hears["SubscriptionArn"])
    finally:
        sqs.delete_queue(QueueUrl=queue)


def _may_hear(queue: str, topic: str) -> dict[str, Any]:
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "sns.amazonaws.com"},
        "Action": "sqs:SendMessage",
        "Resource": queue,
        "Condition": {"ArnEquals": {"aws:SourceArn": topic}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _wait(live: Installation, queue: str, token: str, began: float) -> Told:
    """Seconds until each event was told, over the way it should come."""
    told: Told = {}
    while time.time() < began + _PATIENCE and not told.keys() >= _EXPECTED.keys():
        for way, event in _heard(live, queue, began):
            address, kind = event["mail"]["destination"][0], event["eventType"]
            ours = event["mail"].get("tags", {}).get("doctor") == [token]
            if ours and _EXPECTED.get((address, kind)) == way:
                told.setdefault((address, kind), time.time() - began)
    return told


def _heard(live: Installation, queue: str, began: float) -> Iterator[tuple[str, dict[str, Any]]]:
    sqs = live.client("sqs")
    reply = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, WaitTimeSeconds=2)
    for message in reply.get("Messages", []):
        sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        yield "topic", json.loads(json.loads(message["Body"])["Message"])
    for line in _new_lines(live, began):
        yield "file", json.loads(line)


def _new_lines(live: Installation, began: float) -> Iterator[bytes]:
    """What Firehose has written since; its folders are hours in UTC."""
    s3, since = live.client("s3"), datetime.fromtimestamp(began, UTC)
    for hour in {since, datetime.now(UTC)} if since.hour != datetime.now(UTC).hour else {since}:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=live.files, Prefix=f"events/{hour:%Y/%m/%d/%H}/")
        for listed in (listed for page in pages for listed in page.get("Contents", [])):
            if listed["LastModified"] >= since - timedelta(seconds=5):
                yield from s3.get_object(Bucket=live.files, Key=listed["Key"])["Body"].iter_lines()
