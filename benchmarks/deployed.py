"""The whole stack: a mailing through the packaged, deployed Lambdas, with queue, store, and a sink that counts.

`python -m benchmarks.deployed 1000000` sends a large one, and prints how memory goes meanwhile.
"""

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from benchmarks.rows import Row
from local.folder import BUILD
from local.stack import Stack

PEOPLE = 100_000
_PATIENCE = 1800
_BETWEEN_LOOKS = 3


class Run(NamedTuple):
    """Emails from the first to the last, seconds between them, and the most memory (MB) of any one worker."""

    emails: int
    seconds: float
    most_memory: float
    memory_by_progress: list[tuple[int, float]]


def rows() -> list[Row]:
    run, unjudged = send(PEOPLE), send(PEOPLE, enforce_iam=False)
    return [
        Row(
            "emails a second, whole deployed stack on two cores; the emulator not enforcing IAM",
            f"{run.emails / run.seconds:,.0f}; {unjudged.emails / unjudged.seconds:,.0f}",
            "listmonk 6.2: 5,281 at 4.5 GB, 1,677 at 130 MB",
            "≥ 8,000",
        ),
        Row("most memory of one of its workers", f"{run.most_memory:.0f} MB", "", "≤ 256 MB"),
    ]


def send(count: int, *, enforce_iam: bool = True) -> Run:
    """Fill a list, send it a mailing, and wait until the sink has everyone."""
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    with tempfile.TemporaryDirectory() as folder:
        quota = {"ses_rate": 1_000_000, "ses_daily_quota": 1e9, "ses_counting": True}
        with Stack(state=Path(folder), enforce_iam=enforce_iam, **quota) as stack:  # type: ignore[arg-type]
            stack.run("benchmarks.start_mailing", str(count))
            return _watch(stack, count)


def _watch(stack: Stack, count: int) -> Run:
    begun, looked, seen = 0.0, 0.0, []
    until = time.monotonic() + _PATIENCE
    while (emails := _emails(stack)) < count:
        assert time.monotonic() < until, f"{emails} of {count} sent"
        begun = begun or (time.monotonic() if emails else 0.0)
        if time.monotonic() > looked + _BETWEEN_LOOKS:  # a look costs what fifty emails do
            looked = time.monotonic()
            seen.append((emails, max(_memory(stack))))
        time.sleep(0.2)
    return Run(count, time.monotonic() - begun, max(memory for _, memory in seen), seen)


def _emails(stack: Stack) -> int:
    with urllib.request.urlopen(f"{stack.ses_url}/_local/inbox.json?summary=1") as reply:
        summary = json.load(reply)
    assert summary["most_to_one_recipient"] <= 1, summary
    return int(summary["emails"])


def _memory(stack: Stack) -> Iterator[float]:
    """MB that each process under the emulator has held at most: those are its Lambdas."""
    emulator = next(child for child in stack.children if child.name == "emulator")
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = dict(line.split(":", 1) for line in (folder / "status").read_text().splitlines())
        except OSError:
            continue  # it has ended meanwhile
        if status["PPid"].strip() == str(emulator.process.pid) and "VmHWM" in status:
            yield int(status["VmHWM"].split()[0]) / 1024


if __name__ == "__main__":
    found = send(int(sys.argv[1]) if sys.argv[1:] else PEOPLE)
    print(f"{found.emails:,} emails in {found.seconds:.1f} s: {found.emails / found.seconds:,.0f} a second")
    for emails, memory in found.memory_by_progress[:: max(1, len(found.memory_by_progress) // 10)]:
        print(f"{emails:>12,} sent, {memory:.0f} MB in the largest worker")
