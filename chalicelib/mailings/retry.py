"""Writing again to those whom a mailing did not reach: all who were refused, or all of whom nobody knows.

Nothing is planned anew: the same chunks go out again, and only the recipients who met that end are open in them. So
everything that guards a mailing guards this too, and the four ends still add up to the frozen audience.
"""

from collections import Counter
from typing import Any

from chalicelib.mailings import chunk_store, conduct, store
from chalicelib.mailings.chunk import Chunk, State
from chalicelib.mailings.mailing import SUMMED, Mailing, Status

ENDS = ("refused", "unknown")
OVER = (Status.FINISHED, Status.STOPPED)
# Why somebody is left out whose turn had not come when the mailing was stopped.
STOPPED = "stopped"
# Those who are written to again leave their end; the sums of the rows tell until they are made anew.
_FROM_NOTHING: dict[str, Any] = dict.fromkeys(SUMMED, 0)


def begin(group: str, mailing: str, end: str, tries: int) -> Mailing | None:
    """Write again to those who met this end; None when it is not over, or not the one that was seen at `tries`."""
    found = store.find_mailing(group, mailing, consistent=True)
    if found is None or found.status not in OVER or found.tries != tries or end not in ENDS:
        return None
    conduct.watch_begin(group, mailing)
    begun = store.change_mailing(
        group,
        mailing,
        when=OVER,
        run=found.run,
        still={"tries": tries},
        status=Status.SENDING,
        tries=tries + 1,
        retrying=end,
        closed=found.closed or found.status == Status.STOPPED,
        reason="",
        hinted=0,
        wave=found.wave + 1,
        swept=-1,
        surveyed=0,
        **_FROM_NOTHING,
    )
    if begun:
        conduct.sweep_soon(begun)
    return begun


def reopen(mailing: Mailing) -> Mailing:
    """Find them, chunk by chunk, each with one conditional write; done twice, or by two at once, it changes nothing."""
    counts = Counter[str]()
    for chunk in chunk_store.each(mailing.run_name):
        if chunk.state != State.CLAIMED and chunk.tries < mailing.tries:
            counts.update(_reopen(mailing, chunk))
    if news := {name: count for name, count in counts.items() if count}:
        store.add_progress(mailing.run_name, news)
    found = store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING],
        run=mailing.run,
        still={"tries": mailing.tries},
        retrying="",
    )
    return found or mailing


def _reopen(mailing: Mailing, chunk: Chunk) -> dict[str, int]:
    """How the live numbers change."""
    again = chunk.ends()[mailing.retrying]
    left = dict.fromkeys(chunk.open, STOPPED) if mailing.closed else {}
    if not again and not left:
        return {}
    now = chunk_store.reopen(chunk, mailing.tries, mailing.retrying, left)
    if now is None:
        return {}
    done = (now.state == State.DONE) - (chunk.state == State.DONE)
    return {"done": done, mailing.retrying: -len(again), "suppressed": len(left)}
