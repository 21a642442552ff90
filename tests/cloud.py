"""What flows do with the local AWS: give queued messages to a handler, and look at the mail that was sent."""

import json
import os
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from typing import Any

from local.aws import ACCOUNT
from local.stack import Stack

Handler = Callable[[list[dict[str, Any]]], dict[str, Any] | None]


class Cloud:
    """A running emulator and SES double."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

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

    def event_files(self) -> list[str]:
        """Keys of the files in which SES's common events lie, as Firehose left them."""
        time.sleep(1.2)
        listed = self.stack.client("s3").list_objects_v2(Bucket=f"muster-local-files-{ACCOUNT}", Prefix="events/")
        return [each["Key"] for each in listed.get("Contents", [])]

    def _ask(self, path: str) -> Any:
        with urllib.request.urlopen(self.stack.ses_url + path, timeout=5) as reply:
            return json.load(reply)


def _record(message: dict[str, Any]) -> dict[str, Any]:
    return {"messageId": message["MessageId"], "body": message["Body"], "eventSourceARN": "arn:aws:sqs:local"}
