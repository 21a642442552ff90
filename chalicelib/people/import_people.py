"""Importing a file of people, or of their past gifts: first a dry run that only counts, then, once the organizer has
seen it, the import itself.

Both passes are the same walk through the file, a thousand rows at a time. `import_file.py` reads it; `import_batch.py`
(of gifts: `giving/past_gifts/batch.py`) knows what rows mean; this is how a pass goes on, and what becomes of it when
its worker dies: another one reads again what was done, without asking the database, and goes on from there. A
subscription is never changed, a name is never replaced by nothing, and a new person is written only where nobody is.
"""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from chalicelib import clock, counters, files, lambdas, log
from chalicelib.giving.past_gifts import batch as gift_batch
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import import_batch, import_file, import_store
from chalicelib.people.csv_file import Record
from chalicelib.people.import_batch import Seen
from chalicelib.people.import_file import Look, key, look
from chalicelib.people.import_store import Batch, Counts, Import, Kind, State

MOST_ROWS = 3_000_000
_WORK_SECONDS = 600
_SILENCE_SECONDS = 45


class Rows(Protocol):
    """A module that knows what the rows of a file mean; what it reads is its own business."""

    def read(self, work: Import, group: Group, records: Sequence[Record], seen: Seen) -> Any:
        """What rows say. Changes nothing but what has been seen."""

    def compare(self, work: Import, told: Any) -> Any:
        """What that would change, with its `counts`. Changes nothing."""

    def write(self, work: Import, found: Any) -> Counts:
        """Write it, any number of times; by what its counts were wrong."""

    def news(self, counts: Counts) -> dict[str, int]:
        """What of it the group's own numbers grow by."""


def start(group: str, wanted: str, by: str, meanings: list[str], tag: str, **how: Any) -> Import | None:
    """Begin the dry run of an uploaded file; None when it cannot be read, or when it has begun already.

    `how`: the kind of its rows, and how they are read.
    """
    seen = look(group, wanted)
    if not isinstance(seen, Look):
        return None
    started = Import(
        id=wanted,
        group=group,
        created=clock.now(),
        begun=clock.now(),
        by=by,
        size=seen.size,
        dialect=seen.dialect,
        heading=seen.heading,
        first_is_heading=seen.first_is_heading,
        meanings=meanings,
        tag=tag,
        **how,
    )
    if not import_store.add(started):
        return None
    lambdas.start("import", {"group": group, "import": wanted})
    return started


def check_again(group: str, wanted: str, meanings: list[str], tag: str, **how: Any) -> Import | None:
    """Repeat the dry run with other columns."""
    return _begin(group, wanted, State.CHECKING, {"meanings": meanings, "tag": tag} | how)


def confirm(group: str, wanted: str) -> Import | None:
    """The organizer has seen the dry run: import."""
    return _begin(group, wanted, State.IMPORTING, {"confirmed": True})


def stop(group: str, wanted: str) -> Import | None:
    """End it where it stands; what was imported stays."""
    stoppable = [State.CHECKING, State.IMPORTING, State.CHECKED]
    return import_store.change(group, wanted, stoppable, {"state": State.STOPPED, "finished": clock.now()})


def go_on(group: str, wanted: str) -> None:
    """Have a worker look after an import whose last one fell silent. Where one is at it, nothing happens."""
    lambdas.start("import", {"group": group, "import": wanted})


def run(group: str, wanted: str, seconds: float = _WORK_SECONDS) -> None:
    """Go on with an import where it stands, for some time; then have another run go on."""
    end = clock.now() + seconds
    work, owner = _take(group, wanted), network.find_group(group)
    if work is None or owner is None:
        return None
    if files.size(key(group, wanted)) != work.size:
        return _give_up(work, "The uploaded file is not there any more: files are kept for a week. Upload it again.")
    seen = Seen()
    return _walk(work, owner, seen, end) if _catch_up(work, owner, seen) else None


def _rows(work: Import) -> Rows:
    return gift_batch if work.kind == Kind.GIFTS else import_batch


def _begin(group: str, wanted: str, state: State, changes: dict[str, Any]) -> Import | None:
    fresh = {"offset": 0, "line": 0, "counts": Counts(), "under_way": None, "alive_until": 0.0, "token": ""}
    fresh |= {"state": state, "begun": clock.now()}
    begun = import_store.change(group, wanted, [State.CHECKED], fresh | changes)
    if begun:
        lambdas.start("import", {"group": group, "import": wanted})
    return begun


def _take(group: str, wanted: str) -> Import | None:
    """The import, to be worked on by us alone; None when somebody else is at it.

    After a crash Lambda calls again before the dead worker's time is up: so wait for that, once.
    """
    token, found = clock.new_id(), import_store.find(group, wanted)
    if found is None or not found.running:
        return None
    clock.sleep(found.alive_until - clock.now())
    return import_store.take(group, wanted, token, clock.now() + _SILENCE_SECONDS)


def _catch_up(work: Import, owner: Group, seen: Seen) -> bool:
    """Remember what earlier workers have met in the file; False when another worker took over meanwhile."""
    for records in import_file.batches_until(work, work.offset):
        _rows(work).read(work, owner, records, seen)
        if _change(work, {}) is None:
            return False
    return True


def _walk(work: Import, owner: Group, seen: Seen, end: float) -> None:
    """Take batch after batch, to the end of the file or of our time."""
    counted = Counts()
    for records in import_file.batches(work):
        told = _rows(work).read(work, owner, records, seen)
        stepped = _step(work, told, Batch(records[-1].end, records[-1].last_line), counted)
        if stepped is None:
            return None
        work, counted = stepped
        if work.counts.rows > MOST_ROWS:
            return _give_up(work, f"The file has more than {MOST_ROWS:,} rows. Split it, and import the parts.")
        if clock.now() > end:
            return _hand_over(work, counted)
    return _finish(work, counted, seen)


def _step(work: Import, told: Any, batch: Batch, counted: Counts) -> tuple[Import, Counts] | None:
    """Take one batch; `counted` are the counts of the one before. Gives those of this one; None: we shall not go on."""
    found = _rows(work).compare(work, told)
    again = work.under_way if work.under_way and work.under_way.end == batch.end else None
    going = _advance(work, counted, again or msgspec.structs.replace(batch, counts=found.counts))
    if going is None or going.under_way is None:
        return None
    counts = going.under_way.counts
    if going.state == State.IMPORTING:
        wrong_by = _rows(work).write(going, found)
        counts += Counts() if again else wrong_by
    return going, counts


def _advance(work: Import, counted: Counts, batch: Batch | None) -> Import | None:
    """Write down that the batch before is done, and which one is under way now; None when we shall not go on."""
    done = work.under_way if counted.rows else None
    come = {"offset": done.end, "line": done.line, "counts": work.counts + counted} if done else {}
    # What was imported counts, even if the organizer has stopped it meanwhile.
    going = _change(work, come | {"under_way": batch}, [work.state, State.STOPPED])
    if going and done and work.state == State.IMPORTING:
        _count(work, counted)
    return going if going and going.state == work.state else None


def _change(work: Import, changes: dict[str, Any], when: list[State] | None = None) -> Import | None:
    alive = {"alive_until": clock.now() + _SILENCE_SECONDS}
    return import_store.change(work.group, work.id, when or [work.state], alive | changes, token=work.token)


def _count(work: Import, counts: Counts) -> None:
    for span in ("total", counters.day(clock.now())):
        counters.add(f"group#{work.group}", span, _rows(work).news(counts))


def _hand_over(work: Import, counted: Counts) -> None:
    going = _advance(work, counted, None)
    if going and _change(going, {"alive_until": 0.0}):
        lambdas.start("import", {"group": work.group, "import": work.id})


def _finish(work: Import, counted: Counts, seen: Seen) -> None:
    import_file.keep_errors(work, seen.errors)
    going = _advance(work, counted, None)
    if going is None:
        return
    over = State.CHECKED if work.state == State.CHECKING else State.DONE
    _change(going, {"state": over, "offset": work.size, "finished": clock.now(), "alive_until": 0.0})
    log.line("import pass finished", work=work.id, state=str(over), rows=going.counts.rows)


def _give_up(work: Import, problem: str) -> None:
    _change(work, {"state": State.STOPPED, "problem": problem, "finished": clock.now(), "alive_until": 0.0})
    log.line("import given up", work=work.id)
