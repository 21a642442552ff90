"""Recording who followed which link, and who left: facts of a whole batch in one write for each chunk, and one for the
numbers of each mailing."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from functools import partial
from typing import Any, NamedTuple

import msgspec

from chalicelib import log, queues
from chalicelib.mailings import audience_files, chunk_store, clicks, store
from chalicelib.mailings.chunk import Chunk, Outcome
from chalicelib.mailings.clicks import Click
from chalicelib.mailings.follow_link import Followed, Left
from chalicelib.mailings.links import HIDDEN

_MARK = '{"fact":'

_read = msgspec.json.Decoder(Followed | Left).decode


class _Where(NamedTuple):
    """The chunk that a fact is about."""

    group: str
    run: str
    chunk: int


def is_fact(record: dict[str, Any]) -> bool:
    """True for a message of `follow_link`, in front of those that SES and S3 have sent."""
    return str(record["body"]).startswith(_MARK)


def record_all(records: list[dict[str, Any]]) -> queues.Reply:
    batch, failed = _Batch(), []
    for record in records:
        failed += queues.each_message([record], partial(batch.take, record["messageId"]))[_FAILED]
    failed += [{"itemIdentifier": message} for message in sorted(batch.apply())]
    return {_FAILED: failed}


_FAILED = "batchItemFailures"


class _Batch:
    """What is told of each chunk, and by which messages."""

    def __init__(self) -> None:
        self.told: dict[_Where, list[Click | int]] = defaultdict(list)
        self.messages: dict[_Where, set[str]] = defaultdict(set)
        self.numbers: dict[str, Counter[str]] = defaultdict(Counter)
        self.links: dict[str, Counter[str]] = defaultdict(Counter)

    def take(self, message: str, body: str) -> None:
        for where, fact in _about(_read(body)):
            self.told[where].append(fact)
            self.messages[where].add(message)

    def apply(self) -> set[str]:
        """Write it all down; the messages that must come again."""
        again = set[str]()
        for where, facts in self.told.items():
            try:
                self._apply(where, facts)
            except Exception as error:  # one chunk must not keep the others waiting
                log.failure("clicks", error, run=where.run, chunk=where.chunk)
                again |= self.messages[where]
        for run in self.numbers:
            try:
                _count(run, self.numbers[run], self.links[run])
            except Exception as error:  # the rows have it; to be told again would add nothing
                log.failure("numbers of clicks", error, run=run)
        return again

    def _apply(self, where: _Where, facts: list[Click | int]) -> None:
        chunk = chunk_store.find(where.run, where.chunk)
        if chunk is None or chunk.group != where.group:
            return
        left = frozenset(fact for fact in facts if isinstance(fact, int) and fact < chunk.size)
        outcome = Outcome(clicks=_with_room(chunk, facts), unsubscribed=left)
        before = chunk_store.add_facts(where.run, where.chunk, outcome)
        if before:
            self.numbers[where.run].update(outcome.news(before))
            self.links[where.run].update(_by_link(before, outcome))


def _about(fact: Followed | Left) -> Iterable[tuple[_Where, Click | int]]:
    """The chunk that a fact is about, and what is told: a click, or the place of somebody who left."""
    if isinstance(fact, Followed):
        where = fact.where
        yield _Where(where.group, where.run, where.chunk), Click(fact.at, where.words, where.place, fact.link)
    elif mailing := store.find_mailing(fact.group, fact.mailing):
        found = audience_files.find_person(mailing.folder, fact.person, mailing.label_of(fact.person))
        if found:
            yield _Where(fact.group, mailing.run_name, found[0]), found[1]


def _with_room(chunk: Chunk, facts: list[Click | int]) -> frozenset[int]:
    """The clicks that the row has not got yet, as long as nobody has too many.

    There is room for a person's, a machine's and those on the link that nobody sees, each apart: a scanner must neither
    use up the room of whom it works for, nor its own before it is unmasked.
    """
    told = {fact.as_number for fact in facts if isinstance(fact, Click) and fact.place < chunk.size} - chunk.clicks
    human = chunk.with_facts(Outcome(clicks=frozenset(told))).human_clicks

    def kind(number: int) -> tuple[int, bool, bool]:
        click = clicks.from_number(number)
        return click.place, click in human, click.link == HIDDEN

    held = Counter(map(kind, chunk.clicks))
    fresh = set[int]()
    for number in sorted(told):
        if held[kind(number)] < clicks.MOST:
            held[kind(number)] += 1
            fresh.add(number)
    return frozenset(fresh)


def _by_link(before: Chunk, outcome: Outcome) -> dict[str, int]:
    """By how many people each link's number grows; less than nothing when some turn out to be machines."""
    grown = before.with_facts(outcome).people_by_link
    grown.subtract(before.people_by_link)
    return grown


def _count(run: str, numbers: Counter[str], links: Counter[str]) -> None:
    if changed := {name: count for name, count in numbers.items() if count}:
        store.add_progress(run, changed)
    if by_link := {name: count for name, count in links.items() if count}:
        store.add_clicks(run, by_link)
