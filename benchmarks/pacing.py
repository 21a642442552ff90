"""Pacing: how much of SES's rate is used, how many calls it refuses, who has to wait for whom. Deployed local stack."""

import http.client
import json
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from benchmarks.rows import Row
from chalicelib.mailings import pace
from local.folder import BUILD
from local.stack import Stack

# So many a second, and so many people: each mailing takes about a minute, the fastest twenty seconds.
RATES = {14: 900, 300: 15_000, 5_000: 100_000}
_SIGNATURES, _APART = 100, 0.3
_PATIENCE = 180


def rows() -> list[Row]:
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with _stack(300, seed=True) as stack:
        waits = _waits_of_single_emails(stack)
    with _stack(300, counting=True) as stack:
        part = _part_of_the_later(stack)
    return [
        *(_row_of_share(rate, people) for rate, people in RATES.items()),
        Row(
            "thank-you after signing during a mailing at 300 a second, p50 / p95",
            f"{statistics.median(waits):.1f} / {statistics.quantiles(waits, n=20)[-1]:.1f} s",
            "",
            "p95 < 10 s",
        ),
        Row(
            "of the rate, for a mailing that begins while a larger one is sent",
            f"{part:.0%}",
            "half is fair",
        ),
    ]


@contextmanager
def _stack(rate: float, *, counting: bool = False, seed: bool = False) -> Iterator[Stack]:
    with (
        tempfile.TemporaryDirectory() as folder,
        Stack(state=Path(folder), ses_rate=rate, ses_daily_quota=1e9, ses_counting=counting, seed=seed) as stack,
    ):
        yield stack


class _Share(NamedTuple):
    """Of SES's rate that was used, of the calls that SES refused."""

    used: float
    refused: float


def _row_of_share(rate: float, people: int) -> Row:
    with _stack(rate, counting=True) as stack:
        share = _share(stack, rate, people)
    return Row(
        f"of {rate:,} emails a second that SES takes, used; of the calls, refused",
        f"{share.used:.1%}; {share.refused:.1%}",
        f"leased at most {pace.SHARE:.0%}; listmonk 47 to 104 % of its setting",
        "≥ 95 %; ≤ 1 %",
    )


def _share(stack: Stack, rate: float, people: int) -> _Share:
    stack.run("benchmarks.start_mailing", str(people))
    seen = _steps(stack, people)
    # A bucket of one second is full at the beginning: what it lets through then is no rate.
    (begun, before), (over, after) = next(step for step in seen if step[1] >= rate), seen[-1]
    told = _ask(stack, "/_local/ses")
    return _Share((after - before) / (over - begun) / rate, told["throttled"] / told["sends"])


def _steps(stack: Stack, people: int) -> list[tuple[float, int]]:
    """When there were how many emails, each time that there were more, until everyone has one."""
    seen = [(time.monotonic(), 0)]
    until = seen[0][0] + _PATIENCE
    while seen[-1][1] < people:
        assert time.monotonic() < until, f"{seen[-1][1]} of {people} sent"
        if (emails := _ask(stack, "/_local/inbox.json?summary=1")["emails"]) > seen[-1][1]:
            seen.append((time.monotonic(), emails))
        time.sleep(0.05)
    return seen


def _waits_of_single_emails(stack: Stack) -> list[float]:
    """Seconds from a signature to its thank-you in the inbox, while a mailing is sent."""
    stack.run("benchmarks.start_mailing", "30000")
    while not _ask(stack, "/_local/inbox.json?summary=1")["emails"] > 1_000:
        time.sleep(0.2)
    signed = {f"signer{number}@example.org": _sign(stack, number) for number in range(_SIGNATURES)}
    time.sleep(15)
    got = dict(_query(stack, "SELECT recipient, sent_at FROM emails WHERE recipient LIKE 'signer%'"))
    assert set(got) == set(signed), f"{len(signed) - len(got)} were not thanked"
    return [got[address] - at for address, at in signed.items()]


def _sign(stack: Stack, number: int) -> float:
    """When the form was sent."""
    time.sleep(_APART)
    body = {"email": f"signer{number}@example.org", "name": "Ada Lovelace", "zip_code": "02139"}
    source = (f"127.1.{number % 250}.1", 0)  # whoever signs comes from a network of their own
    line, at = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30, source_address=source), time.time()
    with closing(line):
        line.request("POST", "/demo/save-the-library", urllib.parse.urlencode(body), _FORM)
        assert line.getresponse().status == 303
    return at


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}


def _part_of_the_later(stack: Stack) -> float:
    """Of what is sent in the half minute after a smaller mailing has begun beside a larger one."""
    stack.run("benchmarks.start_mailing", "20000", "early")
    while not _count(stack, "early"):
        time.sleep(0.2)
    stack.run("benchmarks.start_mailing", "8000", "late")
    while not _count(stack, "late"):
        time.sleep(0.2)
    early, late = _count(stack, "early"), _count(stack, "late")
    time.sleep(30)
    early, late = _count(stack, "early") - early, _count(stack, "late") - late
    return late / (early + late)


def _count(stack: Stack, group: str) -> int:
    _ask(stack, "/_local/inbox.json?summary=1")  # everything is written down
    ((count,),) = _query(stack, f"SELECT count(*) FROM recipients WHERE address LIKE '%@{group}.example.org'")
    return int(count)


def _query(stack: Stack, sql: str) -> list[Any]:
    with closing(sqlite3.connect(stack.state / "ses" / "inbox.db")) as db:
        return db.execute(sql).fetchall()


def _ask(stack: Stack, path: str) -> Any:
    with urllib.request.urlopen(stack.ses_url + path) as reply:
        return json.load(reply)


if __name__ == "__main__":
    for found in rows():
        print(found)
