"""Run the SES double: `python -m local.ses --port 20100 --state .muster/ses`. See `--help` for the rest."""

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import uuid
from pathlib import Path

from local import aws
from local.http11 import serve
from local.ses.account import Account
from local.ses.inbox import Inbox
from local.ses.publish import Doors, Publisher
from local.ses.quota import Quota
from local.ses.server import Double


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s ses %(levelname)s %(message)s")
    options = _read_options()
    options.state.mkdir(parents=True, exist_ok=True)
    inbox = Inbox(options.state / "inbox.db", options.counting)
    publisher = Publisher(_doors(options), options.stream, options.interval, options.megabytes)
    double = Double(_account(options), inbox, publisher)
    with contextlib.suppress(asyncio.CancelledError):
        asyncio.run(_serve(double, options.port))
    publisher.stop()
    inbox.flush()


async def _serve(double: Double, port: int) -> None:
    task = asyncio.ensure_future(serve(double.handle, port))
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, task.cancel)
    await task


def _account(options: argparse.Namespace) -> Account:
    account = Account(Quota(options.rate, options.daily_quota), lambda: str(uuid.uuid4()))
    account.configuration_sets = frozenset(options.configuration_set)
    return account


def _doors(options: argparse.Namespace) -> Doors:
    """Rare events need --topic, common ones --bucket and more than counting; without --endpoint none is told."""
    if not options.endpoint:
        return Doors(None, None)
    gathered = options.bucket and not options.counting
    sns, s3 = aws.client("sns", options.endpoint), aws.client("s3", options.endpoint)
    return Doors(
        (lambda text: sns.publish(TopicArn=options.topic, Message=text)) if options.topic else None,
        (lambda key, body: s3.put_object(Bucket=options.bucket, Key=key, Body=body)) if gathered else None,
    )


def _read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="local.ses", description="A double of Amazon SES v2 on 127.0.0.1.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, help="folder that keeps the inbox")
    parser.add_argument("--rate", type=float, default=float(os.environ.get("SES_RATE") or 300))
    parser.add_argument("--daily-quota", type=float, default=float(os.environ.get("SES_DAILY_QUOTA") or 1_000_000))
    parser.add_argument(
        "--counting", action="store_true", help="count emails by recipient, keep none, tell no common events"
    )
    parser.add_argument("--configuration-set", action="append", default=[], help="the only ones that exist")
    parser.add_argument("--endpoint", help="where SNS and S3 are")
    parser.add_argument("--topic", help="ARN that gets bounces, complaints, rejects and rendering failures")
    parser.add_argument("--bucket", help="bucket that gets sends and deliveries, as Firehose lays them")
    parser.add_argument("--stream", default="muster-local-ses-events", help="name of the imitated Firehose stream")
    parser.add_argument("--interval", type=float, default=5.0, help="seconds that Firehose gathers")
    parser.add_argument("--megabytes", type=float, default=5.0, help="megabytes at which it stops gathering")
    return parser.parse_args()


if __name__ == "__main__":
    main()
