"""A small asyncio HTTP/1.1 server: keep-alive, whole bodies in, whole or chunked bodies out. Loopback only.

The SES double and the proxy both stand on it; `http.server` answers a tenth of the requests a second.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from typing import NamedTuple

HEAD_LIMIT = 64 * 1024
BODY_LIMIT = 10 * 1024 * 1024  # as API Gateway

GONE = (ConnectionError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, asyncio.CancelledError)

log = logging.getLogger(__name__)


class Request(NamedTuple):
    """`path` is raw (still percent-encoded), `headers` keep their order and repeats, names in lower case."""

    method: str
    path: str
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    client: str

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key == name), "")


class Response(NamedTuple):
    """`body` is bytes, or something that gives bytes bit by bit, sent in chunks as they come."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes | AsyncIterator[bytes] = b""


Handler = Callable[[Request], Awaitable[Response]]


class Malformed(Exception):
    """Not a request that can be answered with anything but `status`."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


async def serve(handler: Handler, port: int, ready: Callable[[], None] = lambda: None) -> None:
    """Answer on 127.0.0.1:port until cancelled."""

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(*GONE):
            await _converse(handler, reader, writer)
        writer.close()

    await asyncio.start_server(connected, "127.0.0.1", port, limit=HEAD_LIMIT, backlog=1024)
    ready()
    # Not serve_forever: from Python 3.12 on it waits for idle keep-alive connections before it ends.
    await asyncio.Event().wait()


def plain(status: int, text: str) -> Response:
    return Response(status, [("Content-Type", "text/plain; charset=utf-8")], (text + "\n").encode())


async def _converse(handler: Handler, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    client = writer.get_extra_info("peername")[0]
    while True:
        try:
            request = await _read_request(reader, writer, client)
        except Malformed as error:
            return await _write(writer, plain(error.status, HTTPStatus(error.status).phrase), keep=False)
        if request is None:
            return None
        keep = request.header("connection").lower() != "close"
        await _write(writer, await _answer(handler, request), keep, head=request.method == "HEAD")
        if not keep:
            return None


async def _answer(handler: Handler, request: Request) -> Response:
    try:
        return await handler(request)
    except Exception:
        log.exception("%s %s", request.method, request.path)
        return plain(500, "The local server failed on this request; its log says why.")


async def _read_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, client: str) -> Request | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError:
        return None
    except asyncio.LimitOverrunError as error:
        raise Malformed(431) from error
    first, *lines = head[:-4].decode("latin-1").split("\r\n")
    try:
        method, target, _ = first.split(" ")
    except ValueError as error:
        raise Malformed(400) from error
    headers = parse_headers(lines)
    path, _, query = target.partition("?")
    body = await _read_body(reader, writer, dict(headers))
    return Request(method, path, query, headers, body, client)


def parse_headers(lines: list[str]) -> list[tuple[str, str]]:
    split = (line.partition(":") for line in lines)
    return [(name.lower(), value.strip()) for name, _, value in split]


async def _read_body(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, headers: dict[str, str]) -> bytes:
    length = headers.get("content-length", "0")
    if not length.isdigit():
        raise Malformed(400)
    if int(length) > BODY_LIMIT:
        raise Malformed(413)
    if headers.get("expect", "").lower() == "100-continue":
        writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
    if "chunked" in headers.get("transfer-encoding", "").lower():
        return await read_chunks(reader)
    return await reader.readexactly(int(length)) if length != "0" else b""


async def read_chunks(reader: asyncio.StreamReader) -> bytes:
    """A chunked body put together."""
    body = bytearray()
    async for chunk in each_chunk(reader):
        body += chunk
        if len(body) > BODY_LIMIT:
            raise Malformed(413)
    return bytes(body)


async def each_chunk(reader: asyncio.StreamReader) -> AsyncIterator[bytes]:
    """A chunked body piece by piece; trailers are dropped."""
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        yield (await reader.readexactly(size + 2))[:-2]
    while await reader.readuntil(b"\r\n") != b"\r\n":
        pass


async def _write(writer: asyncio.StreamWriter, response: Response, keep: bool, head: bool = False) -> None:
    lines = [f"HTTP/1.1 {response.status} {_phrase(response.status)}"]
    lines += [f"{name}: {value}" for name, value in response.headers]
    lines += [] if keep else ["Connection: close"]
    lines += _length_line(response)
    writer.write("\r\n".join(lines).encode("latin-1") + b"\r\n\r\n")
    if head:
        pass
    elif isinstance(response.body, bytes):
        writer.write(response.body)
    else:
        await _write_chunks(writer, response.body)
    await writer.drain()


def _length_line(response: Response) -> list[str]:
    if not isinstance(response.body, bytes):
        return ["Transfer-Encoding: chunked"]
    if any(name.lower() == "content-length" for name, _ in response.headers) or response.status in (204, 304):
        return []
    return [f"Content-Length: {len(response.body)}"]


async def _write_chunks(writer: asyncio.StreamWriter, chunks: AsyncIterator[bytes]) -> None:
    async for chunk in chunks:
        writer.write(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
        await writer.drain()
    writer.write(b"0\r\n\r\n")


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
