"""Signing: how long a POST of a form takes, quiet and during a send, through the deployed local stack."""

import http.client
import itertools
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

from benchmarks.rows import Row
from chalicelib.guard import form_token
from local.folder import BUILD
from local.stack import Stack

POSTS = 300
# What API Gateway says when no Lambda has answered in time: the visitor is told to try again.
_TOO_LATE = 504


class _Answers(NamedTuple):
    """Milliseconds of each request that was answered; how many were told to try again."""

    took: list[float]
    too_late: int


def rows(loads: Sequence[int] = (10,)) -> list[Row]:
    """`loads`: how many clients at once."""
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder, Stack(state=Path(folder), ses_rate=5000, seed=True) as stack:
        _post_all(stack, 50, loads[0])  # warm
        return [row for clients in loads for row in _rows(stack, clients)]


def _rows(stack: Stack, clients: int) -> list[Row]:
    quiet, hello = _post_all(stack, POSTS, clients), _get_all(stack, POSTS, clients)
    with _MailingUnderWay(stack):
        busy = _post_all(stack, POSTS, clients)
    return [
        Row(
            f"form POST at {clients} clients, p50 / p95 / p99",
            _in_words(quiet),
            f"a page that only says hello, same path: {_in_words(hello)}",
            "p99 ≤ 50 ms",
        ),
        Row("the same during a send", _in_words(busy), "", "the same"),
    ]


class _MailingUnderWay:
    """Five thousand people are being written to, by the deployed Lambdas, while the block runs."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def __enter__(self) -> None:
        self.stack.run("benchmarks.start_mailing", "5000")

    def __exit__(self, *_: object) -> None:
        pass


def _post_all(stack: Stack, count: int, clients: int) -> _Answers:
    path, headers = "/demo/save-the-library", {"Content-Type": "application/x-www-form-urlencoded"}
    token = _token(stack, path)

    def body(number: int) -> bytes:
        return urllib.parse.urlencode(
            {
                "email": f"b{time.time_ns()}x{number}@example.org",
                "name": "Ada Lovelace",
                "zip_code": "02139",
                "form_token": token,
            }
        ).encode()

    return _all(stack, count, clients, lambda line, number: line.request("POST", path, body(number), headers))


def _token(stack: Stack, path: str) -> str:
    """What a browser would send along; without it, so many from one network are asked for a proof of work."""
    line = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    line.request("GET", path)
    found = re.search(r'name="form_token" value="([^"]+)"', line.getresponse().read().decode())
    assert found
    time.sleep(form_token.LEAST_SECONDS)
    return found[1]


def _get_all(stack: Stack, count: int, clients: int) -> _Answers:
    return _all(stack, count, clients, lambda line, number: line.request("GET", "/robots.txt"))


def _all(stack: Stack, count: int, clients: int, ask: Callable[[http.client.HTTPConnection, int], None]) -> _Answers:
    """So many clients at once, each on its own connection."""
    local, numbers = threading.local(), itertools.count(1)

    def one(number: int) -> float | None:
        line = getattr(local, "line", None) or _line(stack, next(numbers))
        local.line = line
        start = time.perf_counter()
        ask(line, number)
        reply = line.getresponse()
        reply.read()
        assert reply.status in (200, 303, _TOO_LATE), reply.status
        return None if reply.status == _TOO_LATE else (time.perf_counter() - start) * 1000

    with ThreadPoolExecutor(clients) as pool:
        took = [each for each in pool.map(one, range(count)) if each is not None]
    return _Answers(took, count - len(took))


def _line(stack: Stack, client: int) -> http.client.HTTPConnection:
    """Each client comes from a network of its own."""
    source = (f"127.1.{client}.1", 0)
    return http.client.HTTPConnection("127.0.0.1", stack.port, timeout=60, source_address=source)


def _in_words(answers: _Answers) -> str:
    told = " / ".join(f"{_percentile(answers.took, percent):,.0f}" for percent in (50, 95, 99)) + " ms"
    late = (
        f"; {answers.too_late} of {answers.too_late + len(answers.took)} told to try again" if answers.too_late else ""
    )
    return told + late


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]
