"""What the emulator leaves undone of the template, done from outside after each deployment. Bridges can be repeated.

On AWS none of this is needed: CloudFormation does it, or (the secret) `infra.deploy`.
"""

import json
import secrets
from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from local import aws
from local.deploy import Deployed

JsonObject = dict[str, Any]


def bridge(endpoint: str, deployed: Deployed, *, created: bool) -> None:
    """After a deployment; `created` when it was the stack's first."""
    turn_on_expiry(aws.client("dynamodb", endpoint), deployed)
    allow_binary_bodies(endpoint, deployed)
    allow_plain_http(aws.client("s3", endpoint), deployed)
    if created:
        switch_off_triggers(aws.client("lambda", endpoint), deployed)
    make_secret(aws.client("ssm", endpoint))
    set_stripe_up(aws.client("ssm", endpoint))
    widen_policies(aws.client("iam", endpoint), deployed)


def turn_on_expiry(dynamodb: Any, deployed: Deployed) -> None:
    """ministack's CloudFormation ignores TimeToLiveSpecification."""
    for logical_id, properties in _of_type(deployed, "AWS::DynamoDB::Table"):
        if specification := properties.get("TimeToLiveSpecification"):
            table = deployed.resources[logical_id]
            dynamodb.update_time_to_live(TableName=table, TimeToLiveSpecification=specification)


def allow_binary_bodies(endpoint: str, deployed: Deployed) -> None:
    """ministack's CloudFormation does not read x-amazon-apigateway-binary-media-types out of the OpenAPI body.

    Its own patch takes the whole list at once, which is no valid AWS request: hence no validation.
    """
    apigateway = aws.client("apigateway", endpoint, parameter_validation=False)
    for logical_id, properties in _of_type(deployed, "AWS::Serverless::Api"):
        kinds = properties.get("DefinitionBody", {}).get("x-amazon-apigateway-binary-media-types", [])
        operation = {"op": "replace", "path": "/binaryMediaTypes", "value": kinds}
        apigateway.update_rest_api(restApiId=deployed.resources[logical_id], patchOperations=[operation])


def allow_plain_http(s3: Any, deployed: Deployed) -> None:
    """There is no TLS on loopback: what our bucket policies deny without it would be denied always."""
    for _, properties in _of_type(deployed, "AWS::S3::BucketPolicy"):
        bucket = deployed.resources[properties["Bucket"]["Ref"]]
        kept = [each for each in _statements(s3, bucket) if not _denies_plain_http(each)]
        if kept:
            s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps({"Version": "2012-10-17", "Statement": kept}))
        else:
            s3.delete_bucket_policy(Bucket=bucket)


def switch_off_triggers(lambdas: Any, deployed: Deployed) -> None:
    """A trigger created with `Enabled: false` does not poll, but says that it does until it is told again."""
    for logical_id, properties in _of_type(deployed, "AWS::Serverless::Function"):
        for name, event in properties.get("Events", {}).items():
            if event.get("Properties", {}).get("Enabled") is False:
                lambdas.update_event_source_mapping(UUID=deployed.resources[logical_id + name], Enabled=False)


def widen_policies(iam: Any, deployed: Deployed) -> None:
    """ministack asks for two things that IAM on AWS does not; each role gets them where it has the real ones."""
    for logical_id, properties in _of_type(deployed, "AWS::IAM::Role"):
        role = deployed.resources[logical_id]
        for name in (policy["PolicyName"] for policy in properties.get("Policies", [])):
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            before = json.dumps(document)
            for statement in document["Statement"]:
                _widen(statement)
            if json.dumps(document) != before:
                iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def _widen(statement: JsonObject) -> None:
    # On AWS, sqs:SendMessage also allows SendMessageBatch.
    if "sqs:SendMessage" in statement["Action"]:
        statement["Action"] = [*_listed(statement["Action"]), "sqs:SendMessageBatch"]
    # ministack judges every schedule as if it were in the group "default".
    if "scheduler:CreateSchedule" in statement["Action"]:
        resources = _listed(statement["Resource"])
        statement["Resource"] = [*resources, *(f"{one.split(':schedule/')[0]}:schedule/default/*" for one in resources)]


def _listed(value: Any) -> list[Any]:
    return [value] if isinstance(value, str) else list(value)


def make_secret(ssm: Any, name: str = "/muster/local/secret") -> None:
    """CloudFormation cannot make a SecureString; `infra.deploy` makes it on AWS, once."""
    try:
        ssm.put_parameter(Name=name, Value=secrets.token_hex(32), Type="SecureString")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterAlreadyExists":
            raise


def set_stripe_up(ssm: Any) -> None:
    """What an operator sets: the key that Stripe's double knows, and what it signs its events with."""
    for name, value in (("stripe-key", "sk_test_local"), ("stripe-hook-secret", "whsec_local")):
        ssm.put_parameter(Name=f"/muster/local/{name}", Value=value, Type="SecureString", Overwrite=True)


def _of_type(deployed: Deployed, kind: str) -> Iterator[tuple[str, JsonObject]]:
    for logical_id, resource in deployed.template["Resources"].items():
        if resource["Type"] == kind and logical_id in deployed.resources:
            yield logical_id, resource.get("Properties", {})


def _statements(s3: Any, bucket: str) -> list[JsonObject]:
    """The statements of a bucket's policy as deployed, [] when it has none."""
    try:
        return list(json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"])
    except ClientError as error:
        if error.response["Error"]["Code"] == "NoSuchBucketPolicy":
            return []
        raise


def _denies_plain_http(statement: JsonObject) -> bool:
    condition = statement.get("Condition", {}).get("Bool", {}).get("aws:SecureTransport")
    return statement["Effect"] == "Deny" and str(condition).lower() == "false"
