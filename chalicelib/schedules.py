"""The door to EventBridge Scheduler: one job, once, at a time. Schedules delete themselves when done."""

from datetime import UTC, datetime
from typing import Any

import msgspec

from chalicelib import aws, clock, config


def at(name: str, when: float, job: str, payload: dict[str, Any]) -> None:
    """Have a job (`plan`, `sweep`, `tell`) run at `when` (epoch seconds). A schedule of the same name is replaced."""
    schedule = {
        "Name": name,
        "GroupName": config.schedule_group(),
        "ScheduleExpression": f"at({datetime.fromtimestamp(when, UTC):%Y-%m-%dT%H:%M:%S})",
        "FlexibleTimeWindow": {"Mode": "OFF"},
        "ActionAfterCompletion": "DELETE",
        "Target": {
            "Arn": config.function_arn(job),
            "RoleArn": config.schedule_role(),
            "Input": msgspec.json.encode(payload).decode(),
        },
    }
    while not (_create(schedule) or _update(schedule)):
        clock.sleep(clock.jitter(0.2))  # one of that name is just being deleted


def cancel(name: str) -> None:
    """Forget a schedule; nothing happens when there is none."""
    try:
        _scheduler().delete_schedule(Name=name, GroupName=config.schedule_group())
    except _scheduler().exceptions.ResourceNotFoundException:
        return


def _create(schedule: dict[str, Any]) -> bool:
    try:
        _scheduler().create_schedule(**schedule)
    except _scheduler().exceptions.ConflictException:
        return False
    return True


def _update(schedule: dict[str, Any]) -> bool:
    try:
        _scheduler().update_schedule(**schedule)
    except _scheduler().exceptions.ResourceNotFoundException:
        return False
    return True


def _scheduler() -> Any:
    return aws.client("scheduler")
