"""A service on this machine that answers as it is told, and remembers what it was asked."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import NamedTuple

import pytest

from chalicelib import aws, clock
from chalicelib.wire import connections


class Asked(NamedTuple):
    path: str
    headers: dict[str, str]
    body: bytes
    connection: int


class Service:
    """`answers` are taken one after another, the last for ever: (status, headers, body), or `hang up`, or `cut`."""

    def __init__(self) -> None:
        self.answers: list = [(200, {}, b"{}")]
        self.asked: list[Asked] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}"

    def next_answer(self):
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def _handler(self):
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                service.asked.append(Asked(self.path, dict(self.headers), body, self.client_address[1]))
                answer = service.next_answer()
                if answer == "hang up":
                    self.close_connection = True
                    return
                status, headers, body = (200, {}, b'{"much": "more"}') if answer == "cut" else answer
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[:5] if answer == "cut" else body)
                self.close_connection = answer == "cut" or headers.get("Connection") == "close"

            def log_message(self, *_):
                pass

        return Handler


@pytest.fixture
def service(monkeypatch) -> Iterator[Service]:
    running = Service()
    monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
    for variable in ("DYNAMODB", "SQS", "SESV2"):
        monkeypatch.delenv(f"AWS_ENDPOINT_URL_{variable}", raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_SESSION_TOKEN", "a session")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setattr(clock, "sleep", lambda _: None)
    aws.forget()
    yield running
    running.server.shutdown()
    running.server.server_close()
    connections.forget()
    aws.forget()
