"""What flows do with the local AWS: give queued messages to a handler, and look at the mail that was sent."""

import http.client
import json
import os
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from botocore.exceptions import ConnectionClosedError

from chalicelib.wire import connections
from chalicelib.wire.connections import Answer
from local import bare
from local.aws import ACCOUNT
from local.stack import Stack

Handler = Callable[[list[dict[str, Any]]], dict[str, Any] | None]


class Cloud:
    """A running emulator and SES double."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.environment = bare.environment(stack)

    def handle(self, queue: str, handler: Handler) -> int:
        """Give everything that waits on a queue to a handler, ten at a time, as Lambda does; how many there were."""
        sqs, url = self.stack.client("sqs"), os.environ[f"{queue.upper()}_QUEUE"]
        count = 0
        while messages := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            reply = handler([_record(message) for message in messages]) or {}
            again = {failure["itemIdentifier"] for failure in reply.get("batchItemFailures", [])}
            for message in messages:
                if message["MessageId"] not in again:
                    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
            count += len(messages)
        return count

    def inbox(self, to: str = "") -> list[dict[str, Any]]:
        """The emails that were sent (to one address), oldest first."""
        found: list[dict[str, Any]] = self._ask(f"/_local/inbox.json?to={urllib.parse.quote(to)}")
        return found

    def set_ses(self, **settings: Any) -> None:
        """Change the SES double: `rate`, `daily_quota`."""
        body = json.dumps(settings).encode()
        urllib.request.urlopen(urllib.request.Request(f"{self.stack.ses_url}/_local/ses", body), timeout=5).close()

    @property
    def stripe(self) -> "StripeDouble":
        return StripeDouble(self.stack.stripe_url)

    def event_files(self) -> list[str]:
        """Keys of the files in which SES's common events lie, as Firehose left them."""
        time.sleep(1.2)
        listed = self.stack.client("s3").list_objects_v2(Bucket=f"muster-local-files-{ACCOUNT}", Prefix="events/")
        return [each["Key"] for each in listed.get("Contents", [])]

    def _ask(self, path: str) -> Any:
        with urllib.request.urlopen(self.stack.ses_url + path, timeout=5) as reply:
            return json.load(reply)


class StripeDouble:
    """Stripe's double, as whoever pays there and whoever runs it see it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def pay(self, page: str, card: str = "4242424242424242", **typed: str) -> tuple[int, str]:
        """Fill in Checkout's page and press its button: the status, and where it leads."""
        return self._post(f"/_local/stripe/checkout/{page.rpartition('/')[2]}", {"number": card} | typed)

    def do(self, verb: str, known_as: str, account: str = "") -> None:
        """Press a button of the dashboard."""
        self._post("/_local/stripe", {"account": account, "do": verb, "id": known_as})

    def control(self, **wanted: Any) -> dict[str, Any]:
        """Change switches; what they are then."""
        asked = urllib.request.Request(f"{self.url}/_local/stripe/control", json.dumps(wanted).encode())
        with urllib.request.urlopen(asked, timeout=5) as reply:
            switches: dict[str, Any] = json.load(reply)
        return switches

    def things(self, kind: str, account: str = "", after: str = "") -> list[dict[str, Any]]:
        """All objects of a kind, oldest first; only those made after the one with the id `after`."""
        asked = urllib.parse.urlencode({"kind": kind, "account": account, "after": after})
        with urllib.request.urlopen(f"{self.url}/_local/stripe/things.json?{asked}", timeout=5) as reply:
            found: list[dict[str, Any]] = json.load(reply)
        return found

    def replace_card(self, page: str, card: str) -> None:
        """Look after one's card on the page of the portal."""
        self._post(urllib.parse.urlsplit(page).path, {"number": card})

    def connect(self, link: str) -> str:
        """Press the button of the page on which an owner tells Stripe who they are; where it leads."""
        return self._post(urllib.parse.urlsplit(link).path, {"": ""})[1]

    def _post(self, path: str, fields: dict[str, str]) -> tuple[int, str]:
        connection = http.client.HTTPConnection(urllib.parse.urlsplit(self.url).netloc, timeout=10)
        connection.request("POST", path, urllib.parse.urlencode(fields))
        answer = connection.getresponse()
        answer.read()
        return answer.status, answer.getheader("Location", "")


def _record(message: dict[str, Any]) -> dict[str, Any]:
    return {"messageId": message["MessageId"], "body": message["Body"], "eventSourceARN": "arn:aws:sqs:local"}


@contextmanager
def answering(service: str, operation: str, *answers: dict[str, Any]) -> Iterator[None]:
    """These answers (those with an `Error` are errors), one call after another, instead of the service's own."""
    left = list(answers)

    def answer(send: Callable[[], Answer], request: dict[str, Any]) -> Answer:
        if not left:
            return send()
        told = left.pop(0)
        if error := told.get("Error"):
            told = told | {"__type": error["Code"], "message": error["Message"]}
        return Answer(400 if error else 200, "", json.dumps(told).encode())

    with _instead(operation, answer):
        yield


@contextmanager
def losing_a_reply(service: str, operation: str) -> Iterator[None]:
    """The first call is carried out, but its answer is lost; whoever called asks again."""
    lost: list[bool] = []

    def lose(send: Callable[[], Answer], request: dict[str, Any]) -> Answer:
        answer = send()
        if lost:
            return answer
        lost.append(True)
        raise ConnectionClosedError(endpoint_url="")

    with _instead(operation, lose):
        yield


@contextmanager
def watching(service: str, operation: str) -> Iterator[list[dict[str, Any]]]:
    """What an operation is asked for, call after call."""
    asked: list[dict[str, Any]] = []

    def note(send: Callable[[], Answer], request: dict[str, Any]) -> Answer:
        asked.append(request)
        return send()

    with _instead(operation, note):
        yield asked


@contextmanager
def _instead(operation: str, do: Callable[[Callable[[], Answer], dict[str, Any]], Answer]) -> Iterator[None]:
    """Handles the requests for an operation, given what would send each."""
    post = connections.post

    def posting(endpoint: str, path: str, headers: dict[str, str], body: bytes, *, patience: float) -> Answer:
        def send() -> Answer:
            return post(endpoint, path, headers, body, patience=patience)

        named = headers.get("X-Amz-Target", "").rpartition(".")[2]
        return do(send, json.loads(body)) if named == operation else send()

    connections.post = posting
    try:
        yield
    finally:
        connections.post = post
