"""What goes over the wire is signed, and what comes back is told as botocore tells it."""

import json
import socket
import threading
from datetime import datetime
from unittest.mock import Mock

import pytest
from botocore.exceptions import (
    ClientError,
    ConnectionClosedError,
    EndpointConnectionError,
    HTTPClientError,
    NoCredentialsError,
    ReadTimeoutError,
)

from chalicelib import aws, wire
from chalicelib.wire import connections, sign

OK = (200, {}, b'{"Item": {"n": {"N": "1"}}}')
GET = {"TableName": "people", "Key": {"id": {"S": "ada"}}}
BULK = "/v2/email/outbound-bulk-emails"


def refusal(code, status=400, **more):
    return status, {}, json.dumps({"__type": f"com.amazonaws.dynamodb#{code}", "message": "No.", **more}).encode()


def test_an_operation_is_named_in_a_header_and_its_answer_read(service):
    service.answers = [OK]
    assert wire.call(wire.DYNAMODB, "GetItem", GET) == {"Item": {"n": {"N": "1"}}}
    (asked,) = service.asked
    assert asked.headers["X-Amz-Target"] == "DynamoDB_20120810.GetItem"
    assert asked.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert json.loads(asked.body) == GET


def test_what_arrives_is_what_was_signed(service):
    wire.call(wire.SES, "SendBulkEmail", {"FromEmailAddress": "é@example.org"}, path=BULK)
    (asked,) = service.asked
    signature = sign.signed(
        {name: asked.headers[name] for name in ("Content-Type", "Host")},
        asked.path,
        asked.body,
        credentials=aws.Credentials("AKIDEXAMPLE", "secret", "a session"),
        region="eu-west-1",
        service="ses",
        at=datetime.fromisoformat(asked.headers["X-Amz-Date"]).timestamp(),
    )
    assert asked.headers["Authorization"] == signature["Authorization"]
    assert asked.headers["X-Amz-Security-Token"] == "a session"
    assert asked.headers["Host"] in service.url


def test_connections_are_used_again(service):
    for _ in range(3):
        wire.call(wire.DYNAMODB, "GetItem", GET)
    assert len({asked.connection for asked in service.asked}) == 1


def test_a_connection_closed_while_we_slept_is_not_used_again(service):
    service.answers = [(200, {}, b"{}"), "hang up", (200, {}, b"{}")]
    wire.call(wire.SES, "SendEmail", {})
    with pytest.raises(ConnectionClosedError):
        wire.call(wire.SES, "SendEmail", {})
    wire.call(wire.SES, "SendEmail", {})
    service.server.shutdown()
    (idle,) = connections._idle[service.url]
    idle.sock.shutdown(socket.SHUT_RDWR)  # as when the other side closed it
    service.server.server_close()
    with pytest.raises(EndpointConnectionError):
        wire.call(wire.SES, "SendEmail", {})


def test_a_connection_that_the_service_gives_up_is_not_kept(service):
    service.answers = [(200, {"Connection": "close"}, b"{}"), OK]
    wire.call(wire.SES, "SendEmail", {})
    wire.call(wire.SES, "SendEmail", {})
    assert len({asked.connection for asked in service.asked}) == 2


@pytest.mark.parametrize(
    "passing",
    [
        refusal("ProvisionedThroughputExceededException"),
        refusal("ThrottlingException"),
        refusal("InternalServerError", status=500),
        (503, {}, b"<html>not even JSON</html>"),
        "hang up",
        "cut",
    ],
)
def test_what_passes_is_tried_again(service, passing):
    service.answers = [passing, passing, OK]
    assert wire.call(wire.DYNAMODB, "GetItem", GET)["Item"]
    assert len(service.asked) == 3


def test_after_enough_tries_it_is_said(service):
    service.answers = [refusal("ThrottlingException")]
    with pytest.raises(ClientError, match="ThrottlingException"):
        wire.call(wire.DYNAMODB, "GetItem", GET)
    assert len(service.asked) == wire.DYNAMODB.tries


def test_a_refusal_is_not_tried_again_and_keeps_what_the_service_told(service):
    held = {"Item": {"tok": {"S": "a rival"}}}
    service.answers = [refusal("ConditionalCheckFailedException", **held)]
    with pytest.raises(ClientError) as refused:
        wire.call(wire.DYNAMODB, "UpdateItem", {})
    assert len(service.asked) == 1
    assert refused.value.response["Error"] == {"Code": "ConditionalCheckFailedException", "Message": "No."}
    assert refused.value.response["Item"] == held["Item"]
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("failure", [(500, {}, b"{}"), (429, {}, b"{}"), "hang up", "cut"])
def test_a_call_to_ses_is_made_once_whatever_happens(service, failure):
    service.answers = [failure]
    with pytest.raises((ClientError, HTTPClientError)):
        wire.call(wire.SES, "SendBulkEmail", {}, path=BULK)
    assert len(service.asked) == 1


def test_the_name_of_a_refusal_may_come_in_a_header(service):
    service.answers = [
        (429, {"x-amzn-ErrorType": "TooManyRequestsException:http://internal/"}, b'{"message": "Slow."}')
    ]
    with pytest.raises(ClientError) as refused:
        wire.call(wire.SES, "SendBulkEmail", {}, path=BULK)
    assert refused.value.response["Error"] == {"Code": "TooManyRequestsException", "Message": "Slow."}


def test_nobody_listening_means_that_nothing_left(service, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{nobody}")
    aws.forget()
    with pytest.raises(EndpointConnectionError):
        wire.call(wire.SES, "SendEmail", {})


def test_an_answer_that_never_comes_is_not_waited_for_for_ever(service, monkeypatch):
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{deaf.getsockname()[1]}")
        aws.forget()
        with pytest.raises(ReadTimeoutError):
            wire.call(wire.SES._replace(patience=0.05), "SendEmail", {})


def test_without_credentials_nothing_is_asked(service, monkeypatch):
    monkeypatch.setattr(aws, "credentials", Mock(side_effect=NoCredentialsError))
    with pytest.raises(NoCredentialsError):
        wire.call(wire.DYNAMODB, "GetItem", GET)
    assert service.asked == []


def test_threads_share_connections_and_never_an_answer(service):
    service.answers = [OK]
    seen = []
    threads = [
        threading.Thread(target=lambda: [seen.append(wire.call(wire.DYNAMODB, "GetItem", GET)) for _ in range(20)])
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert seen == [{"Item": {"n": {"N": "1"}}}] * 160
    assert len({asked.connection for asked in service.asked}) <= 8


@pytest.mark.parametrize(
    ("region", "told", "expected"),
    [
        ("eu-west-1", {}, "https://email.eu-west-1.amazonaws.com"),
        ("cn-north-1", {}, "https://email.cn-north-1.amazonaws.com.cn"),
        ("eu-west-1", {"AWS_ENDPOINT_URL": "http://all:1/"}, "http://all:1"),
        (
            "eu-west-1",
            {"AWS_ENDPOINT_URL": "http://all:1", "AWS_ENDPOINT_URL_SESV2": "http://ses:2"},
            "http://ses:2",
        ),
    ],
)
def test_where_a_service_answers(service, monkeypatch, region, told, expected):
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_REGION", region)
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    aws.forget()
    assert aws.endpoint("sesv2", "email") == expected
