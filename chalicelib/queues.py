"""The door to SQS: put work on a queue, and take a batch of it apart again."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec

from chalicelib import clock, config, log, wire

_MOST_DELAY = 900


class NeverTaken(Exception):
    """SQS says that a message of ours is wrong: that is a bug, and offering it again would never end."""


def send(queue: str, message: msgspec.Struct | dict[str, Any], *, delay: float = 0) -> None:
    """Put one message on a queue; it is safe there when this returns. `delay` in seconds, 900 at most."""
    _call("SendMessage", queue, _message(message, delay))


def send_many(queue: str, messages: Iterable[msgspec.Struct], *, delay: float = 0, apart: float = 0) -> None:
    """Put many messages on a queue, ten a call, each due `apart` seconds after the one before.

    Those that SQS cannot take yet are offered until they are in. Raises NeverTaken.
    """
    entries = [_message(message, delay + number * apart) for number, message in enumerate(messages)]
    for start in range(0, len(entries), 10):
        _send_ten(queue, entries[start : start + 10])


def waiting(queue: str) -> int:
    """About how many messages are on a queue, in flight and delayed included."""
    names = [
        "ApproximateNumberOfMessages",
        "ApproximateNumberOfMessagesNotVisible",
        "ApproximateNumberOfMessagesDelayed",
    ]
    reply = _call("GetQueueAttributes", queue, {"AttributeNames": names})
    return sum(int(count) for count in reply["Attributes"].values())


Reply = dict[str, list[dict[str, str]]]


def each_message(records: list[dict[str, Any]], take: Callable[[str], None]) -> Reply:
    """Give every message's body to `take`; answer with those that must come again.

    A message that fails is left to the queue: it comes back, and after five times it rests in the dead-letter queue.
    """
    failed = []
    for record in records:
        try:
            take(record["body"])
        except Exception as error:  # one bad message must not take its batch along
            log.failure("message", error, queue=record.get("eventSourceARN", ""), message=record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _message(message: msgspec.Struct | dict[str, Any], delay: float) -> dict[str, Any]:
    """A message that says whose it is makes the queue a fair one: nobody who has many keeps the others waiting."""
    whose = getattr(message, "whose", "")
    told = {"MessageBody": msgspec.json.encode(message).decode(), "DelaySeconds": _whole(delay)}
    return told | ({"MessageGroupId": whose} if whose else {})


def _send_ten(queue: str, messages: list[dict[str, Any]]) -> None:
    entries = [{"Id": str(number)} | message for number, message in enumerate(messages)]
    while entries:
        reply = _call("SendMessageBatch", queue, {"Entries": entries})
        failures = reply.get("Failed") or []
        if ours := {failure["Code"] for failure in failures if failure["SenderFault"]}:
            raise NeverTaken(", ".join(ours))
        failed = {failure["Id"] for failure in failures}
        entries = [entry for entry in entries if entry["Id"] in failed]
        clock.sleep(clock.jitter(1.0) if entries else 0)


def _whole(delay: float) -> int:
    return max(0, min(_MOST_DELAY, round(delay)))


def _call(operation: str, queue: str, request: dict[str, Any]) -> Any:
    return wire.call(wire.SQS, operation, {"QueueUrl": config.queue_url(queue)} | request)
