"""The product's code in this process against an emulator with the template's tables, and what it asks of AWS."""

import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chalicelib import aws, clock, config, lambdas, schedules, wire
from chalicelib.network import store as network
from chalicelib.network.group import Group
from local import bare
from local.stack import Stack

# Jobs are run by the benchmark itself, when it wants to.
lambdas.start = lambda job, payload: None
lambdas.switch_sends = lambda on: None
schedules.at = lambda name, when, job, payload: None


@contextmanager
def stack(**changed: Any) -> Iterator[Stack]:
    """An emulator, and an SES double that only counts, by recipient, unless it is `changed`."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "package").mkdir()
        package = bare.write_package(Path(folder) / "package")
        options: dict[str, Any] = {"proxy": False, "enforce_iam": False, "ses_counting": True, "ses_rate": 1_000_000}
        options |= {"ses_daily_quota": 1e9} | changed
        with Stack(state=Path(folder) / "state", package=package, **options) as running:
            os.environ.update(bare.environment(running))
            aws.forget()
            config.forget_parameters()
            yield running


def group() -> Group:
    made = network.create_group(f"g{clock.new_id()}", "Friends of the Library", postal_address="1 River Road")
    assert made is not None
    return made


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Counts requests by service and operation, as `dynamodb.PutItem`."""
    counts: Counter[str] = Counter()
    call = wire.call

    def noted(api: wire.Api, operation: str, request: dict[str, Any], **how: Any) -> Any:
        counts[f"{api.name}.{operation}"] += 1
        return call(api, operation, request, **how)

    def note(model: Any, **_: Any) -> None:
        counts[f"s3.{model.name}"] += 1

    files = aws.client("s3").meta.events
    wire.call = noted
    files.register("before-call.s3", note, unique_id="counted")
    try:
        yield counts
    finally:
        wire.call = call
        files.unregister("before-call.s3", unique_id="counted")


def handle(queue: str, handler: Any) -> int:
    """Give everything on a queue to a handler, ten messages at a time."""
    count = 0
    while messages := receive(queue):
        handler([{"messageId": each["MessageId"], "body": each["Body"]} for each in messages])
        remove(queue, messages)
        count += len(messages)
    return count


def receive(queue: str, wait: int = 0) -> list[dict[str, Any]]:
    """Up to ten messages; `wait` seconds for the first."""
    asked = {"QueueUrl": config.queue_url(queue), "MaxNumberOfMessages": 10, "WaitTimeSeconds": wait}
    messages: list[dict[str, Any]] = wire.call(wire.SQS, "ReceiveMessage", asked).get("Messages") or []
    return messages


def remove(queue: str, messages: list[dict[str, Any]]) -> None:
    done = [{"Id": str(i), "ReceiptHandle": each["ReceiptHandle"]} for i, each in enumerate(messages)]
    if done:
        wire.call(wire.SQS, "DeleteMessageBatch", {"QueueUrl": config.queue_url(queue), "Entries": done})
