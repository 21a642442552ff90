"""What a simulated service answers: a reply, or one of its own errors as it looks on the wire."""

import json
from typing import Any, NamedTuple

from botocore.awsrequest import AWSResponse


class Reply(NamedTuple):
    status: int
    body: bytes = b"{}"
    headers: dict[str, str] = {}


class Failure(Exception):
    """An error of the service itself: it answered, and did nothing."""

    def __init__(self, status: int, code: str, message: str = "", more: dict[str, Any] | None = None) -> None:
        super().__init__(code, message)
        self.status, self.code, self.message, self.more = status, code, message, more or {}

    def reply(self, service: str) -> Reply:
        if service == "s3":
            body = f"<Error><Code>{self.code}</Code><Message>{self.message}</Message></Error>"
            return Reply(self.status, body.encode(), {"content-type": "application/xml"})
        body = json.dumps({"__type": self.code, "message": self.message} | self.more)
        return Reply(self.status, body.encode(), {"x-amzn-errortype": self.code})


def response(url: str, reply: Reply) -> AWSResponse:
    return AWSResponse(url, reply.status, _Headers(reply.headers), _Body(reply.body))


class _Headers(dict[str, str]):
    """Header names in any case, as botocore expects."""

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


class _Body:
    """Bytes that are read once, as from a socket."""

    def __init__(self, content: bytes) -> None:
        self._content, self._at = content, 0

    def read(self, amount: int | None = None) -> bytes:
        end = len(self._content) if amount is None else self._at + amount
        part, self._at = self._content[self._at : end], min(end, len(self._content))
        return part

    def stream(self, amount: int = 1024, decode_content: bool | None = None) -> Any:
        yield self.read()
