"""Puts the simulation in the places where it may stand: the two ways out to the network, and the clock."""

import contextlib
import io
import os
import random
import sys
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import botocore
import botocore.endpoint
import botocore.retries.quota
import botocore.retries.standard
import botocore.useragent
import stripe
import stripe._http_client
import stripe._webhook
from botocore.exceptions import BotoCoreError

from chalicelib import aws, clock, config
from chalicelib.giving.stripe_gateway import client as stripe_client
from chalicelib.wire import connections
from simulation.ses import BUCKET, TOPIC
from simulation.wire import Wire

_REGION = "eu-central-1"
_ARN = f"{_REGION}:000000000000"
ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "simulated",
    "AWS_SECRET_ACCESS_KEY": "simulated",
    "AWS_DEFAULT_REGION": _REGION,
    "AWS_EC2_METADATA_DISABLED": "true",
    "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
    "AWS_RESPONSE_CHECKSUM_VALIDATION": "when_required",
    "STAGE": "sim",
    "TABLE_PREFIX": "muster-sim",
    "FILES_BUCKET": BUCKET,
    "MEDIA_BUCKET": "muster-sim-media",
    "SCHEDULE_GROUP": "muster-sim",
    "SCHEDULE_ROLE": "arn:aws:iam::000000000000:role/schedules",
    "SENDS_TRIGGER": "sends-trigger",
    "CONFIGURATION_SET": "muster-sim",
    "EVENTS_TOPIC": TOPIC,
    "PARAMETERS": "/muster/sim",
    "MAIL_FROM": "muster@example.org",
    **{f"{name.upper()}_QUEUE": f"https://sqs.{_REGION}.amazonaws.com/000000000000/muster-sim-{name}"
       for name in ("submissions", "mail", "sends", "feedback")},
    **{f"{job.upper()}_FUNCTION": f"arn:aws:lambda:{_ARN}:function:muster-sim-{name}"
       for job, name in (("plan", "plan-mailing"), ("sweep", "sweep-mailing"), ("import", "import-people"))},
}  # fmt: skip

# Those that are asked by a client of botocore.
_SERVICES = ("sesv2", "s3", "scheduler", "lambda")
_quotas: list[botocore.retries.quota.RetryQuota] = []


class _Quota(botocore.retries.quota.RetryQuota):
    """botocore's own, and remembered: what one history used up must not be missing in the next."""

    def __init__(self, *how: Any, **more: Any) -> None:
        super().__init__(*how, **more)
        _quotas.append(self)


@contextlib.contextmanager
def installed() -> Iterator[Wire]:
    """While this holds, nothing leaves the process and no real time passes for the product."""
    wire = Wire()
    outside = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    with contextlib.ExitStack() as stack:
        stack.enter_context(patch.dict(os.environ, outside | ENVIRONMENT, clear=True))
        stack.enter_context(patch.object(botocore.retries.standard.quota, "RetryQuota", _Quota))
        stack.enter_context(
            patch.object(botocore.endpoint, "time", SimpleNamespace(sleep=lambda s: wire.world.wait(s)))
        )
        # Written anew for every call, read by nobody here, and a quarter of the time.
        stack.enter_context(patch.object(botocore.useragent.UserAgentString, "to_string", lambda _: "simulation"))
        stack.enter_context(patch.object(connections, "post", wire.post))
        stack.enter_context(patch.object(stripe_client, "http_client", lambda: _ToStripe(wire)))
        for where in (stripe._http_client, stripe._webhook):
            stack.enter_context(patch.object(where, "time", _time(wire)))
        for name, replaced in _clock(wire).items():
            stack.enter_context(patch.object(clock, name, replaced))
        stack.enter_context(contextlib.redirect_stdout(_Said(wire, sys.stdout)))
        stack.callback(_forget)
        connect(wire)
        yield wire


def begin(wire: Wire, world: Any, seed: int) -> None:
    """A new history: nothing is left of the one before."""
    wire.world = world
    random.seed(seed)  # botocore's back-off asks the global one
    for quota in _quotas:
        quota.release(botocore.retries.quota.RetryQuota.INITIAL_CAPACITY)
    cold_start()


def cold_start() -> None:
    from chalicelib.mailings import content  # noqa: PLC0415

    config.forget_parameters()
    stripe_client.forget()
    content._read.cache_clear()


class _ToStripe(stripe.HTTPClient):
    """What the SDK sends comes to us; that it tries again, and when, is its own doing."""

    name = "simulation"

    def __init__(self, wire: Wire) -> None:
        super().__init__()
        self._wire = wire

    def request(self, method: str, url: str, headers: Any, post_data: Any = None) -> Any:
        try:
            reply = self._wire.ask_stripe(method, url, headers, post_data or "", stripe_client._PATIENCE_SECONDS)
        except BotoCoreError as error:
            raise stripe.APIConnectionError(str(error), should_retry=True) from error
        return reply.body.decode(), reply.status, reply.headers

    def close(self) -> None:
        """There is nothing to close."""


def _time(wire: Wire) -> SimpleNamespace:
    """The clock of Stripe's SDK."""
    return SimpleNamespace(time=lambda: wire.world.now, sleep=lambda seconds: wire.world.wait(seconds))


def _clock(wire: Wire) -> dict[str, Any]:
    return {
        "now": lambda: wire.world.now,
        "sleep": lambda seconds: wire.world.wait(seconds) if seconds > 0 else None,
        "new_id": lambda: wire.world.new_id(),
        "new_secret": lambda: wire.world.new_id(),
        "jitter": lambda most: wire.world.faults.span(0.0, 1.0) * most,
    }


def connect(wire: Wire) -> None:
    """Make the clients anew, with their way out coming to us."""
    _quotas.clear()
    aws.forget()
    config.forget_parameters()
    for service in _SERVICES:
        # Signatures are not looked at here, and are half of the work.
        aws.session().register(f"choose-signer.{service}", lambda **_: botocore.UNSIGNED)
        aws.client(service).meta.events.register_first("before-send", wire.send)


def _forget() -> None:
    _quotas.clear()
    aws.forget()
    cold_start()


class _Said(io.TextIOBase):
    """What handlers log becomes part of the history; outside of one it goes where it always went."""

    def __init__(self, wire: Wire, outside: Any) -> None:
        self._wire, self._outside = wire, outside

    def write(self, text: str) -> int:
        world = self._wire.world
        if world is not None and world.running is not None:
            world.say(world.running.name, f"logs {text.rstrip()}")
        else:
            self._outside.write(text)
        return len(text)

    def flush(self) -> None:
        self._outside.flush()
