"""The sweeper: looks at a mailing once a minute while it is under way, and is the one who says that it is finished.

The rows of the chunks are the truth, the queue only carries hints. So a lost queue, a dead sender or a lost reply can
delay a recipient, and never lose one.
"""

from collections.abc import Iterable
from typing import Any

import msgspec

from chalicelib import clock, lambdas, log, queues
from chalicelib.mailings import chunk_store, conduct, pace, quota_window, retry, ses, store
from chalicelib.mailings.breakers import Tally
from chalicelib.mailings.chunk import NOTHING, Chunk, Hint, Outcome, State
from chalicelib.mailings.mailing import CHUNK, SUMMED, Mailing, Status
from chalicelib.network import store as network

# After a call without an answer, SES's SEND events have this long to say who got it.
DOUBT_SECONDS = 900
# Hints for this long are kept on the queue, by all mailings together: enough until the next sweep when one of two ends.
_HINT_SECONDS = 120
# Each comes due about when its turn is, a little before, so that the hints of a later mailing are not behind them all.
_HINTS_AHEAD = 1.25
_FEWEST_HINTS = 20
# Hints that led to nothing for this long are lost: a sweep may be asked for a moment after the last.
_STALL_SECONDS = 45


def run(group: str, mailing: str) -> None:
    found = store.find_mailing(group, mailing, consistent=True)
    if found:
        look_after(found)


def look_after(mailing: Mailing) -> None:
    """Do what the mailing needs now, and look again in a minute if it is not at rest."""
    if mailing.status in (Status.COUNTING, Status.WAITING, Status.SENDING):
        # Before anything else can fail.
        conduct.watch(mailing.group, mailing.id)
    match mailing.status:
        case Status.COUNTING:
            _start_again(mailing)
        case Status.WAITING:
            _try_again(mailing)
        case Status.SENDING:
            _tend(mailing)
        case Status.PAUSED | Status.STOPPED:
            _wind_down(mailing)
        case Status.FINISHED:
            _sum_up_again(mailing)
        case _:
            _let_senders_sleep(mailing)


def _start_again(mailing: Mailing) -> None:
    if mailing.planning_until < clock.now():
        lambdas.start("plan", {"group": mailing.group, "mailing": mailing.id})


def _try_again(mailing: Mailing) -> None:
    quota = _ask_quota()
    if quota and quota.has_room and (going := conduct.go_on(mailing)):
        _tend(going)


def _tend(mailing: Mailing) -> None:
    mailing = retry.reopen(mailing) if mailing.retrying else mailing
    survey = _Survey(mailing)
    if survey.done > mailing.swept:
        quota_window.note()
    if survey.done == mailing.chunks:
        _finish(mailing, survey)
        return
    if conduct.trip(mailing, survey.tally):
        return
    _ask_quota()
    if mailing.hinted == 0 or survey.done == mailing.swept:
        # Also when nothing has moved: a deployment in between may have put the senders to sleep.
        pace.enter(mailing.id)
        lambdas.switch_sends(True)
    _hint(mailing, survey)


def _wind_down(mailing: Mailing) -> None:
    """Nothing more is sent; what was in the air when it stopped is still settled."""
    survey = _Survey(mailing)
    if mailing.status == Status.PAUSED and survey.done == mailing.chunks:
        _finish(mailing, survey)  # nobody is left to go on to
        return
    _keep(mailing, survey)
    _let_senders_sleep(mailing)
    if survey.claimed:
        conduct.watch(mailing.group, mailing.id)


def _ask_quota() -> ses.Quota | None:
    """SES's quota, or None when it does not tell (it answers once a second): then all goes on at the rate we know."""
    try:
        return pace.learn()
    except (ses.Throttled, ses.Refused, ses.InDoubt) as error:
        log.failure("quota", error)
        return None


def _finish(mailing: Mailing, survey: "_Survey") -> None:
    finished = store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING, Status.PAUSED],
        run=mailing.run,
        still={"tries": mailing.tries, "retrying": ""},
        status=Status.FINISHED,
        finished_at=clock.now(),
        surveyed=survey.at,
        **survey.numbers,
    )
    _let_senders_sleep(mailing)
    if finished:
        log.line("mailing finished", mailing=mailing.id, size=mailing.size, **survey.numbers)


def _sum_up_again(mailing: Mailing) -> None:
    """Events that came after the end told more."""
    _keep(mailing, _Survey(mailing))
    _let_senders_sleep(mailing)


def _keep(mailing: Mailing, survey: "_Survey") -> None:
    """Write down what was summed up, unless some are written to again meanwhile."""
    still = {"tries": mailing.tries}
    store.change_mailing(mailing.group, mailing.id, run=mailing.run, still=still, surveyed=survey.at, **survey.numbers)


def _hint(mailing: Mailing, survey: "_Survey") -> None:
    """Keep the queue filled; hint again at what came out of doubt, and at everything when nothing moves any more."""
    now = clock.now()
    moves = survey.done != mailing.swept or mailing.hinted == 0
    stalled = not moves and now - mailing.moved >= _STALL_SECONDS
    waiting = [hint for hint in survey.pending if hint.chunk < mailing.hinted]
    again = waiting if stalled else [hint for hint in waiting if hint.chunk in survey.freed]
    chunks_a_second = pace.rate() / CHUNK
    room = max(_FEWEST_HINTS, int(chunks_a_second * _HINT_SECONDS / pace.mailings_sending()))
    fresh = [hint for hint in survey.pending if hint.chunk >= mailing.hinted][: max(0, room - len(waiting))]
    apart = 1 / (chunks_a_second * _HINTS_AHEAD)
    held = max(0.0, mailing.release_at - now)
    queues.send_many("sends", again[:room], delay=held, apart=apart)
    queues.send_many("sends", fresh, delay=held + len(waiting) * apart, apart=apart)
    store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING],
        run=mailing.run,
        still={"wave": mailing.wave},
        hinted=max([mailing.hinted, *(hint.chunk + 1 for hint in fresh)]),
        moved=now if moves or stalled else mailing.moved,
        swept=survey.done,
        surveyed=survey.at,
        **survey.numbers,
    )


def _let_senders_sleep(mailing: Mailing) -> None:
    if pace.leave(mailing.id):
        lambdas.switch_sends(False)
        # Another mailing may have entered in between, and found the trigger on.
        if pace.is_anyone_sending():
            lambdas.switch_sends(True)


class _Survey:
    """Reads every chunk of a run once, settles what can be settled, and adds up."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing, self.at = mailing, clock.now()
        self.numbers: dict[str, Any] = dict.fromkeys(SUMMED, 0)
        # Of a large mailing there are very many: no more than hints are kept of them.
        self.pending: list[Hint] = []
        self.freed: set[int] = set()
        self.done = self.claimed = 0
        self.tally = Tally()
        self._look_at(chunk_store.each(mailing.run_name))
        self.pending.sort(key=lambda hint: hint.chunk)

    def _look_at(self, chunks: Iterable[Chunk]) -> None:
        for found in chunks:
            chunk = _settle(self.mailing, found) if found.state == State.CLAIMED else found
            self.tally = self.tally.plus(chunk)
            self.done += chunk.state == State.DONE
            self.claimed += chunk.state == State.CLAIMED
            if chunk.state == State.PENDING:
                self.pending.append(_hint_of(self.mailing, chunk))
            if chunk.state != found.state:
                self.freed.add(chunk.number)
            for name, count in chunk.numbers().items():
                self.numbers[name] += count


def _settle(mailing: Mailing, chunk: Chunk) -> Chunk:
    """A claimed chunk as it is now: with its sender, told by events, or out of doubt after a quarter of an hour."""
    now = clock.now()
    if chunk.deadline > now:
        return chunk
    if not chunk.open:
        return _move(chunk, State.DONE)
    if chunk.deadline + DOUBT_SECONDS > now:
        return chunk
    if mailing.status == Status.STOPPED or mailing.closed or _holds(mailing):
        return _move(chunk, State.DONE, Outcome(unknown=frozenset(chunk.open)))
    return _move(chunk, State.PENDING)


def _move(chunk: Chunk, state: State, outcome: Outcome = NOTHING) -> Chunk:
    if not chunk_store.settle(chunk, state, outcome):
        return chunk
    if state == State.DONE:
        store.add_progress(chunk.run, {"done": 1} | outcome.news(chunk))
    return msgspec.structs.replace(chunk, state=state, unknown=chunk.unknown | outcome.unknown)


def _holds(mailing: Mailing) -> bool:
    """True when the group would rather list people as unknown than risk to write to one of them twice."""
    group = network.find_group(mailing.group)
    return bool(group and group.hold_in_doubt)


def _hint_of(mailing: Mailing, chunk: Chunk) -> Hint:
    return Hint(mailing.group, mailing.id, mailing.run, chunk.number, chunk.size, mailing.wave)
