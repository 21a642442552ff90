"""The services that speak JSON on the wire, and how each wants to be addressed."""

from typing import NamedTuple


class Api(NamedTuple):
    """`name` is botocore's for the service, `host` how its address begins.

    `target` names operations in a header (then `path` is `/`); without one the path says what is wanted. `tries` counts
    the first; `patience` is how many seconds an answer may take.
    """

    name: str
    host: str
    signed_as: str
    target: str = ""
    version: str = "1.1"
    tries: int = 6
    patience: float = 20

    def headers(self, operation: str) -> dict[str, str]:
        if not self.target:
            return {"Content-Type": "application/json"}
        kind = f"application/x-amz-json-{self.version}"
        return {"Content-Type": kind, "X-Amz-Target": f"{self.target}.{operation}"}


DYNAMODB = Api("dynamodb", "dynamodb", "dynamodb", "DynamoDB_20120810", "1.0")
SQS = Api("sqs", "sqs", "sqs", "AmazonSQS", "1.0")
SSM = Api("ssm", "ssm", "ssm", "AmazonSSM")

# SES has no idempotency token: a repeated call is a repeated email. So one try; its events then settle what happened.
SES = Api("sesv2", "email", "ses", tries=1, patience=60)
