"""The edge of the process: what would go over the network comes here instead, and is answered as AWS would.

Most comes through `chalicelib.wire.connections.post`, the rest from botocore's clients and Stripe's. A call takes time on its way there
and back, and meets its fault: see `faults.py` for what each kind means.
"""

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectionClosedError, EndpointConnectionError, ReadTimeoutError

from chalicelib.wire import connections
from simulation import answers
from simulation.answers import Failure, Reply
from simulation.faults import is_read
from simulation.stripe_side import HOOK_SECRET

# How long a client of botocore waits for an answer (`chalicelib/aws.py`), in seconds.
_READ_TIMEOUT = 20.0
# Whoever stands still between the last look at the clock and SES itself, for longer than a doubt lasts, writes twice: no
# guard can help that, and Lambda kills long before. `docs/reliability.md` says so.
_LONGEST_BEFORE_SES = 800.0
_KNOWN = {
    "/muster/sim/url": "https://muster.example.org",
    "/muster/sim/secret": "5a" * 32,
    "/muster/sim/stripe-key": "sk_test_simulated",
    "/muster/sim/stripe-hook-secret": HOOK_SECRET,
}


class Call:
    """One request: `service` and `operation` as botocore names them; `patience` in seconds."""

    def __init__(
        self, service: str, operation: str, url: str, headers: Mapping[str, Any], body: bytes, patience: float
    ) -> None:
        self.service, self.operation, self.url = service, operation, url
        self.headers, self.body, self.patience = headers, body, patience

    @property
    def words(self) -> str:
        if self.service == "dynamodb":
            return f"{self.operation} {_subject(json.loads(self.body))}"
        return f"{self.service} {self.operation}"


class Wire:
    """Stands at both ways out for as long as a world exists."""

    def __init__(self) -> None:
        self.world: Any = None

    def post(
        self, endpoint: str, path: str, headers: Mapping[str, str], body: bytes, *, patience: float
    ) -> connections.Answer:
        """In the place of `connections.post`."""
        service, operation = _named(path, headers.get("X-Amz-Target", ""))
        reply = self._made(Call(service, operation, endpoint + path, headers, body, patience))
        return connections.Answer(reply.status, reply.headers.get("x-amzn-errortype", ""), reply.body)

    def send(self, request: Any, event_name: str, **_: Any) -> AWSResponse:
        """In the place of what botocore's clients would send."""
        _, service, operation = event_name.split(".")
        call = Call(service, operation, request.url, request.headers, _bytes(request.body), _READ_TIMEOUT)
        return answers.response(request.url, self._made(call))

    def ask_stripe(self, method: str, url: str, headers: Mapping[str, str], body: str, patience: float) -> Reply:
        """In the place of what Stripe's SDK would send."""
        operation = f"{method.upper()} {urlsplit(url).path.removeprefix('/v1/')}"
        return self._made(Call("stripe", operation, url, headers, body.encode(), patience))

    def _made(self, call: Call) -> Reply:
        task = self.world.running
        if task is None:
            return serve(self.world, call)
        task.check()
        return _Journey(self.world, task, call).make()


class _Journey:
    """One call there and back again, with whatever happens to it on the way."""

    def __init__(self, world: Any, task: Any, call: Call) -> None:
        self.world, self.task, self.call = world, task, call

    def make(self) -> Reply:
        world, task, call = self.world, self.task, self.call
        fault = "outage" if task.out_until > world.now else world.faults.call(call.service, call.operation, task.name)
        if fault:
            world.say(task.name, f"{fault.upper()}: {call.words}")
        task.called_at = world.now
        self._before(fault)
        world.wait(world.faults.latency(call.service))
        reply = self._serve()
        self._after(fault)
        world.wait(world.faults.latency(call.service))
        return reply

    def _before(self, fault: str) -> None:
        match fault:
            case "killed before":
                self.task.kill()
            case "stalled before":
                self.world.freeze(_LONGEST_BEFORE_SES if self.call.service == "sesv2" else 1e9)
            case "outage":
                self._out()
            case "request lost":
                self._silence()
            case "arrives late":
                self._arrives_late()
            case "unavailable":
                self.world.wait(self.world.faults.latency(self.call.service))
                raise ConnectionClosedError(endpoint_url=self.call.url)

    def _after(self, fault: str) -> None:
        match fault:
            case "killed after":
                self.task.kill()
            case "stalled after":
                self.world.freeze(_LONGEST_BEFORE_SES if self.call.service == "sesv2" else 1e9)
            case "reply lost":
                self._silence()
            case "reply cut":
                raise ConnectionClosedError(endpoint_url=self.call.url)

    def _out(self) -> None:
        """The service cannot be reached by this invocation any more, however often it is tried."""
        self.task.out_until = max(self.task.out_until, self.world.now + 60)
        self.world.wait(3.0)
        raise EndpointConnectionError(endpoint_url=self.call.url)

    def _arrives_late(self) -> None:
        """Long after we gave up waiting, and perhaps had it done by another try."""
        world, call = self.world, self.call
        called_at = self.task.called_at

        def arrive() -> None:
            world.called_at = called_at
            world.say("network", f"{call.words} arrives → {serve(world, call).status}")

        world.deferred[world.order] = arrive
        # Whole rows written so late would undo what happened since: that bound is stated in docs/reliability.md.
        batch = call.operation == "BatchWriteItem"
        world.later(5.0 if batch else world.faults.one_of(5.0, 25.0, 90.0), "deferred", world.order)
        self._silence()

    def _silence(self) -> None:
        self.world.wait(self.call.patience)
        raise ReadTimeoutError(endpoint_url=self.call.url)

    def _serve(self) -> Reply:
        reply = serve(self.world, self.call)
        if self.world.tells_all or not is_read(self.call.operation):
            self.world.say(self.task.name, f"{self.call.words} → {reply.status}")
        return reply


def serve(world: Any, call: Call) -> Reply:
    try:
        return _serve(world, call)
    except Failure as failure:
        return failure.reply(call.service)


def _serve(world: Any, call: Call) -> Reply:
    address = urlsplit(call.url)
    match call.service:
        case "dynamodb":
            return Reply(*world.db.answer(call.operation, json.loads(call.body), world.now))
        case "sqs":
            return Reply(*world.sqs.answer(call.operation, json.loads(call.body), world.now))
        case "sesv2":
            return Reply(*world.ses.answer(call.operation, call.body))
        case "stripe":
            return Reply(*world.stripe.answer(call.operation, call.url, call.headers, call.body.decode()))
        case "s3":
            headers = {name: _text(value) for name, value in call.headers.items()}
            return Reply(*world.s3.answer(call.operation, address.path.lstrip("/"), headers, call.body))
        case "scheduler":
            return Reply(*world.jobs.schedule(call.operation, address.path, call.body))
        case "lambda" if call.operation == "Invoke":
            return Reply(*world.jobs.invoke(address.path, call.body))
        case "lambda" if call.operation == "UpdateEventSourceMapping":
            world.sqs.switch(json.loads(call.body)["Enabled"])
            return Reply(202)
        case "ssm":
            value = _KNOWN[json.loads(call.body)["Name"]]
            return Reply(200, json.dumps({"Parameter": {"Value": value}}).encode())
    raise NotImplementedError(f"{call.service} {call.operation}")


_TARGETS = {"DynamoDB_20120810": "dynamodb", "AmazonSQS": "sqs", "AmazonSSM": "ssm"}
_PATHS = {"/v2/email/outbound-bulk-emails": "SendBulkEmail", "/v2/email/outbound-emails": "SendEmail"}


def _named(path: str, target: str) -> tuple[str, str]:
    """Service and operation of a request: most are named in a header, those of SES by their path."""
    api, _, operation = target.partition(".")
    return (_TARGETS[api], operation) if operation else ("sesv2", _PATHS[path])


def _bytes(body: Any) -> bytes:
    if hasattr(body, "read"):
        content: bytes = body.read()
        body.seek(0)
        return content
    return body if isinstance(body, bytes) else (body or "").encode()


def _subject(request: dict[str, Any]) -> str:
    """Which rows a DynamoDB request is about, in a few words."""
    if "RequestItems" in request:
        return ", ".join(name.rpartition("-")[2] for name in request["RequestItems"])
    if "TransactItems" in request:
        return " + ".join(_subject(told) for each in request["TransactItems"] for told in each.values())
    key = request.get("Key") or request.get("Item", {})
    short = [str(next(iter(value.values()))) for value in list(key.values())[:2]]
    changes = request.get("ExpressionAttributeValues", {})
    said = [f"{name}={next(iter(value.values()))}" for name, value in changes.items() if name.startswith(":u")]
    condition = request.get("ConditionExpression", "")
    return f"{request.get('TableName', '').rpartition('-')[2]} {' '.join(short)} {' '.join(said)} {condition}".rstrip()


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
