"""Trying variants: the test goes out, the rest is held back until a winner is known, and what does badly is stopped."""

from collections import Counter, defaultdict

from chalicelib import clock, counters, log
from chalicelib.actions import source_store
from chalicelib.mailings import audience_files, chunk_store, conduct, links, store
from chalicelib.mailings.mailing import Mailing, Status
from chalicelib.mailings.survey import Waiting
from chalicelib.mailings.variant import REST, TEST, Measure, Result, best, does_badly

WAITS = TEST
NONE_LEFT = "variants"


def may_go(mailing: Mailing, pending: list[Waiting]) -> list[Waiting]:
    """Those of the waiting chunks that may be sent now; what was left of a dropped variant joins the rest.

    A chunk of which some have got it keeps its name, for what they do counts for what they got; the others of it get
    the winner all the same.
    """
    if not mailing.variants:
        return pending
    dropped = set(_drop(mailing).dropped)
    for chunk in pending:
        if chunk.variant in dropped:
            chunk_store.relabel(mailing.run_name, chunk.number, chunk.variant, REST)
    return pending if mailing.winner else [chunk for chunk in pending if chunk.variant not in {REST, *dropped}]


def wait(mailing: Mailing) -> None:
    """The test is out: wait for what comes of it. A wait that was interrupted ends when it would have.

    Of a mailing that was over already, whoever is written to again does not wait: there is nothing more to come.
    """
    now = clock.now()
    decide_at = now if mailing.tries else mailing.decide_at or now + mailing.trial.hours * 3600
    store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING],
        run=mailing.run,
        status=Status.WAITING,
        reason=WAITS,
        decide_at=decide_at,
    )


def is_decided(mailing: Mailing) -> bool:
    """True when the rest may go; chooses the winner when it is time."""
    if mailing.winner:
        return True
    mailing = _drop(mailing)
    if mailing.decide_at > clock.now():
        return False
    letter = best(measured(mailing), mailing.trial.measure, mailing.dropped)
    if not letter:
        conduct.pause(mailing.group, mailing.id, reason=NONE_LEFT)
        return False
    log.line("variant chosen", mailing=mailing.id, variant=letter)
    return choose(mailing, letter) is not None


def choose(mailing: Mailing, letter: str) -> Mailing | None:
    """The rest gets this one, for good; None when that has been decided, or there is no rest to wait for it."""
    return store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.SENDING, Status.WAITING, Status.PAUSED],
        run=mailing.run,
        still={"winner": ""},
        winner=letter,
        decided_at=clock.now(),
        # Its chunks may have lower numbers than those of the test, which may still be going out.
        hinted=0,
        wave=mailing.wave + 1,
    )


def choose_by_hand(mailing: Mailing, letter: str) -> Mailing | None:
    """An organizer does not wait."""
    if letter not in mailing.letters or not mailing.variants:
        return None
    conduct.watch_begin(mailing.group, mailing.id)
    chosen = choose(mailing, letter)
    if chosen:
        conduct.sweep_soon(chosen)
    return chosen


def measured(mailing: Mailing) -> dict[str, Result]:
    """What came of each variant, from the rows themselves; actions only of those who were sent it.

    A source code can be typed by anybody, who then chooses no winner.
    """
    sums: dict[str, Counter[str]] = defaultdict(Counter)
    for chunk in chunk_store.each(mailing.run_name):
        sums[chunk.variant].update(chunk.measured)
    if mailing.trial.measure == Measure.ACTIONS:
        for letter in mailing.letters:
            sums[letter]["actions"] = _actions_of_recipients(mailing, letter)
    return {letter: _result(sums[letter]) for letter in mailing.letters}


def _actions_of_recipients(mailing: Mailing, letter: str) -> int:
    """Both those who came and those who were written to are read in the order of their ids, and neither is kept."""
    recipients, actions = audience_files.each_id(mailing.folder, letter), 0
    recipient = next(recipients, "")
    for came in source_store.each(mailing.group, links.source_code(mailing.id, letter)):
        while recipient and recipient < came.person:
            recipient = next(recipients, "")
        actions += len(came.pages) if recipient == came.person else 0
    return actions


def shown(mailing: Mailing) -> dict[str, Result]:
    """The same from the live numbers, for a page; the rest included."""
    live = defaultdict(Counter, store.progress_by_variant(mailing))
    for letter in mailing.letters:
        live[letter]["actions"] = actions_of(mailing, letter)
    return {letter: _result(live[letter]) for letter in (*mailing.letters, REST)}


def _result(numbers: Counter[str]) -> Result:
    return Result(**{name: numbers[name] for name in Result.__struct_fields__})


def actions_of(mailing: Mailing, letter: str = "") -> int:
    """How many actions were taken by people who came by a variant, each person and page once."""
    code = links.source_code(mailing.id, letter)
    return counters.read(f"source#{mailing.group}/{code}").get("actions", 0)


def _drop(mailing: Mailing) -> Mailing:
    """Stop what does badly; only until a winner is known, for then the whole mailing has its own breaker."""
    if mailing.winner:
        return mailing
    live = store.progress_by_variant(mailing)
    bad = {one for one in mailing.letters if does_badly(_numbers(live.get(one, Counter())))}
    dropped = sorted(bad.union(mailing.dropped))
    if dropped == mailing.dropped:
        return mailing
    log.line("variant stopped", mailing=mailing.id, variants=dropped)
    still = {"winner": "", "dropped": mailing.dropped}
    changed = store.change_mailing(mailing.group, mailing.id, run=mailing.run, still=still, dropped=dropped)
    return changed or store.find_mailing(mailing.group, mailing.id, consistent=True) or mailing


def _numbers(counted: Counter[str]) -> Result:
    return Result(sent=counted["sent"], unsubscribed=counted["unsubscribed"], complained=counted["complained"])
