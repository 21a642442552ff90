"""Deploys a package to AWS: `python -m infra.deploy --stage prod`, with the caller's own credentials and region.

Template parameters come from the environment (DOMAIN_NAME for DomainName, and so on); one that is not given keeps the
value it has. SES_PLAN=keep leaves SES's price plan alone.
"""

import argparse
import contextlib
import json
import os
import re
import secrets
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import signing
from infra import sender, stack
from infra.package import ROOT, functions
from infra.templates import Template


def main() -> None:
    options = _read_options()
    try:
        deploy(options.stage, options.package or ROOT / "build" / options.stage, allow_loss=options.allow_loss)
    except stack.Failed as problem:
        sys.exit(str(problem))
    except (BotoCoreError, ClientError) as problem:
        sys.exit(f"AWS does not let us: {problem}")


def deploy(stage: str, package: Path, *, allow_loss: bool = False) -> None:
    """Bring a stage's stack to what the package says, then say what a human must still do."""
    if stage == "local" and "AWS_ENDPOINT_URL" not in os.environ:
        raise stack.Failed("The stage `local` is built for this machine, not for AWS. Name another: STAGE=prod.")
    name, session = f"muster-{stage}", boto3.Session()
    account = session.client("sts").get_caller_identity()["Account"]
    print(f"Deploying {name} to account {account}, region {session.region_name}.")
    template = json.loads((package / "template.json").read_text("utf-8"))
    url = _upload(session, account, package, template)
    make_secret(session.client("ssm"), stage)
    make_stripe_places(session.client("ssm"), stage)
    given = _given(stage, template) | _edge_key(session.client("ssm"), stage, template)
    values = stack.Values(given=given, known=list(template["Parameters"]))
    _change(session.client("cloudformation"), name, url, values, allow_loss=allow_loss)
    ses = session.client("sesv2")
    sending = ses.get_account()
    print(sender.settle_plan(ses, sending, os.environ.get("SES_PLAN", "")))
    _say_what_is_left(session, name, sending)


def make_stripe_places(ssm: Any, stage: str) -> None:
    """Where Stripe's key and the secret of its events go, once there are some: nothing that stands there is changed."""
    for name, about in (("stripe-key", "Stripe's secret key"), ("stripe-hook-secret", "Signs Stripe's events")):
        with contextlib.suppress(ssm.exceptions.ParameterAlreadyExists):
            ssm.put_parameter(
                Name=f"/muster/{stage}/{name}",
                Description=f"{about}; `none` until it is set.",
                Value="none",
                Type="SecureString",
                Overwrite=False,
            )


def make_secret(ssm: Any, stage: str) -> bool:
    """The key of all signed links: made once, never overwritten, or every link ever sent would be void."""
    try:
        ssm.put_parameter(
            Name=f"/muster/{stage}/secret",
            Description="Signs links in emails. Changing it voids them all.",
            Value=secrets.token_hex(32),
            Type="SecureString",
            Overwrite=False,
        )
    except ssm.exceptions.ParameterAlreadyExists:
        return False
    return True


def _edge_key(ssm: Any, stage: str, template: Template) -> dict[str, str]:
    """What CloudFront says with each request, so that the app believes whom it names as the visitor."""
    if "EdgeKey" not in template["Parameters"]:
        return {}
    secret = ssm.get_parameter(Name=f"/muster/{stage}/secret", WithDecryption=True)["Parameter"]["Value"]
    return {"EdgeKey": signing.signer(signing.EDGE, bytes.fromhex(secret))(b"")}


def _change(cloudformation: Any, name: str, url: str, values: stack.Values, *, allow_loss: bool) -> None:
    stack.clear_failed(cloudformation, name)
    proposal = stack.propose(cloudformation, name, url, values)
    if proposal is None:
        print("Nothing to change.")
        return
    print("\n".join(proposal.in_words()))
    if (lost := proposal.losses()) and not allow_loss:
        stack.discard(cloudformation, proposal)
        raise stack.Failed(f"This would lose what is in {', '.join(lost)}. If you mean it, add --allow-loss.")
    stack.accept(cloudformation, proposal)


def _given(stage: str, template: Template) -> dict[str, str]:
    """DomainName is read from DOMAIN_NAME; what is not set is not given."""
    variables = {name: re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).upper() for name in template["Parameters"]}
    read = {name: os.environ[variable] for name, variable in variables.items() if variable in os.environ}
    return read | {"Stage": stage}


def _upload(session: boto3.Session, account: str, package: Path, template: Template) -> str:
    """Put the code and the template that names it into the bucket for deployments; the template's URL."""
    s3, bucket = session.client("s3"), f"muster-deployments-{account}-{session.region_name}"
    _make_bucket(s3, bucket, str(session.region_name))
    code = (package / "deployment.zip").read_bytes()
    code_key = f"{sha256(code).hexdigest()}.zip"
    s3.put_object(Bucket=bucket, Key=code_key, Body=code)
    for properties in functions(template).values():
        properties["CodeUri"] = {"Bucket": bucket, "Key": code_key}
    text = json.dumps(template, separators=(",", ":")).encode()
    key = f"{sha256(text).hexdigest()}.json"
    s3.put_object(Bucket=bucket, Key=key, Body=text)
    return str(s3.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}).split("?")[0])


def _make_bucket(s3: Any, bucket: str, region: str) -> None:
    """Private; what was deployed a year ago is no longer needed to go back to."""
    where = {} if region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": region}}
    try:
        s3.create_bucket(Bucket=bucket, **where)
    except s3.exceptions.BucketAlreadyOwnedByYou:
        return
    closed = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": True,
        "RestrictPublicBuckets": True,
    }
    s3.put_public_access_block(Bucket=bucket, PublicAccessBlockConfiguration=closed)
    old = {"ID": "old", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 365}}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [old]})


def _say_what_is_left(session: boto3.Session, name: str, account: dict[str, Any]) -> None:
    cloudformation = session.client("cloudformation")
    values, told = stack.parameters(cloudformation, name), stack.outputs(cloudformation, name)
    left = [*_about_mail(session, values, account), *_about_names(values, told), *_about_alarms(session, values)]
    print(f"\nMuster is at {told['Url']}")
    if left:
        print("\nWhat only you can do:\n- " + "\n- ".join(left))
    print(f"\nThen check everything: make doctor STAGE={values['Stage']}")


def _about_mail(session: boto3.Session, values: dict[str, str], account: dict[str, Any]) -> list[str]:
    left = []
    domain = values.get("MailDomain") or values.get("MailFrom", "").rpartition("@")[2]
    known = sender.identity(session.client("sesv2"), domain)
    if known is None:
        left.append(f"SES does not know {domain}: deploy once with MAIL_DOMAIN and MAIL_FROM set to a domain of yours.")
    elif waiting := sender.unfinished(known):
        wanted = "\n    ".join(str(record) for record in sender.records(domain, known, str(session.region_name)))
        left.append(f"SES waits for {' and '.join(waiting)} of {domain}. Make these DNS records:\n    {wanted}")
    if not account.get("ProductionAccessEnabled"):
        left.append(
            "SES is in its sandbox: 200 emails a day, to proven addresses only. Ask for production access in the AWS "
            "console (SES, Account dashboard); tell them how people join and leave your list. It takes about a day."
        )
    return left


def _about_names(values: dict[str, str], told: dict[str, str]) -> list[str]:
    if not values.get("DomainName"):
        return []
    target = told.get("DistributionDomain", "the distribution")
    return [f"Point the domain at CloudFront, if it is not yet: {values['DomainName']}  CNAME  {target}"]


def _about_alarms(session: boto3.Session, values: dict[str, str]) -> list[str]:
    if not values.get("AlarmEmail"):
        return ["Nobody is told when something breaks: deploy once with ALARM_EMAIL=you@example.org."]
    sns = session.client("sns")
    topics = [topic["TopicArn"] for page in sns.get_paginator("list_topics").paginate() for topic in page["Topics"]]
    topic = next((arn for arn in topics if arn.endswith(f":muster-{values['Stage']}-alarms")), None)
    waiting = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"] if topic else []
    if all(each["SubscriptionArn"].startswith("arn:") for each in waiting):
        return []
    return [f"Confirm the alarms: {values['AlarmEmail']} has an email from AWS Notifications with a link."]


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.deploy", description="Deploy a built package to AWS.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--package", type=Path, help="the folder that infra.build made (build/<stage>)")
    parser.add_argument("--allow-loss", action="store_true", help="even if a table or bucket is removed or replaced")
    return parser.parse_args()


if __name__ == "__main__":
    main()
