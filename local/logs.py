"""What the Lambdas of the running stack printed last: `python -m local.logs [function]`, for instance `web`."""

import sys
from datetime import UTC, datetime
from typing import Any

from local import aws
from local.folder import STATE, read_notes

NOISE = ("START RequestId", "END RequestId", "REPORT RequestId", "INIT_START")
LINES = 200


def main() -> None:
    wanted = sys.argv[1] if len(sys.argv) > 1 else ""
    if "emulator_port" not in (notes := read_notes(STATE)):
        sys.exit("Nothing runs here yet: `make run` starts it.")
    logs = aws.client("logs", f"http://127.0.0.1:{notes['emulator_port']}")
    groups = logs.describe_log_groups(logGroupNamePrefix=f"/aws/lambda/muster-local-{wanted}")["logGroups"]
    names = [group["logGroupName"] for group in groups]
    events = [(event["timestamp"], name, event["message"]) for name in names for event in _events(logs, name)]
    for at, name, message in sorted(events)[-LINES:]:
        if not message.startswith(NOISE):
            moment = datetime.fromtimestamp(at / 1000, UTC).strftime("%H:%M:%S")
            print(moment, name.removeprefix("/aws/lambda/muster-local-"), message.rstrip())


def _events(logs: Any, name: str) -> list[dict[str, Any]]:
    return list(logs.filter_log_events(logGroupName=name)["events"])


if __name__ == "__main__":
    main()
