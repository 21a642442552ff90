"""Log lines: one JSON object each, made of ids and counts. Never a name, an address, a token or a form."""

import json
import sys
from typing import Any


def line(event: str, **facts: Any) -> None:
    """Say what happened. `facts` are ids, counts and seconds only."""
    sys.stdout.write(json.dumps({"event": event} | facts, default=str) + "\n")


def failure(event: str, error: BaseException, **facts: Any) -> None:
    """Say what broke and where, without the error's own text: it may quote what a person sent."""
    trace, places = error.__traceback__, []
    while trace:
        places.append(f"{trace.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}")
        trace = trace.tb_next
    code = getattr(error, "response", {}).get("Error", {}).get("Code", "")
    line(event, error=type(error).__name__, code=code, at=places[-4:], **facts)
