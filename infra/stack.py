"""One CloudFormation stack: changed through a change set, so that one sees first what will happen."""

import time
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

from botocore.exceptions import ClientError


class Values(NamedTuple):
    """Of the parameters `known` to the template, those `given` are set; the others keep the value they have."""

    given: dict[str, str]
    known: list[str]


_GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE")
_NEVER_STARTED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED")
_HOLDS_DATA = ("AWS::DynamoDB::Table", "AWS::S3::Bucket")
_NOTHING = ("didn't contain changes", "no updates are to be performed", "no changes")


class Failed(Exception):
    """In words a person can act on."""


class Proposal(NamedTuple):
    """A change set of a stack, not yet carried out; `changes` as CloudFormation lists them."""

    stack: str
    change_set: str
    changes: list[dict[str, Any]]

    def in_words(self) -> list[str]:
        return [
            f"{change['Action'].lower():7} {change['LogicalResourceId']} {change['ResourceType']}"
            + (" (made anew)" if change.get("Replacement") == "True" else "")
            for change in self.changes
        ]

    def losses(self) -> list[str]:
        """Tables and buckets that it would remove, or make anew and empty."""
        return [
            change["LogicalResourceId"]
            for change in self.changes
            if change["ResourceType"] in _HOLDS_DATA
            and (change["Action"] == "Remove" or change.get("Replacement") == "True")
        ]


def status(cloudformation: Any, name: str) -> str | None:
    """None when there is no such stack."""
    try:
        return str(cloudformation.describe_stacks(StackName=name)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise


def outputs(cloudformation: Any, name: str) -> dict[str, str]:
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def parameters(cloudformation: Any, name: str) -> dict[str, str]:
    """The values that the stack has now."""
    stack = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    return {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}


def clear_failed(cloudformation: Any, name: str) -> None:
    """A stack whose first creation failed can only be deleted; nothing was ever in it."""
    if status(cloudformation, name) in _NEVER_STARTED:
        cloudformation.delete_stack(StackName=name)
        _settled(cloudformation, name)


def propose(cloudformation: Any, name: str, template_url: str, values: Values) -> Proposal | None:
    """Work out what would change; None when nothing would. Raises Failed for a template that is refused."""
    exists = status(cloudformation, name) not in (None, "REVIEW_IN_PROGRESS")
    change_set = cloudformation.create_change_set(
        StackName=name,
        ChangeSetName=f"{name}-{uuid4()}",
        ChangeSetType="UPDATE" if exists else "CREATE",
        TemplateURL=template_url,
        Parameters=_set(values, parameters(cloudformation, name) if exists else {}),
        Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    )["Id"]
    if not _ready(cloudformation, change_set):
        cloudformation.delete_change_set(ChangeSetName=change_set)
        return None
    return Proposal(name, change_set, list(_changes(cloudformation, change_set)))


def accept(cloudformation: Any, proposal: Proposal) -> None:
    """Carry it out, and wait. Raises Failed with the first resource that did not work, and why."""
    cloudformation.execute_change_set(ChangeSetName=proposal.change_set)
    ended = _settled(cloudformation, proposal.stack)
    if ended not in _GOOD:
        raise Failed(f"The stack ended as {ended}. What failed first: {_first_failure(cloudformation, proposal.stack)}")


def discard(cloudformation: Any, proposal: Proposal) -> None:
    cloudformation.delete_change_set(ChangeSetName=proposal.change_set)


def _set(values: Values, now: dict[str, str]) -> list[dict[str, Any]]:
    given = [{"ParameterKey": key, "ParameterValue": value} for key, value in values.given.items()]
    kept = [key for key in values.known if key in now and key not in values.given]
    return given + [{"ParameterKey": key, "UsePreviousValue": True} for key in kept]


def _ready(cloudformation: Any, change_set: str) -> bool:
    """Wait for the change set; False when it changes nothing."""
    while (now := cloudformation.describe_change_set(ChangeSetName=change_set))["Status"] != "CREATE_COMPLETE":
        if now["Status"] == "FAILED":
            return _refused(str(now.get("StatusReason", "")))
        time.sleep(_pause(cloudformation))
    return True


def _refused(reason: str) -> bool:
    if any(words in reason.lower() for words in _NOTHING):
        return False
    raise Failed(f"CloudFormation refuses the template: {reason}")


def _changes(cloudformation: Any, change_set: str) -> Iterator[dict[str, Any]]:
    for page in cloudformation.get_paginator("describe_change_set").paginate(ChangeSetName=change_set):
        for change in page.get("Changes", []):
            yield change["ResourceChange"]


def _settled(cloudformation: Any, name: str) -> str | None:
    while (now := status(cloudformation, name)) and now.endswith("_IN_PROGRESS") and now != "REVIEW_IN_PROGRESS":
        time.sleep(_pause(cloudformation))
    return now


def _first_failure(cloudformation: Any, name: str) -> str:
    """Later ones only say that they were cancelled, or undone."""
    pages = cloudformation.get_paginator("describe_stack_events").paginate(StackName=name)
    failed = [event for page in pages for event in page["StackEvents"] if event["ResourceStatus"].endswith("_FAILED")]
    told = [event for event in failed if "cancelled" not in event.get("ResourceStatusReason", "")]
    if not told:
        return "CloudFormation gives no reason; look at the stack's events in the AWS console."
    first = told[-1]  # newest come first
    return f"{first['LogicalResourceId']} ({first['ResourceType']}): {first.get('ResourceStatusReason', 'no reason')}"


def _pause(cloudformation: Any) -> float:
    """Seconds between looks: AWS counts them, an emulator on this machine does not."""
    return 3.0 if "amazonaws" in cloudformation.meta.endpoint_url else 0.1
