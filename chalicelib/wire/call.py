"""One call: sign it, send it, and try again where a second try is harmless and may help."""

from typing import Any
from urllib.parse import urlsplit

import msgspec
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from chalicelib import aws, clock
from chalicelib.wire import connections
from chalicelib.wire.apis import Api
from chalicelib.wire.sign import signed

# The service was asked too much for the moment, or asks itself for another try.
_PASSING = {
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "ThrottlingException",
    "TransactionConflictException",
    "TransactionInProgressException",
}
# Seconds before the second try, at most; they double with each.
_FIRST_PAUSE = 0.1

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def call(api: Api, operation: str, request: dict[str, Any], *, path: str = "/") -> Any:
    """What the service answers. `request` is in its wire format; bytes become base64.

    Raises botocore's ClientError when the service refuses, and its HTTPClientError or ConnectionError when no answer
    came, after as many tries as the service allows.
    """
    body = _encode(request)
    for tried in range(1, api.tries):
        try:
            return _once(api, operation, path, body)
        except BotoCoreError as error:
            if isinstance(error, NoCredentialsError):
                raise
        except ClientError as error:
            if not _passes(error):
                raise
        clock.sleep(clock.jitter(_FIRST_PAUSE * 2**tried))
    return _once(api, operation, path, body)


def _once(api: Api, operation: str, path: str, body: bytes) -> Any:
    endpoint = aws.endpoint(api.name, api.host)
    headers = signed(
        api.headers(operation) | {"Host": urlsplit(endpoint).netloc},
        path,
        body,
        credentials=aws.credentials(),
        region=aws.region(),
        service=api.signed_as,
        at=clock.now(),
    )
    answer = connections.post(endpoint, path, headers, body, patience=api.patience)
    if answer.status == 200:
        return _decode(answer.body or b"{}")
    raise _failure(operation, answer)


def _failure(operation: str, answer: connections.Answer) -> ClientError:
    """As botocore would put it: the code and message under `Error`, whatever else the service tells beside them."""
    try:
        told = _decode(answer.body)
    except msgspec.DecodeError:
        told = {}
    told = told if isinstance(told, dict) else {}
    named = answer.kind or str(told.get("__type") or told.get("code") or answer.status)
    error = {
        "Code": named.partition(":")[0].rpartition("#")[2],
        "Message": str(told.get("message") or told.get("Message") or ""),
    }
    response: Any = told | {"Error": error, "ResponseMetadata": {"HTTPStatusCode": answer.status}}
    return ClientError(response, operation)


def _passes(error: ClientError) -> bool:
    code = error.response["Error"]["Code"]
    return code in _PASSING or error.response["ResponseMetadata"]["HTTPStatusCode"] >= 500
