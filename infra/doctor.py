"""Looks at a live installation for what an emulator cannot show: `python -m infra.doctor --stage prod`.

One line a check: ok, FAIL or "cannot check here". Ends with 1 when anything failed. It writes to SES's mailbox
simulator (a fraction of a cent), and with `--mailbox` to a mailbox of yours, whose answer is read with `--source`.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra import check_events, check_mail, check_source, check_stack, stack
from infra.finding import Finding, Installation, bad, unknown

Check = Callable[[Installation], Iterator[Finding]]


def main() -> None:
    options = _read_options()
    try:
        live = find(options.stage)
    except (BotoCoreError, ClientError) as problem:
        sys.exit(f"AWS does not let us look: {problem}")
    if live is None:
        sys.exit(f"There is no muster-{options.stage} in this account and region. Deploy it first.")
    failed = 0
    for finding in examine(live, options.mailbox, options.source):
        print(finding, flush=True)
        failed += finding.failed
    sys.exit(f"\n{failed} checks failed." if failed else 0)


def find(stage: str) -> Installation | None:
    session, name = boto3.Session(), f"muster-{stage}"
    cloudformation = session.client("cloudformation")
    if stack.status(cloudformation, name) is None:
        return None
    account = session.client("sts").get_caller_identity()["Account"]
    values, outputs = stack.parameters(cloudformation, name), stack.outputs(cloudformation, name)
    return Installation(stage, account, session, values, outputs)


def examine(live: Installation, mailbox: str, source: Path | None) -> Iterator[Finding]:
    for check in (check_stack.check, check_mail.check, check_events.check):
        yield from _survive(check, live)
    if source:
        yield from check_source.check(source, live.mail_domain)
    elif mailbox:
        yield check_source.send(live, mailbox)
    else:
        yield unknown("that DKIM covers the unsubscribe headers, and how SES fills holes: make doctor MAILBOX=you@…")


def _survive(check: Check, live: Installation) -> Iterator[Finding]:
    """One thing that AWS refuses must not keep the rest from being looked at."""
    try:
        yield from check(live)
    except (BotoCoreError, ClientError) as problem:
        what = f"the rest of {check.__module__.rpartition('.')[2]}: {problem}"
        yield unknown(what) if "UnknownOperation" in str(problem) else bad(what)


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="infra.doctor", description="Check a live installation.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--mailbox", default="", help="write there, to see what arrives")
    parser.add_argument("--source", type=Path, help="the source of that email, saved to a file")
    return parser.parse_args()


if __name__ == "__main__":
    main()
