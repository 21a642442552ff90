"""Hints on the `sends` queue: which chunks, how many at a time, and when each is due."""

from collections.abc import Iterable

import msgspec

from chalicelib import clock, queues
from chalicelib.mailings import pace, store
from chalicelib.mailings.chunk import Hint
from chalicelib.mailings.mailing import CHUNK, Mailing, Status
from chalicelib.mailings.survey import Survey, Waiting

# Hints for this long are kept on the queue, by all mailings together: enough until the next sweep when one of two ends.
_HINT_SECONDS = 120
# Each comes due about when its turn is, a little before, so that the hints of a later mailing are not behind them all.
_HINTS_AHEAD = 1.25
_FEWEST_HINTS = 20
# Hints that led to nothing for this long are lost: a sweep may be asked for a moment after the last.
_STALL_SECONDS = 45
# From here on a mailing's share of the rate is another than its hints were spaced for.
_ANOTHER_SHARE = 1.25


def give(mailing: Mailing, survey: Survey) -> None:
    """Keep the queue filled; hint again at what came out of doubt, and at everything when nothing moves any more."""
    hinting = _in_a_wave(mailing, survey)
    if hinting is None:
        return
    now = clock.now()
    moves = survey.done != hinting.swept or hinting.hinted == 0
    stalled = not moves and now - hinting.moved >= _STALL_SECONDS
    fresh = _send(hinting, survey, stalled)
    store.change_mailing(
        hinting.group,
        hinting.id,
        when=[Status.SENDING],
        run=hinting.run,
        still={"wave": hinting.wave},
        hinted=max([hinting.hinted, *(chunk.number + 1 for chunk in fresh)]),
        among=hinting.among,
        moved=now if moves or stalled else hinting.moved,
        swept=survey.done,
        surveyed=survey.at,
        **survey.numbers,
    )


def _in_a_wave(mailing: Mailing, survey: Survey) -> Mailing | None:
    """The mailing in a wave whose hints are as far apart as its share of the rate wants; None when it has moved on."""
    among = pace.sharing_with(mailing.name)
    same_share = 1 / _ANOTHER_SHARE < among / (mailing.among or 1) < _ANOTHER_SHARE
    # What came due since the last look may have lower numbers than what was hinted at.
    if mailing.hinted == 0 or (same_share and survey.last_due <= mailing.surveyed):
        return msgspec.structs.replace(mailing, among=among)
    # The hints of before would keep the others waiting, or the senders idle.
    return store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING],
        run=mailing.run,
        still={"wave": mailing.wave},
        wave=mailing.wave + 1,
        hinted=0,
        among=among,
    )


def _send(mailing: Mailing, survey: Survey, stalled: bool) -> list[Waiting]:
    """Put hints on the queue; gives the chunks that were hinted at for the first time in this wave."""
    chunks_a_second = pace.rate() / CHUNK / mailing.among
    room, apart = max(_FEWEST_HINTS, int(chunks_a_second * _HINT_SECONDS)), 1 / (chunks_a_second * _HINTS_AHEAD)
    waiting = [chunk for chunk in survey.pending if chunk.number < mailing.hinted]
    again = waiting if stalled else [chunk for chunk in waiting if chunk.number in survey.freed]
    fresh = [chunk for chunk in survey.pending if chunk.number >= mailing.hinted][: max(0, room - len(waiting))]
    held = max(0.0, mailing.release_at - clock.now())
    queues.send_many("sends", _hints(mailing, again[:room]), delay=held, apart=apart)
    queues.send_many("sends", _hints(mailing, fresh), delay=held + len(waiting) * apart, apart=apart)
    return fresh


def _hints(mailing: Mailing, chunks: Iterable[Waiting]) -> list[Hint]:
    at = (mailing.group, mailing.id, mailing.run)
    return [Hint(*at, chunk.number, chunk.size, mailing.wave) for chunk in chunks]
