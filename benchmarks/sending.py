"""Sending: CPU per email and emails a second, from the hint on the queue to the recorded chunk, beside a peer."""

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable

from benchmarks import in_process
from benchmarks.lists import fill
from benchmarks.rows import Row
from chalicelib import clock, dynamo
from chalicelib.mailings import conduct, plan, send, store, sweep, write_mailing
from chalicelib.mailings.mailing import Mailing
from chalicelib.network.group import Group
from local.stack import Stack

EMAILS = 20_000
PEER_EMAILS = 1_000


def rows() -> list[Row]:
    with in_process.stack() as stack:
        group = in_process.group()
        fill(group, EMAILS)
        mailing, planning = planned(group)
        cpu, wall = _timed(lambda: in_process.handle("sends", send.send_all))
        sweep.run(group.id, mailing.id)
        finished = store.find_mailing(group.id, mailing.id)
        assert finished and finished.sent == EMAILS, finished
        _check(stack, EMAILS)
        bare = _bare(stack)
        peer_cpu, peer_wall = _peer(stack)
    return [
        Row(
            "sender CPU per email, everything included",
            f"{cpu / EMAILS * 1000:.3f} ms",
            f"bare bulk call {bare:.3f} ms; django-post_office {peer_cpu / PEER_EMAILS * 1000:.2f} ms",
            "≤ 0.10 ms",
        ),
        Row(
            "emails a second, one sender, emulator and sink on the same two cores",
            f"{EMAILS / wall:,.0f}",
            f"django-post_office {PEER_EMAILS / peer_wall:,.0f}",
            "",
        ),
        Row("freezing an audience, people a second", f"{EMAILS / planning:,.0f}"),
    ]


def planned(group: Group) -> tuple[Mailing, float]:
    """A mailing to everyone, frozen and released; and how long freezing took."""
    draft = write_mailing.create(group.id)
    body = '<p>Dear {{ first_name | default: "friend" }},</p>' + "<p>The library closes in the spring.</p>" * 20
    write_mailing.save(group.id, draft.id, subject="Hello {{ first_name }}", preheader="", body=body)
    conduct.send_now(group.id, draft.id)
    store.change_mailing(group.id, draft.id, release_at=clock.now())
    dynamo.Table("pace", "k").delete("ses")
    _, planning = _timed(lambda: plan.run(group.id, draft.id))
    mailing = store.find_mailing(group.id, draft.id)
    assert mailing is not None
    return mailing, planning


def _timed(work: Callable[[], object]) -> tuple[float, float]:
    """CPU seconds of this process, and seconds on the wall."""
    cpu, wall = time.process_time(), time.perf_counter()
    work()
    return time.process_time() - cpu, time.perf_counter() - wall


def _check(stack: Stack, expected: int) -> None:
    """Fast is worth nothing if anybody is lost or written to twice."""
    with urllib.request.urlopen(f"{stack.ses_url}/_local/inbox.json?summary=1") as reply:
        summary = json.load(reply)
    assert summary == {"emails": expected, "recipients": expected, "most_to_one_recipient": 1}, summary


def _bare(stack: Stack, calls: int = 100) -> float:
    """CPU milliseconds per email of nothing but the bulk call, through the same botocore."""
    ses = stack.client("sesv2")
    entries = [
        {
            "Destination": {"ToAddresses": [f"b{number}@example.org"]},
            "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": '{"r0": "Ada"}'}},
        }
        for number in range(50)
    ]
    template = {"TemplateContent": {"Subject": "Hello {{r0}}", "Html": "<p>{{r0}}</p>" * 50, "Text": "{{r0}}"}}
    request = {"FromEmailAddress": "muster@example.org", "BulkEmailEntries": entries}
    content = {"Template": template | {"TemplateData": "{}"}}
    cpu, _ = _timed(lambda: [ses.send_bulk_email(**request, DefaultContent=content) for _ in range(calls)])
    return cpu / (calls * 50) * 1000


def _peer(stack: Stack) -> tuple[float, float]:
    command = [sys.executable, "-m", "benchmarks.post_office", stack.ses_url, str(PEER_EMAILS)]
    told = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[-1])
    return told["cpu"], told["wall"]
