"""What SES tells after taking a message, as the JSON it publishes: one event per thing that happened to it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from enum import Enum
from typing import Any, NamedTuple

from local.ses.addresses import Fate
from local.ses.answer import Accepted
from local.ses.content import render_subject
from local.ses.headers import message_headers

JsonObject = dict[str, Any]

ACCOUNT = "000000000000"
REMOTE = {"remoteMtaIp": "192.0.2.1", "reportingMTA": "local.amazonses.com"}


# What is told, in SES's words for the settings of a destination: at once, and gathered.
RARE = ("BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE")
COMMON = ("SEND", "DELIVERY", "DELIVERY_DELAY", "OPEN")


class Way(Enum):
    """Which destination of the configuration set an event goes to."""

    SNS = "sns"  # rare ones, at once
    FIREHOSE = "firehose"  # common ones, gathered


class Event(NamedTuple):
    way: Way
    text: str  # one JSON object on one line


def events_of(message: Accepted) -> Iterator[Event]:
    """Nothing is told about messages sent without a configuration set."""
    if not message.configuration_set:
        return
    mail = _mail(message)
    if message.fate is not Fate.NOT_RENDERED:
        yield _event(Way.FIREHOSE, "Send", mail, "send", {})
    for way, kind, key, detail in _afterwards(message):
        yield _event(way, kind, mail, key, detail)


def _afterwards(message: Accepted) -> Iterator[tuple[Way, str, str, JsonObject]]:
    fate = message.fate
    if fate in (Fate.DELIVERED, Fate.COMPLAINED, Fate.OUT_OF_OFFICE):
        yield Way.FIREHOSE, "Delivery", "delivery", _delivery(message)
        if _is_opened_by_machine(message):
            yield Way.FIREHOSE, "Open", "open", _open(message)
    if fate in _BOUNCES:
        yield Way.SNS, "Bounce", "bounce", _bounce(message, *_BOUNCES[fate])
    if fate is Fate.COMPLAINED:
        yield Way.SNS, "Complaint", "complaint", _complaint(message)
    if fate is Fate.REJECTED:
        yield Way.SNS, "Reject", "reject", {"reason": "Bad content"}
    if fate is Fate.NOT_RENDERED:
        yield Way.SNS, "Rendering Failure", "failure", _failure(message)


def _is_opened_by_machine(message: Accepted) -> bool:
    """Of every other address a mail program loads pictures ahead, as Apple's does."""
    return bool(message.content.html) and sum(message.recipients[0].encode()) % 2 == 0


_BOUNCES = {
    Fate.BOUNCED: ("Permanent", "General", "5.1.1", "smtp; 550 5.1.1 user unknown"),
    Fate.SUPPRESSED: ("Permanent", "Suppressed", "5.1.1", "Amazon SES has suppressed sending to this address"),
    Fate.ON_ACCOUNT_LIST: (
        "Permanent",
        "OnAccountSuppressionList",
        "5.1.1",
        "Amazon SES did not send the message to this address because it is on the suppression list for your account.",
    ),
    Fate.OUT_OF_OFFICE: ("Transient", "General", "4.0.0", "smtp; 250 out of office"),
}


def _event(way: Way, kind: str, mail: str, key: str, detail: JsonObject) -> Event:
    # `mail` is the large part and the same in each event of a message: it is made once, as text.
    return Event(way, f'{{"eventType":"{kind}","mail":{mail},"{key}":{json.dumps(detail)}}}')


def _mail(message: Accepted) -> str:
    headers = message_headers(
        message.content,
        message.headers,
        ", ".join(message.recipients),
        subject=message.content.subject if message.missing else render_subject(message.content, message.data),
        message_id=message.message_id,
        at=message.at,
    )
    return json.dumps(
        {
            "timestamp": iso(message.at),
            "source": message.content.sender,
            "sendingAccountId": ACCOUNT,
            "messageId": message.message_id,
            "destination": message.recipients,
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in headers.items()],
            "commonHeaders": {
                "from": [message.content.sender],
                "to": message.recipients,
                "messageId": message.message_id,
                "subject": headers["Subject"],
            },
            "tags": _tags(message),
        }
    )


def _tags(message: Accepted) -> dict[str, list[str]]:
    own = {name: [value] for name, value in message.tags.items()}
    domain = message.content.sender.rstrip(">").rpartition("@")[2]
    return {**own, "ses:configuration-set": [message.configuration_set], "ses:from-domain": [domain]}


def _delivery(message: Accepted) -> JsonObject:
    return {
        "timestamp": iso(message.at + 1),
        "processingTimeMillis": 1000,
        "recipients": message.recipients,
        "smtpResponse": "250 2.0.0 OK",
        **REMOTE,
    }


def _open(message: Accepted) -> JsonObject:
    return {"timestamp": iso(message.at + 1), "ipAddress": "192.0.2.9", "userAgent": "Mozilla/5.0"}


def _bounce(message: Accepted, kind: str, sub_kind: str, status: str, diagnostic: str) -> JsonObject:
    one = {"action": "failed", "status": status, "diagnosticCode": diagnostic}
    return {
        "feedbackId": f"feedback-{message.message_id}",
        "bounceType": kind,
        "bounceSubType": sub_kind,
        "bouncedRecipients": [{"emailAddress": address, **one} for address in message.recipients],
        "timestamp": iso(message.at + 1),
        **REMOTE,
    }


def _complaint(message: Accepted) -> JsonObject:
    return {
        "feedbackId": f"feedback-{message.message_id}",
        "complaintSubType": None,
        "complainedRecipients": [{"emailAddress": address} for address in message.recipients],
        "timestamp": iso(message.at + 2),
        "userAgent": "Amazon SES Mailbox Simulator",
        "complaintFeedbackType": "abuse",
        "arrivalDate": iso(message.at + 2),
    }


def _failure(message: Accepted) -> JsonObject:
    return {
        "errorMessage": f"Attribute '{message.missing}' is not present in the rendering data.",
        "templateName": message.content.template_name,
    }


def iso(at: float) -> str:
    """Epoch seconds as SES writes times: UTC with milliseconds."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
