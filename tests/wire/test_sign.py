"""Our signature is botocore's, and AWS's own published example."""

from datetime import UTC, datetime

import botocore.auth
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials as Botocores
from hypothesis import given
from hypothesis import strategies as some

from chalicelib.aws import Credentials
from chalicelib.wire.sign import signed

PLAIN = some.text("abcXYZ019-_.#; ", min_size=1, max_size=20).map(str.strip).filter(bool)


def test_the_example_that_aws_publishes():
    """aws-sig-v4-test-suite, post-vanilla."""
    headers = signed(
        {"Host": "example.amazonaws.com"},
        "/",
        b"",
        credentials=Credentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", ""),
        region="us-east-1",
        service="service",
        at=datetime(2015, 8, 30, 12, 36, tzinfo=UTC).timestamp(),
    )
    assert headers["Authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, "
        "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


@given(
    body=some.binary(max_size=200),
    target=PLAIN,
    token=some.just("") | PLAIN,
    secret=PLAIN,
    path=some.sampled_from(["/", "/v2/email/outbound-bulk-emails"]),
    at=some.datetimes(datetime(2020, 1, 1), datetime(2050, 1, 1), timezones=some.just(UTC)),  # noqa: DTZ001
)
def test_it_is_botocores(body, target, token, secret, path, at):
    at = at.replace(microsecond=0)
    headers = {"Host": "dynamodb.eu-west-1.amazonaws.com", "X-Amz-Target": target, "Content-Type": "application/json"}
    request = AWSRequest("POST", f"https://{headers['Host']}{path}", headers=headers, data=body)
    known, botocore.auth.get_current_datetime = botocore.auth.get_current_datetime, lambda: at
    try:
        SigV4Auth(Botocores("AKID", secret, token or None), "dynamodb", "eu-west-1").add_auth(request)
    finally:
        botocore.auth.get_current_datetime = known
    ours = signed(
        headers,
        path,
        body,
        credentials=Credentials("AKID", secret, token),
        region="eu-west-1",
        service="dynamodb",
        at=at.timestamp(),
    )
    assert ours == dict(request.headers.items())
