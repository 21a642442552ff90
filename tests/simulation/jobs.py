"""EventBridge Scheduler and Lambda's asynchronous invocations: at least once, with two retries, then a dead job."""

import json
import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from simulation.answers import Failure, Reply

_HANDLERS = {"plan-mailing": "plan_mailing", "sweep-mailing": "sweep_mailing", "import-people": "import_people"}
# What Lambda waits before it tries a failed asynchronous invocation again.
_PAUSES = (60.0, 120.0)


class Jobs:
    """`schedules` is by name: when, which handler, its payload, and which version of the schedule this is."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.schedules: dict[str, tuple[float, str, str, int]] = {}
        self.dead: list[str] = []
        self.versions = 0

    # Operations of the wire

    def schedule(self, operation: str, path: str, body: bytes) -> Reply:
        name = unquote(path.partition("?")[0].rpartition("/")[2])
        known = name in self.schedules
        if operation == "CreateSchedule" and known:
            raise Failure(409, "ConflictException", "exists")
        if operation != "CreateSchedule" and not known:
            raise Failure(404, "ResourceNotFoundException", "no such schedule")
        if operation == "DeleteSchedule":
            del self.schedules[name]
            return Reply(200)
        self._set(name, json.loads(body))
        return Reply(200, json.dumps({"ScheduleArn": f"arn:{name}"}).encode())

    def invoke(self, path: str, body: bytes) -> Reply:
        handler = _HANDLERS[_function(unquote(path))]
        self.start(handler, body.decode())
        return Reply(202, b"")

    # What happens later

    def start(self, handler: str, payload: str) -> None:
        fault = self.world.faults.choose(("invoked twice", "invoked late"), f"start {handler}")
        delay = self.world.faults.one_of(5.0, 90.0, 400.0) if fault == "invoked late" else 0.05
        self.world.later(delay, "attempt", handler, payload, 0)
        if fault == "invoked twice":
            self.world.later(self.world.faults.one_of(0.05, 3.0, 70.0), "attempt", handler, payload, 0)

    def fire(self, name: str, version: int) -> None:
        """A schedule's time has come, unless it was replaced. It deletes itself."""
        if self.schedules.get(name, (0, "", "", -1))[3] == version:
            _, handler, payload, _ = self.schedules.pop(name)
            self.world.say("Scheduler", f"{name} fires")
            self.start(handler, payload)

    def attempt(self, handler: str, payload: str, tried: int) -> None:
        done: list[bool] = []

        def gone() -> None:
            if not done and tried < len(_PAUSES):
                self.world.later(_PAUSES[tried], "attempt", handler, payload, tried + 1)
            elif not done:
                self.dead.append(handler)
                self.world.say("Lambda", f"gives {handler} up")

        self.world.invoke(handler, json.loads(payload), lambda _, error: error is None and done.append(True), gone)

    def _set(self, name: str, asked: dict[str, Any]) -> None:
        found = re.fullmatch(r"at\((.*)\)", asked["ScheduleExpression"])
        assert found, asked
        when = datetime.strptime(found[1], "%Y-%m-%dT%H:%M:%S").replace(tzinfo=UTC).timestamp()
        self.versions += 1
        handler = _HANDLERS[_function(asked["Target"]["Arn"])]
        self.schedules[name] = (when, handler, asked["Target"]["Input"], self.versions)
        late = self.world.faults.span(0.0, 3.0)
        self.world.later(max(0.0, when - self.world.now) + late, "fire", name, self.versions)


def _function(arn: str) -> str:
    return next(name for name in _HANDLERS if name in arn)
