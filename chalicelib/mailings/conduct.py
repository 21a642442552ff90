"""What is said to a mailing: send it, now or later; undo, pause, resume, stop; and wait when SES cannot take more."""

from collections.abc import Mapping
from typing import Any

import msgspec

from chalicelib import clock, lambdas, log, schedules
from chalicelib.mailings import breakers, own_time, store
from chalicelib.mailings.breakers import Tally
from chalicelib.mailings.mailing import UNDO_SECONDS, Mailing, Progress, Status

SWEEP_SECONDS = 60
# AWS takes no request that is signed longer ago than five minutes.
_LATE_SECONDS = 360
# A schedule of an earlier plan may still fire after the mailing was put off.
_EARLY_SECONDS = 5
# Variants are compared with each other, so nobody may get theirs hours later.
_AT_ONE_TIME: Mapping[str, Any] = {"variants": []}


def send_now(group: str, mailing: str) -> Mailing | None:
    """Count the audience at once and begin to send when the minute for undoing is over; None when it is no draft."""
    return _count(group, mailing)


def send_at(group: str, mailing: str, at: float) -> Mailing | None:
    """Send at a later time; None when it is no draft."""
    return _schedule(group, mailing, at)


def send_at_own_time(group: str, mailing: str, wall: str, zone: str) -> Mailing | None:
    """Send to each when it is `2026-11-24T09:00` where they live, or in `zone` when their ZIP code does not tell that.

    The audience is counted when that comes for the first of all zones, at once if that is over. None when it is no
    draft, or has variants: a test tells little when some get it hours after the others.
    """
    first = own_time.earliest(wall, zone)
    return _schedule(group, mailing, first, wall) if first > clock.now() else _count(group, mailing, wall)


def _count(group: str, mailing: str, wall: str = "") -> Mailing | None:
    watch_begin(group, mailing)
    counting = store.change_mailing(
        group,
        mailing,
        when=[Status.DRAFT],
        still=_AT_ONE_TIME if wall else None,
        status=Status.COUNTING,
        release_at=clock.now() + UNDO_SECONDS,
        own_time=wall,
        planning_until=0,
        reason="",
    )
    if counting:
        lambdas.start("plan", _names(group, mailing))
    return counting


def _schedule(group: str, mailing: str, at: float, wall: str = "") -> Mailing | None:
    schedules.at(_plan_schedule(mailing, at), at, "plan", _names(group, mailing))
    still = _AT_ONE_TIME if wall else None
    return store.change_mailing(
        group, mailing, when=[Status.DRAFT], still=still, status=Status.SCHEDULED, send_at=at, own_time=wall
    )


def begin_scheduled(group: str, mailing: str) -> Mailing | None:
    """Its time has come: count. None when it was undone, has begun already, or was put off to a later time."""
    scheduled = store.find_mailing(group, mailing, consistent=True)
    if scheduled is None or scheduled.status != Status.SCHEDULED or scheduled.send_at > clock.now() + _EARLY_SECONDS:
        return None
    watch(group, mailing)
    return store.change_mailing(
        group, mailing, when=[Status.SCHEDULED], status=Status.COUNTING, release_at=clock.now(), planning_until=0
    )


def undo(group: str, mailing: str) -> Mailing | None:
    """Make it a draft again; None when the first email may have left."""
    current = store.find_mailing(group, mailing, consistent=True)
    if current is None or not current.can_be_undone(clock.now()):
        return None
    undoable = [Status.SCHEDULED, Status.COUNTING, Status.SENDING, Status.WAITING]
    draft = store.change_mailing(group, mailing, when=undoable, unreleased=True, status=Status.DRAFT, reason="")
    if draft and current.status == Status.SCHEDULED:
        schedules.cancel(_plan_schedule(mailing, current.send_at))
    return draft


def pause(group: str, mailing: str, reason: str = "organizer") -> Mailing | None:
    """Send nothing more until resumed. What SES has been handed already, at most a few chunks, still goes."""
    paused = store.change_mailing(
        group, mailing, when=[Status.SENDING, Status.WAITING], status=Status.PAUSED, reason=reason, surveyed=0
    )
    if paused:
        sweep_soon(paused)
    return paused


def wait(group: str, mailing: str, reason: str) -> Mailing | None:
    """SES takes nothing for a while (`quota` or `blocked`): the sweeper tries again each minute."""
    return store.change_mailing(group, mailing, when=[Status.SENDING], status=Status.WAITING, reason=reason)


def go_on(mailing: Mailing) -> Mailing | None:
    """What it waited for is over."""
    return store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.WAITING],
        status=Status.SENDING,
        reason="",
        hinted=0,
        wave=mailing.wave + 1,
    )


def heed(group: str, run_name: str, told: Progress) -> None:
    """Pause a mailing about which too many bad things have been told. Asks for nothing while all is well."""
    if breakers.verdict(told.tally, None):
        mailing = store.find_mailing(group, run_name.partition(".")[0], consistent=True)
        if mailing and mailing.run_name == run_name:
            trip(mailing, told.tally)


def trip(mailing: Mailing, told: Tally) -> Mailing | None:
    """Pause it if a breaker says so; None when none does, or it is not on its way.

    While variants are tried nothing is sent. Each has a breaker of its own, and this one is asked before the rest goes.
    """
    reason = breakers.verdict(told, mailing.accepted)
    if not reason or mailing.awaits_test:
        return None
    paused = store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING, Status.WAITING],
        run=mailing.run,
        still={"accepted": msgspec.to_builtins(mailing.accepted)},
        status=Status.PAUSED,
        reason=reason,
        tripped=told,
        surveyed=0,
    )
    if paused:
        log.line("breaker tripped", mailing=mailing.id, breaker=reason, **msgspec.to_builtins(told))
    return paused


def resume(group: str, mailing: str, *, accepting: bool = False) -> Mailing | None:
    """Go on where it was paused, with whoever has not been written to yet.

    One that paused itself goes on only by `accepting` what it was paused for, as it is known now.
    """
    found = store.find_mailing(group, mailing, consistent=True)
    tripped = found is not None and found.status == Status.PAUSED and found.reason in breakers.LIMITS
    if found is None or (tripped and not accepting):
        return None
    watch_begin(group, mailing)
    sending = store.change_mailing(
        group,
        mailing,
        when=[Status.PAUSED, Status.WAITING],
        still={"reason": found.reason},
        status=Status.SENDING,
        reason="",
        hinted=0,
        wave=found.wave + 1,
        accepted=store.progress(found).tally if tripped else found.accepted,
    )
    if sending:
        sweep_soon(sending)
    return sending


def stop(group: str, mailing: str) -> Mailing | None:
    """Send nothing more, for good."""
    watch_begin(group, mailing)
    stopped = store.change_mailing(
        group,
        mailing,
        when=[Status.SENDING, Status.PAUSED, Status.WAITING],
        status=Status.STOPPED,
        finished_at=clock.now(),
        surveyed=0,
    )
    if stopped:
        sweep_soon(stopped)
    return stopped


def sweep_soon(mailing: Mailing) -> None:
    """Have the sweeper look at this mailing now."""
    lambdas.start("sweep", _names(mailing.group, mailing.id))


def watch(group: str, mailing: str) -> None:
    """Have the sweeper look at this mailing in a minute. Said before it is set going: a look too many does no harm.

    Each minute has a schedule of its own. One that has fired is deleted at some moment afterwards, and would take along
    whatever was put under its name meanwhile; and sweepers that meet in one minute go on as one.
    """
    _look(group, mailing, clock.now() + SWEEP_SECONDS)


def watch_begin(group: str, mailing: str) -> None:
    """The same before an organizer's word is written down; and a second look, when that cannot arrive any later."""
    watch(group, mailing)
    _look(group, mailing, clock.now() + _LATE_SECONDS)


def _look(group: str, mailing: str, at: float) -> None:
    schedules.at(f"sweep-{mailing}-{int(at // SWEEP_SECONDS)}", at, "sweep", _names(group, mailing))


def _names(group: str, mailing: str) -> dict[str, str]:
    return {"group": group, "mailing": mailing}


def _plan_schedule(mailing: str, at: float) -> str:
    return f"plan-{mailing}-{int(at)}"
