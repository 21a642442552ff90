"""The only module that talks to SES. A call is tried once; it may be taken, taken later, never taken, or in doubt."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from botocore.exceptions import (
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
)

from chalicelib import aws, config, wire
from chalicelib.mailings.message import Message


class Throttled(Exception):
    """Not accepted. Try again later."""


class QuotaReached(Throttled):
    """Not accepted, and nothing will be until the 24-hour quota frees."""


class Blocked(Throttled):
    """Not accepted: AWS has paused or suspended sending for this account. Its reason is in the text."""


class Refused(Exception):
    """SES will never accept this message."""


class InDoubt(Exception):
    """The request left and no answer came. Only SES's own events can tell."""


class Quota(NamedTuple):
    """Recipients a second and in 24 hours, and how many of those are used."""

    rate: float
    daily: float
    used: float

    @property
    def has_room(self) -> bool:
        """SES writes -1 for an account without a daily limit."""
        return self.daily < 0 or self.used < self.daily


class Identity(NamedTuple):
    """A domain or address that SES lets this account send from, once `verified`; `signed` in its name (DKIM)."""

    name: str
    verified: bool
    signed: bool


class Entry(NamedTuple):
    """One recipient of a bulk call: where to, the template data as JSON, headers and tags of their own."""

    to: str
    data: str
    headers: Sequence[dict[str, str]]
    tags: Sequence[dict[str, str]]


class Bulk(NamedTuple):
    """What all recipients of a bulk call share. `template` has Subject, Html, Text; `tags` come back in events."""

    sender: str
    reply_to: str
    template: dict[str, str]
    tags: Sequence[dict[str, str]]


# What an entry's status means; anything else is a refusal.
_KINDS = {
    "SUCCESS": "sent",
    "ACCOUNT_THROTTLED": "later",
    "TRANSIENT_FAILURE": "again",
    "ACCOUNT_DAILY_QUOTA_EXCEEDED": "quota",
    "ACCOUNT_SUSPENDED": "blocked",
    "ACCOUNT_SENDING_PAUSED": "blocked",
    "CONFIGURATION_SET_SENDING_PAUSED": "blocked",
    "MAIL_FROM_DOMAIN_NOT_VERIFIED": "held",
    "CONFIGURATION_SET_NOT_FOUND": "held",
    "TEMPLATE_NOT_FOUND": "held",
    "INVALID_SENDING_POOL_NAME": "held",
}

_ERRORS_LATER = {"TooManyRequestsException", "LimitExceededException", "ThrottlingException", "Throttling"}
_ERRORS_BLOCKED = {"SendingPausedException", "AccountSuspendedException"}


class Answer(NamedTuple):
    """What SES said of one entry; `code` is its own word.

    `kind`: sent or refused, for good. Or not taken: later (too fast), again (something of its own), quota (for today),
    blocked (the account), held (something is wrong with the mailing, not with this person).
    """

    kind: str
    code: str


def send_bulk(bulk: Bulk, entries: Sequence[Entry]) -> list[Answer]:
    """One call for up to 50 recipients; an answer for each, in order. Raises as the classes above say."""
    request = {
        "FromEmailAddress": bulk.sender,
        **({"ReplyToAddresses": [bulk.reply_to]} if bulk.reply_to else {}),
        "DefaultEmailTags": bulk.tags,
        "DefaultContent": {"Template": {"TemplateContent": bulk.template, "TemplateData": "{}"}},
        "BulkEmailEntries": [_entry(entry) for entry in entries],
        "ConfigurationSetName": config.configuration_set(),
    }
    with _failures_named():
        reply = wire.call(wire.SES, "SendBulkEmail", request, path="/v2/email/outbound-bulk-emails")
    return [_answer(result) for result in reply["BulkEmailEntryResults"]]


def send_one(message: Message) -> None:
    """One email. Returns once SES has accepted it; raises as the classes above say."""
    content = {
        "Subject": {"Data": message.subject, "Charset": "UTF-8"},
        "Body": {
            "Text": {"Data": message.text, "Charset": "UTF-8"},
            **({"Html": {"Data": message.html, "Charset": "UTF-8"}} if message.html else {}),
        },
        "Headers": _pairs(message.headers.items(), "Name"),
    }
    request = {
        "FromEmailAddress": mailbox(message.sender_name, message.sender_address),
        "Destination": {"ToAddresses": [message.to]},
        **({"ReplyToAddresses": [message.reply_to]} if message.reply_to else {}),
        "Content": {"Simple": content},
        "EmailTags": _pairs(message.tags.items(), "Name"),
        "ConfigurationSetName": config.configuration_set(),
    }
    with _failures_named():
        wire.call(wire.SES, "SendEmail", request, path="/v2/email/outbound-emails")


def quota() -> Quota:
    """What SES allows this account now. One call a second at most: never on a hot path."""
    with _failures_named():
        told = aws.client("sesv2").get_account()["SendQuota"]
    return Quota(float(told["MaxSendRate"]), float(told["Max24HourSend"]), float(told["SentLast24Hours"]))


def identity(address: str) -> Identity | None:
    """The identity that an address sends by: its domain, one above it, or itself; None when SES knows none of them."""
    domain = address.rpartition("@")[2].lower()
    labels = domain.split(".")
    names = [".".join(labels[start:]) for start in range(len(labels) - 1)]
    return next((known for name in [*names, address] if (known := _identity(name))), None)


def _identity(name: str) -> Identity | None:
    client = aws.client("sesv2")
    with _failures_named():
        try:
            told = client.get_email_identity(EmailIdentity=name)
        except client.exceptions.NotFoundException:
            return None
    dkim = told.get("DkimAttributes") or {}
    signed = bool(dkim.get("SigningEnabled")) and dkim.get("Status") == "SUCCESS"
    return Identity(name, bool(told.get("VerifiedForSendingStatus")), signed)


def mailbox(name: str, address: str) -> str:
    """`"Friends of the Library" <hello@example.org>`, as a From header wants it (names in any script)."""
    local, _, domain = address.rpartition("@")
    plain = " ".join("".join(letter if letter.isprintable() else " " for letter in name).split())
    if plain.isascii():
        from email.headerregistry import Address  # noqa: PLC0415  (8 ms, needed to send)

        return str(Address(plain, local, domain))
    from email.header import Header  # noqa: PLC0415  (few senders need it)

    return f"{Header(plain, 'utf-8').encode(maxlinelen=0)} <{address}>"


@contextmanager
def _failures_named() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        raise _named(error) from error
    except (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError) as error:
        raise Throttled(type(error).__name__) from error
    except HTTPClientError as error:
        raise InDoubt(type(error).__name__) from error


def _named(error: ClientError) -> Exception:
    code, said = error.response["Error"]["Code"], error.response["Error"].get("Message", "")
    status = error.response["ResponseMetadata"]["HTTPStatusCode"]
    if code in _ERRORS_BLOCKED:
        return Blocked(code)
    if "Daily message quota" in said:
        return QuotaReached(code)
    if code in _ERRORS_LATER or status == 429:
        return Throttled(code)
    return InDoubt(code) if status >= 500 else Refused(code)


def _answer(result: dict[str, Any]) -> Answer:
    status = result["Status"]
    return Answer(_KINDS.get(status, "refused"), status)


def _entry(entry: Entry) -> dict[str, Any]:
    return {
        "Destination": {"ToAddresses": [entry.to]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": entry.data}},
        "ReplacementHeaders": entry.headers,
        "ReplacementTags": entry.tags,
    }


def _pairs(items: Any, name: str) -> list[dict[str, str]]:
    return [{name: key, "Value": value} for key, value in items]
