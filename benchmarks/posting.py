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
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from benchmarks.rows import Row
from chalicelib.guard import form_token
from local.folder import BUILD
from local.stack import Stack

# So many posts of so many clients at once.
LOADS = {10: 300, 100: 1000}


def rows() -> list[Row]:
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder, Stack(state=Path(folder), ses_rate=5000, seed=True) as stack:
        _post_all(stack, 50, 10)  # warm
        quiet = {clients: _post_all(stack, posts, clients) for clients, posts in LOADS.items()}
        hello = {clients: _get_all(stack, posts, clients) for clients, posts in LOADS.items()}
        with _MailingUnderWay(stack):
            busy = {clients: _post_all(stack, posts, clients) for clients, posts in LOADS.items()}
    return [row for clients in LOADS for row in _rows(clients, quiet[clients], busy[clients], hello[clients])]


def _rows(clients: int, quiet: list[float], busy: list[float], hello: list[float]) -> list[Row]:
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


def _post_all(stack: Stack, count: int, clients: int) -> list[float]:
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


def _get_all(stack: Stack, count: int, clients: int) -> list[float]:
    return _all(stack, count, clients, lambda line, number: line.request("GET", "/robots.txt"))


def _all(stack: Stack, count: int, clients: int, ask: Callable[[http.client.HTTPConnection, int], None]) -> list[float]:
    """Milliseconds of each request, so many clients at once, each on its own connection."""
    local, numbers = threading.local(), itertools.count(1)

    def one(number: int) -> float:
        line = getattr(local, "line", None) or _line(stack, next(numbers))
        local.line = line
        start = time.perf_counter()
        ask(line, number)
        reply = line.getresponse()
        reply.read()
        assert reply.status in (200, 303), reply.status
        return (time.perf_counter() - start) * 1000

    with ThreadPoolExecutor(clients) as pool:
        return list(pool.map(one, range(count)))


def _line(stack: Stack, client: int) -> http.client.HTTPConnection:
    """Each client comes from a network of its own."""
    source = (f"127.1.{client}.1", 0)
    return http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30, source_address=source)


def _in_words(took: list[float]) -> str:
    return " / ".join(f"{_percentile(took, percent):.0f}" for percent in (50, 95, 99)) + " ms"


def _percentile(values: list[float], percent: int) -> float:
    return statistics.quantiles(values, n=100)[percent - 1]
