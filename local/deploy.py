"""The packaged template, deployed to the emulator by CloudFormation, as `aws cloudformation package` + `deploy` do."""

import hashlib
import json
import time
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from botocore.exceptions import ClientError

from local import aws

JsonObject = dict[str, Any]

STACK = "muster-local"
UPLOADS = "muster-local-deployments"
DONE = ("CREATE_COMPLETE", "UPDATE_COMPLETE")


class Failed(Exception):
    """CloudFormation refused the template; the text lists its reasons."""


class Package(NamedTuple):
    """`digest` changes when the template or anything in the zip does, whatever the zip's time stamps."""

    template: JsonObject
    code: Path
    digest: str


class Deployed(NamedTuple):
    """`resources` are physical ids by logical id."""

    template: JsonObject
    resources: dict[str, str]


def read_package(folder: Path) -> Package:
    """`folder` holds template.json and deployment.zip, as `infra.build` leaves them."""
    text, code = (folder / "template.json").read_bytes(), folder / "deployment.zip"
    with zipfile.ZipFile(code) as archive:
        entries = sorted(f"{entry.filename} {entry.CRC:08x}" for entry in archive.infolist())
    digest = hashlib.sha256(text + "\n".join(entries).encode()).hexdigest()
    return Package(json.loads(text), code, digest)


def deploy(endpoint: str, package: Package, parameters: dict[str, str]) -> Deployed:
    """Create or update the stack, and wait. Parameters the template does not know are left out."""
    body = _upload(endpoint, package)
    known = {name: value for name, value in parameters.items() if name in package.template.get("Parameters", {})}
    cloudformation = aws.client("cloudformation", endpoint)
    _remove_failed(cloudformation)
    request = {
        "StackName": STACK,
        "TemplateURL": body,
        "Parameters": [{"ParameterKey": name, "ParameterValue": value} for name, value in known.items()],
        "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"],
    }
    _create_or_update(cloudformation, request)
    _wait(cloudformation)
    return find(endpoint, package)


def find(endpoint: str, package: Package) -> Deployed:
    """What is deployed already."""
    cloudformation = aws.client("cloudformation", endpoint)
    pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=STACK)
    summaries = [summary for page in pages for summary in page["StackResourceSummaries"]]
    return Deployed(package.template, {each["LogicalResourceId"]: each["PhysicalResourceId"] for each in summaries})


def status(endpoint: str) -> str | None:
    return _status(aws.client("cloudformation", endpoint))


def _upload(endpoint: str, package: Package) -> str:
    """Put code and template into a bucket; the template's URL. CodeUri is fixed to where the code now is."""
    s3 = aws.client("s3", endpoint)
    s3.create_bucket(Bucket=UPLOADS)
    key = f"{package.digest}.zip"
    s3.put_object(Bucket=UPLOADS, Key=key, Body=package.code.read_bytes())
    template = json.loads(json.dumps(package.template))
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = {"Bucket": UPLOADS, "Key": key}
    name = f"{package.digest}.json"
    s3.put_object(Bucket=UPLOADS, Key=name, Body=json.dumps(template).encode())
    return f"{endpoint}/{UPLOADS}/{name}"


def _create_or_update(cloudformation: Any, request: JsonObject) -> None:
    try:
        if _status(cloudformation) is None:
            cloudformation.create_stack(**request)
        else:
            cloudformation.update_stack(**request)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise Failed(str(error)) from error


def _remove_failed(cloudformation: Any) -> None:
    """A stack whose creation failed can only be deleted."""
    if _status(cloudformation) in ("ROLLBACK_COMPLETE", "CREATE_FAILED", "ROLLBACK_FAILED"):
        cloudformation.delete_stack(StackName=STACK)
        while _status(cloudformation) not in (None, "DELETE_COMPLETE"):
            time.sleep(0.1)


def _wait(cloudformation: Any) -> None:
    while (now := _status(cloudformation)) and now.endswith("_IN_PROGRESS"):
        time.sleep(0.1)
    if now not in DONE:
        raise Failed(f"The stack ended as {now}:\n{_reasons(cloudformation)}")


def _reasons(cloudformation: Any) -> str:
    events = cloudformation.describe_stack_events(StackName=STACK)["StackEvents"]
    failed = [event for event in events if "FAILED" in event["ResourceStatus"]]
    return "\n".join(f"  {each['LogicalResourceId']}: {each.get('ResourceStatusReason', '')}" for each in failed)


def _status(cloudformation: Any) -> str | None:
    try:
        return str(cloudformation.describe_stacks(StackName=STACK)["Stacks"][0]["StackStatus"])
    except ClientError as error:
        if "does not exist" in str(error):
            return None
        raise
