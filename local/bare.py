"""The template without its Lambdas: tables, queues, buckets and topic, for product code in our own process."""

import json
import zipfile
from pathlib import Path
from typing import Any

from infra import templates
from local import aws
from local.stack import Stack

_KINDS: tuple[str, ...] = (
    "AWS::DynamoDB::Table",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SNS::Topic",
    "AWS::S3::Bucket",
)
_KINDS += ("AWS::Scheduler::ScheduleGroup", "AWS::SSM::Parameter")
_QUEUES = ("submissions", "mail", "sends", "feedback")
_JOBS = (("plan", "plan-mailing"), ("sweep", "sweep-mailing"), ("import", "import-people"), ("tell", "tell-people"))
_ARN = f"{aws.REGION}:{aws.ACCOUNT}"


def write_package(folder: Path) -> Path:
    """A package that `Stack` can deploy."""
    (folder / "template.json").write_text(json.dumps(_template()))
    zipfile.ZipFile(folder / "deployment.zip", "w").close()
    return folder


def environment(stack: Stack) -> dict[str, str]:
    """What `infra/functions.yml` sets for a Lambda, and where AWS is."""
    sqs = stack.client("sqs")
    found = aws.environment(stack.endpoint, stack.ses_url, stack.stripe_url)
    for queue in _QUEUES:
        found[f"{queue.upper()}_QUEUE"] = sqs.get_queue_url(QueueName=f"muster-local-{queue}")["QueueUrl"]
    for job, name in _JOBS:
        found[f"{job.upper()}_FUNCTION"] = f"arn:aws:lambda:{_ARN}:function:muster-local-{name}"
    return found | {
        "STAGE": "local",
        "TABLE_PREFIX": "muster-local",
        "FILES_BUCKET": f"muster-local-files-{aws.ACCOUNT}",
        "MEDIA_BUCKET": f"muster-local-media-{aws.ACCOUNT}",
        "SCHEDULE_GROUP": "muster-local",
        "SCHEDULE_ROLE": f"arn:aws:iam::{aws.ACCOUNT}:role/schedules",
        "SENDS_TRIGGER": "sends-trigger",
        "CONFIGURATION_SET": "muster-local",
        "EVENTS_TOPIC": f"arn:aws:sns:{_ARN}:muster-local-ses-events",
        "PARAMETERS": "/muster/local",
        "MAIL_FROM": "muster@example.org",
    }


def _template() -> dict[str, Any]:
    whole = templates.joined()
    resources = {name: each for name, each in whole["Resources"].items() if each.get("Type") in _KINDS}
    resources["UrlParameter"]["Properties"]["Value"] = {"Ref": "PublicUrl"}
    # Whoever runs this hands events on when they want to.
    resources["FilesBucket"]["Properties"].pop("NotificationConfiguration")
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Parameters": whole["Parameters"],
        "Conditions": whole.get("Conditions", {}),
        "Resources": resources,
    }
