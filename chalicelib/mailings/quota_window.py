"""When SES's daily quota has room again: about 24 hours after the oldest emails that still count.

SES tells how many were sent within the last 24 hours, and not when. So the sweeper notes in which ten minutes mailings
were on their way. Single emails are not noted: room may come sooner, and the sweeper asks SES itself each minute.
"""

from collections.abc import Iterable

from chalicelib import clock, dynamo

_PACE = dynamo.Table("pace", "k")
_KEY = "noted"

WINDOW_SECONDS = 24 * 3600
STEP_SECONDS = 600


def note() -> None:
    """Mailings are on their way now. Two who note at once may lose one note of many."""
    now, before = clock.now(), noted()
    if int(now // STEP_SECONDS) not in before:
        _PACE.update(_KEY, set={"steps": with_note(before, now)}, returns="NONE")


def noted() -> list[int]:
    """In which steps of ten minutes since 1970, oldest first."""
    return sorted((_PACE.get(_KEY) or {}).get("steps") or ())


def with_note(steps: Iterable[int], now: float) -> list[int]:
    """Those that still count, and this one."""
    return sorted({step for step in steps if _end(step) > now} | {int(now // STEP_SECONDS)})


def frees_at(steps: Iterable[int], now: float) -> float | None:
    """When the oldest of them counts no more; None when nothing is known."""
    return min((end for step in steps if (end := _end(step)) > now), default=None)


def _end(step: int) -> float:
    return (step + 1) * STEP_SECONDS + WINDOW_SECONDS
