"""What one Lambda does again and again, in a process that may be killed at any moment.

`python -m benchmarks.torture.worker sends|feedback|sweep|plan GROUP MAILING`
"""

import subprocess
import sys
import time
from typing import Any

from benchmarks.in_process import receive, remove
from chalicelib import lambdas, log, schedules
from chalicelib.mailings import feedback, hints, plan, send, survey, sweep

HANDLERS = {"sends": send.send_all, "feedback": feedback.take_all}

# AWS's patience is minutes and a torture takes minutes: these are shortened together, and stay in proportion.
CLAIM_SECONDS, DOUBT_SECONDS, SILENCE_SECONDS = 12, 40, 10
SWEEP_SECONDS, STALL_SECONDS = 5, 4


def main() -> None:
    job, group, mailing = sys.argv[1:4]
    send.CLAIM_SECONDS = CLAIM_SECONDS  # type: ignore[attr-defined]
    survey.DOUBT_SECONDS, hints._STALL_SECONDS = DOUBT_SECONDS, STALL_SECONDS
    plan._SILENCE_SECONDS, plan._HEARTBEAT_SECONDS = SILENCE_SECONDS, 1
    lambdas.start = start
    lambdas.switch_sends = lambda on: None
    schedules.at = lambda name, when, job, payload: None
    log.line = lambda event, **told: None
    if job == "plan":
        plan.run(group, mailing)
    while job == "sweep":
        sweep.run(group, mailing)
        time.sleep(SWEEP_SECONDS)
    while job in HANDLERS:
        take(job)


def take(queue: str) -> None:
    """One batch, as Lambda takes it: what failed stays on the queue and comes back."""
    messages = receive(queue, wait=1)
    if not messages:
        return
    records = [{"messageId": each["MessageId"], "body": each["Body"]} for each in messages]
    failed = {failure["itemIdentifier"] for failure in HANDLERS[queue](records)["batchItemFailures"]}
    remove(queue, [each for each in messages if each["MessageId"] not in failed])


def start(job: str, payload: dict[str, Any]) -> None:
    """The sweeper starts a planner; itself it comes round by the clock."""
    if job == "plan":
        command = [sys.executable, "-m", "benchmarks.torture.worker", "plan", payload["group"], payload["mailing"]]
        subprocess.Popen(command)


if __name__ == "__main__":
    main()
