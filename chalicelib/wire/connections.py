"""Connections that stay open between calls. Plain `http.client`: it costs a third of what urllib3 does."""

import http.client
import select
import socket
import ssl
from functools import cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import botocore
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

_CONNECT_SECONDS = 3.0

# Per endpoint, those that nobody uses just now. Lists give and take in one step, so threads need no lock.
_idle: dict[str, list[http.client.HTTPConnection]] = {}


class Answer(NamedTuple):
    """`kind` is the error's name where the service puts it into a header."""

    status: int
    kind: str
    body: bytes


def post(endpoint: str, path: str, headers: dict[str, str], body: bytes, *, patience: float) -> Answer:
    """Send a request once and wait `patience` seconds for each part of the answer.

    Raises EndpointConnectionError when it surely never left; ReadTimeoutError or ConnectionClosedError if it may have.
    """
    connection = _idle_one(endpoint) or _open(endpoint)
    try:
        answer = _exchange(connection, path, headers, body, patience)
    except TimeoutError as error:
        connection.close()
        raise ReadTimeoutError(endpoint_url=endpoint) from error
    except (OSError, http.client.HTTPException) as error:
        connection.close()
        raise ConnectionClosedError(endpoint_url=endpoint) from error
    except BaseException:
        connection.close()  # an answer half read must not be the next caller's
        raise
    if connection.sock is not None:
        _idle.setdefault(endpoint, []).append(connection)
    return answer


def forget() -> None:
    """Close what is open and idle."""
    for connections in _idle.values():
        while connections:
            connections.pop().close()


def _exchange(
    connection: http.client.HTTPConnection, path: str, headers: dict[str, str], body: bytes, patience: float
) -> Answer:
    connection.sock.settimeout(patience)
    connection.request("POST", path, body, headers)
    reply = connection.getresponse()
    return Answer(reply.status, reply.getheader("x-amzn-ErrorType") or "", reply.read())


def _idle_one(endpoint: str) -> http.client.HTTPConnection | None:
    """A connection that the other side has not closed meanwhile, as happens while a Lambda is frozen."""
    idle = _idle.get(endpoint, [])
    while idle:
        try:
            connection = idle.pop()
        except IndexError:
            break  # another thread took the last
        if not _readable(connection.sock):
            return connection
        connection.close()
    return None


def _readable(sock: socket.socket) -> bool:
    """Nothing is due on an idle connection: what can be read is its end."""
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(0))


def _open(endpoint: str) -> http.client.HTTPConnection:
    url = urlsplit(endpoint)
    if url.scheme == "https":
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            url.hostname or "", url.port, timeout=_CONNECT_SECONDS, context=_trust()
        )
    else:
        connection = http.client.HTTPConnection(url.hostname or "", url.port, timeout=_CONNECT_SECONDS)
    try:
        connection.connect()
    except OSError as error:
        raise EndpointConnectionError(endpoint_url=endpoint, error=error) from error
    return connection


@cache
def _trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(Path(botocore.__file__).parent / "cacert.pem"))
