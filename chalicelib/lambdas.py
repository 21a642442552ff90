"""The door to Lambda: start our own jobs, and switch the trigger that wakes the senders."""

from typing import Any

import msgspec

from chalicelib import aws, config, log


def start(job: str, payload: dict[str, Any]) -> None:
    """Have a job (`plan`, `sweep`, `import`, `tell`) run soon, apart from this request. AWS tries up to three times."""
    body = msgspec.json.encode(payload)
    aws.client("lambda").invoke(FunctionName=config.function_arn(job), InvocationType="Event", Payload=body)


def switch_sends(on: bool) -> None:
    """Wake the senders, or let them sleep: a trigger that polls an empty queue costs money.

    While the trigger is still turning the other way Lambda refuses; the sweeper says it again in a minute.
    """
    try:
        aws.client("lambda").update_event_source_mapping(UUID=config.sends_trigger(), Enabled=on)
    except aws.client("lambda").exceptions.ResourceInUseException:
        log.line("trigger busy", on=on)
