"""Feedback: what SES tells us after sending, from its topic (rare events) and its files (common ones), and what Stripe
tells of gifts, which `giving/hear.py` takes.

Facts are added to the rows of chunks by place, so they may come late, doubled or shuffled. Each is checked against what
we sent: an event with strange tags, or about another address than the one we wrote to, changes nothing.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import unquote_plus

import msgspec

from chalicelib import clock, config, files, log, queues
from chalicelib.giving import hear
from chalicelib.mailings import audience_files, chunk_store, conduct, email_store, record_clicks, ses_event, store
from chalicelib.mailings.bounces import news_by_domain
from chalicelib.mailings.chunk import ON_SUPPRESSION_LIST, Chunk, Outcome, Recipient
from chalicelib.mailings.mailing import run_folder
from chalicelib.mailings.ses_event import SesEvent
from chalicelib.people import store as people
from chalicelib.people import subscription

_MOST_AT_ONCE = 20_000
# The function may run for 120 s. Files have 5 MB at most, so thousands of events, and three calls for each chunk among
# them: a minute and more when all are of different chunks. None is begun after half a minute.
_WORK_SECONDS = 30
# A gift is some calls to Stripe, each of which waits for 24 s when Stripe does not answer: ten of them would outlast
# the function. None is begun after ten seconds, so that files still have their turn.
_GIFT_SECONDS = 10
_NUMBER = re.compile("[0-9]{1,9}")


class _Where(NamedTuple):
    """The chunk that an event's tags name."""

    group: str
    run: str
    chunk: int

    @property
    def mailing(self) -> str:
        return self.run.partition(".")[0]


def take_all(records: list[dict[str, Any]]) -> queues.Reply:
    """Take what SES tells of bounces and complaints, then gifts, then who followed links, then SES's files.

    Gifts and files for which there is no time are put on the queue anew. Left to fail, they would rest for minutes, and
    five times of that would make dead letters of them.
    """
    begin = clock.now()
    end = begin + _WORK_SECONDS
    facts = [record for record in records if record_clicks.is_fact(record)]
    gifts = [record for record in records if hear.is_news(record)]
    files_told = [record for record in records if _is_file(record)]
    urgent = [record for record in records if record not in (*facts, *gifts, *files_told)]
    failed = queues.each_message(urgent, lambda body: _take(body, end))["batchItemFailures"]
    failed += hear.take_all(gifts, begin + _GIFT_SECONDS)["batchItemFailures"]
    failed += record_clicks.record_all(facts)["batchItemFailures"] if facts else []
    failed += queues.each_message(files_told, lambda body: _take(body, end))["batchItemFailures"]
    return {"batchItemFailures": failed}


def _is_file(record: dict[str, Any]) -> bool:
    body: str = record["body"]
    return body.lstrip().startswith('{"Records"')


def _take(body: str, end: float) -> None:
    message = msgspec.json.decode(body)
    if message.get("Type") == "Notification":
        if message.get("TopicArn") == config.events_topic():
            take_events([message["Message"]])
        else:
            log.line("feedback from a strange topic ignored")
        return
    if message.get("Records") and clock.now() > end:
        queues.send("feedback", message)
        return
    for record in message.get("Records", []):
        _take_file(record["s3"])


def _take_file(told: dict[str, Any]) -> None:
    key = unquote_plus(told["object"]["key"])
    if told["bucket"]["name"] != config.files_bucket() or not key.startswith("events/"):
        log.line("feedback from a strange place ignored")
        return
    take_events(files.each_line(key))


def take_events(lines: Iterable[bytes | str]) -> None:
    """Apply events, many of one chunk in one write."""
    by_chunk: dict[_Where, list[SesEvent]] = defaultdict(list)
    for number, event in enumerate(_events(lines), 1):
        if "email" in event.tags:
            _single(event)
        elif where := _where(event.tags):
            by_chunk[where].append(event)
        if number % _MOST_AT_ONCE == 0:
            _apply_all(by_chunk)
            by_chunk.clear()
    _apply_all(by_chunk)


def _events(lines: Iterable[bytes | str]) -> Iterator[SesEvent]:
    for line in lines:
        event = ses_event.read(line)
        if event:
            yield event


def _where(tags: dict[str, str]) -> _Where | None:
    parts = tags.get("mailing", "").split("_")
    if len(parts) != 3 or not (
        _NUMBER.fullmatch(tags.get("chunk", "")) and _NUMBER.fullmatch(tags.get("recipient", ""))
    ):
        return None
    group, mailing, run = parts
    return _Where(group, f"{mailing}.{run}", int(tags["chunk"]))


def _apply_all(by_chunk: dict[_Where, list[SesEvent]]) -> None:
    failed: Exception | None = None
    mailings = set()
    for where, events in by_chunk.items():
        try:
            if _apply(where, events):
                mailings.add((where.group, where.mailing))
        except Exception as error:  # what is said of one chunk must not keep the others waiting
            log.failure("feedback", error, run=where.run, chunk=where.chunk)
            failed = error
    for mailing in mailings:
        # The sweeper sums up the rows again, also when the mailing is over. Said last, and even if nothing is new:
        # whoever wrote it may have died before saying so, and then the same events come again.
        conduct.watch(*mailing)
    if failed:
        raise failed


def _apply(where: _Where, events: list[SesEvent]) -> bool:
    """Add what events say of a chunk to its row; True when its mailing has to be summed up again."""
    chunk = chunk_store.find(where.run, where.chunk)
    if chunk is None or chunk.group != where.group:
        return False
    audience = _Audience(where, chunk)
    genuine = [(event, place) for event in events if (place := audience.place_of(event)) is not None]
    outcome = _outcome(genuine)
    before = chunk_store.add_facts(where.run, where.chunk, outcome)
    if before and (news := outcome.news(before)):
        conduct.heed(where.group, where.run, store.add_progress(where.run, news))
        if news.keys() & _CAME_BACK:
            store.add_bounces(where.run, news_by_domain(before, outcome, audience.recipients))
    for event, place in genuine:
        if event.kind in _ENDS_MAIL:
            _end_mail(event, where.group, audience.recipients[place].id)
    # People open a mailing for weeks, and no sum of rows has that.
    return any(event.kind != "opened" for event, _ in genuine)


_CAME_BACK = {"bounced", "hard_bounced", "complained"}
_ENDS_MAIL = {"hard_bounce", "complaint"}
_CAME_BACK_ALONE = {"hard_bounce", "soft_bounce", "complaint"}


class _Audience:
    """The recipients of one chunk, read only when an event is about to change a person."""

    def __init__(self, where: _Where, chunk: Chunk) -> None:
        self._where, self._chunk = where, chunk

    @cached_property
    def recipients(self) -> list[Recipient]:
        return audience_files.recipients_of(run_folder(self._where.group, self._where.run), self._chunk)

    def place_of(self, event: SesEvent) -> int | None:
        """Whom the event is about, or None when it does not fit what we sent."""
        place = int(event.tags["recipient"])
        if place >= self._chunk.size or self._chunk.is_outdated(place, event.kind, _tries(event)):
            return None
        if event.kind in _ENDS_MAIL and self.recipients[place].email != event.address:
            log.line("feedback about a strange address ignored", run=self._where.run)
            return None
        return place


def _tries(event: SesEvent) -> int:
    told = event.tags.get("try", "")
    return int(told) if _NUMBER.fullmatch(told) else 0


def _outcome(events: list[tuple[SesEvent, int]]) -> Outcome:
    def places(*kinds: str) -> dict[int, str]:
        return {place: event.why for event, place in events if event.kind in kinds}

    # Whatever happens to an email after SES took it also says that SES took it.
    return Outcome(
        sent=frozenset(places("sent", "delivered", "opened", "hard_bounce", "soft_bounce", "complaint")),
        delivered=frozenset(places("delivered")),
        opened=frozenset(places("opened")),
        bounced=places("hard_bounce", "soft_bounce"),
        # Of an address on SES's own list nothing was sent, so nobody complained about this email.
        complained=frozenset(place for place, why in places("complaint").items() if why != ON_SUPPRESSION_LIST),
        refused=places("refused"),
    )


def _single(event: SesEvent) -> None:
    """An event about an email of our own: `to_id`, where `to` is a person of the group in the tags, or an organizer."""
    to, _, email = event.tags["email"].partition("_")
    if not (to and email):
        return
    if event.kind != "refused":
        email_store.confirm(to, email, subscription.address_hash(event.address))
    if event.kind in _CAME_BACK_ALONE:
        _came_back(event, to, email)
    group = event.tags.get("group", "")
    person = people.find(group, to) if group and event.kind in _ENDS_MAIL else None
    if person and person.email == event.address:
        _end_mail(event, group, person.id)


def _came_back(event: SesEvent, to: str, email: str) -> None:
    """A letter to a target: nobody on this installation mails an address again that there is not."""
    address = subscription.address_hash(event.address)
    known = email_store.came_back(to, email, address)
    if known and event.kind in _ENDS_MAIL and event.why != ON_SUPPRESSION_LIST:
        reason = "bounced" if event.kind == "hard_bounce" else "complained"
        people.suppress(address, reason, clock.now())


def _end_mail(event: SesEvent, group: str, person: str) -> None:
    if event.kind == "hard_bounce":
        subscription.bounced(group, person, event.address)
    elif event.why != ON_SUPPRESSION_LIST:
        subscription.complained(group, person, event.address)
