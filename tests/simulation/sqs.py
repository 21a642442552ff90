"""SQS and the triggers that poll it: delays, visibility, receive counts and dead letters."""

import json
from typing import Any, NamedTuple

from simulation.answers import Failure, Reply

Json = dict[str, Any]


class Rules(NamedTuple):
    """What the template says of a queue: seconds, messages a batch, and which handler it wakes."""

    handler: str
    visibility: float
    batch: int
    receives: int = 5


RULES = {
    "submissions": Rules("record_submissions", 180, 100),
    "mail": Rules("deliver_emails", 360, 10),
    "sends": Rules("send_chunks", 720, 10),
    "feedback": Rules("take_feedback", 720, 10),
}
_MOST_AT_ONCE = 3


class Message:
    """`visible_at` moves on with each receive; `id` is its order of arrival."""

    def __init__(self, number: int, body: str, visible_at: float) -> None:
        self.id, self.body, self.visible_at, self.receives = f"m{number}", body, visible_at, 0


class Queues:
    def __init__(self, world: Any) -> None:
        self.world = world
        self.messages: dict[str, dict[str, Message]] = {name: {} for name in RULES}
        self.dead: dict[str, list[str]] = {name: [] for name in RULES}
        self.running = dict.fromkeys(RULES, 0)
        self.trigger_on = {name: name != "sends" for name in RULES}
        self.turning_until = 0.0
        self.last = 0

    # Operations of the wire

    def answer(self, operation: str, request: Json, now: float) -> Reply:
        queue = request["QueueUrl"].rpartition("-")[2]
        if operation == "SendMessage":
            self.put(queue, request["MessageBody"], float(request.get("DelaySeconds", 0)))
            return Reply(200, b'{"MessageId": "m"}')
        if operation == "SendMessageBatch":
            return self._batch(queue, request["Entries"])
        if operation == "GetQueueAttributes":
            counts = dict.fromkeys(request["AttributeNames"], "0")
            counts["ApproximateNumberOfMessages"] = str(len(self.messages[queue]))
            return Reply(200, json.dumps({"Attributes": counts}).encode())
        raise NotImplementedError(operation)

    def _batch(self, queue: str, entries: list[Json]) -> Reply:
        if not 1 <= len(entries) <= 10:
            raise Failure(400, "AWS.SimpleQueueService.TooManyEntriesInBatchRequest")
        failed = []
        for entry in entries:
            if self.world.faults.choose(("entry not taken",), f"{queue} batch"):
                failed.append({"Id": entry["Id"], "Code": "InternalError", "SenderFault": False})
            else:
                self.put(queue, entry["MessageBody"], float(entry.get("DelaySeconds", 0)))
        taken = [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": ""} for entry in entries]
        return Reply(200, json.dumps({"Successful": taken, "Failed": failed}).encode())

    def put(self, queue: str, body: str, delay: float = 0) -> float:
        """When it can be read: never, when it is lost."""
        kinds = ("lost on the way", "late") if queue == "sends" else ("late",)
        fault = self.world.faults.choose(kinds, f"put on {queue}")
        if fault == "lost on the way":
            self.world.say("SQS", f"loses a message put on {queue}")
            return float("inf")
        delay += self.world.faults.one_of(30.0, 300.0, 1500.0) if fault == "late" else 0
        self.last += 1
        message = Message(self.last, body, self.world.now + delay)
        self.messages[queue][message.id] = message
        self.world.invariants.queued(body)
        self.world.later(delay + self.world.faults.span(0.05, 1.0), "poll", queue)
        return message.visible_at

    # The trigger

    def switch(self, on: bool) -> None:
        if self.world.now < self.turning_until:
            raise Failure(409, "ResourceInUseException", "turning")
        if self.trigger_on["sends"] != on:
            self.turning_until = self.world.now + self.world.faults.span(1.0, 20.0)
            self.trigger_on["sends"] = on
            self.world.later(self.turning_until - self.world.now, "poll", "sends")

    def poll(self, queue: str) -> None:
        """Wake the handler with what is visible, if it may be woken."""
        rules, now = RULES[queue], self.world.now
        if not self.trigger_on[queue] or self.running[queue] >= _MOST_AT_ONCE:
            return
        waiting = [message for message in self.messages[queue].values() if message.visible_at <= now]
        batch = self.world.faults.shuffled(waiting)[: self.world.faults.batch(rules.batch)]
        taken = [message for message in batch if self._receive(queue, message)]
        if taken:
            self._wake(queue, taken)
        if len(waiting) > len(batch):
            self.world.later(self.world.faults.span(0.05, 1.0), "poll", queue)

    def _receive(self, queue: str, message: Message) -> bool:
        rules = RULES[queue]
        if message.receives >= rules.receives:
            del self.messages[queue][message.id]
            self.dead[queue].append(message.body)
            self.world.say("SQS", f"{queue} {message.id} to the dead letters")
            return False
        message.receives += 1
        fault = self.world.faults.choose(("twice", "visible too soon"), f"deliver {queue}")
        seconds = {"twice": 0.3, "visible too soon": self.world.faults.one_of(3.0, 30.0)}.get(fault, rules.visibility)
        message.visible_at = self.world.now + seconds
        self.world.later(seconds + 0.01, "poll", queue)
        return True

    def _wake(self, queue: str, taken: list[Message]) -> None:
        rules = RULES[queue]
        records = [{"messageId": one.id, "body": one.body, "eventSourceARN": f"arn:{queue}"} for one in taken]
        self.running[queue] += 1
        self.world.say("SQS", f"wakes {rules.handler} with {queue} {[one.id for one in taken]}")

        def ended(result: Any, error: BaseException | None) -> None:
            failed = {each["itemIdentifier"] for each in result["batchItemFailures"]} if result else set()
            if error is None:
                for message in taken:
                    if message.id not in failed:
                        self.messages[queue].pop(message.id, None)

        def gone() -> None:
            self.running[queue] -= 1
            self.world.later(0.1, "poll", queue)

        self.world.invoke(rules.handler, {"Records": records}, ended, gone)
