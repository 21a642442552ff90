"""A small asyncio HTTP/1.1 client that keeps connections to one server on loopback open."""

import asyncio
import time
from collections.abc import AsyncIterator

from local.http11 import Response, each_chunk, parse_headers, read_chunks

IDLE_SECONDS = 30  # shorter than the servers behind keep theirs
CONNECTION_OWN = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "proxy-connection"}

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Upstream:
    def __init__(self, port: int) -> None:
        self.port = port
        self._idle: list[tuple[float, Connection]] = []

    async def ask(
        self, method: str, target: str, headers: list[tuple[str, str]] | None = None, body: bytes = b""
    ) -> Response:
        """The answer, headers in the order they came. OSError when there is no server or no whole answer."""
        connection = await self._connection()
        try:
            head = await _exchange(connection, _written(self.port, method, target, headers or [], body))
            answer = _trimmed(head, await _read_body(connection[0], head, method))
        except BaseException as error:
            connection[1].close()
            if isinstance(error, (asyncio.IncompleteReadError, asyncio.LimitOverrunError, ValueError)):
                raise ConnectionError(f"no whole answer from port {self.port}") from error
            raise
        self._idle.append((time.monotonic(), connection))
        return answer

    async def stream(self, target: str) -> Response:
        """GET, handing a chunked body on as it comes."""
        connection = await self._connection()
        head = await _exchange(connection, _written(self.port, "GET", target, [], b""))
        if "chunked" not in dict(head.headers).get("transfer-encoding", ""):
            body = await _read_body(connection[0], head, "GET")
            self._idle.append((time.monotonic(), connection))
            return _trimmed(head, body)
        return _trimmed(head, self._chunks(connection))

    async def _chunks(self, connection: Connection) -> AsyncIterator[bytes]:
        try:
            async for chunk in each_chunk(connection[0]):
                yield chunk
        finally:
            connection[1].close()

    async def _connection(self) -> Connection:
        while self._idle:
            since, (reader, writer) = self._idle.pop()
            if time.monotonic() - since < IDLE_SECONDS and not reader.at_eof() and not writer.is_closing():
                return reader, writer
            writer.close()
        return await asyncio.open_connection("127.0.0.1", self.port, limit=256 * 1024)


def _written(port: int, method: str, target: str, headers: list[tuple[str, str]], body: bytes) -> bytes:
    lines = [f"{method} {target} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    lines += [f"{name}: {value}" for name, value in headers]
    if body or method in ("POST", "PUT", "PATCH"):
        lines.append(f"Content-Length: {len(body)}")
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


async def _exchange(connection: Connection, request: bytes) -> Response:
    """Status and headers; the body is still to be read."""
    reader, writer = connection
    writer.write(request)
    await writer.drain()
    first, *lines = (await reader.readuntil(b"\r\n\r\n"))[:-4].decode("latin-1").split("\r\n")
    return Response(int(first.split(" ", 2)[1]), parse_headers(lines))


async def _read_body(reader: asyncio.StreamReader, head: Response, method: str) -> bytes:
    headers = dict(head.headers)
    if method == "HEAD" or head.status in (204, 304):
        return b""
    if "chunked" in headers.get("transfer-encoding", ""):
        return await read_chunks(reader)
    return await reader.readexactly(int(headers.get("content-length", "0")))


def _trimmed(head: Response, body: bytes | AsyncIterator[bytes]) -> Response:
    return Response(head.status, [each for each in head.headers if each[0] not in CONNECTION_OWN], body)
