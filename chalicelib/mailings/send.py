"""Sending chunks: claim, check, send, record. A hint only says where to look; the chunk's row decides."""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, NamedTuple

import msgspec

from chalicelib import clock, config, log, queues
from chalicelib.mailings import audience_files, chunk_store, conduct, content, pace, retry, ses, store
from chalicelib.mailings.chunk import CLAIM_SECONDS, NOTHING, Chunk, Hint, Outcome, Recipient, State
from chalicelib.mailings.entries import Letterbox
from chalicelib.mailings.mailing import Mailing, Status
from chalicelib.people import store as people
from chalicelib.people.person import Subscription
from chalicelib.people.subscription import address_hash

# The function may run for 120 s, one SES call for 60: nothing new is begun after 50.
_WORK_SECONDS = 50
_LONGEST_WAIT = 5.0
_FRESH_SECONDS = 1.0
# Whoever leaves is not written to a second later, and a pause is heard within five.
_STANDING_SECONDS, _STATUS_SECONDS = 1.0, 3.0

_read_hint = msgspec.json.Decoder(Hint).decode


def send_all(records: list[dict[str, Any]]) -> queues.Reply:
    """Send the chunks that a batch of hints names, as far as pace and time allow; the rest is hinted again."""
    batch = _Batch(Counter(_names(records)))
    try:
        return queues.each_message(records, lambda body: batch.take(_read_hint(body)))
    finally:
        batch.close()


def _names(records: list[dict[str, Any]]) -> Iterator[str]:
    for record in records:
        with suppress(msgspec.MsgspecError):  # it fails alone, when its turn comes
            yield _read_hint(record["body"]).name


class _Batch:
    """One invocation: what it has leased, which mailings it has seen, and what it will add to their numbers.

    `hints_left` are those still to be taken of each mailing.
    """

    def __init__(self, hints_left: Counter[str]) -> None:
        self.hints_left = hints_left
        self.end = clock.now() + _WORK_SECONDS
        self.leased = Counter[str]()
        self.reader = audience_files.Reader()
        self.seen: dict[str, tuple[float, Mailing | None]] = {}
        self.numbers: dict[str, Counter[str]] = {}
        self.added_up, self.sent = clock.now(), 0

    def take(self, hint: Hint) -> None:
        """Send one chunk, or put its hint back for later, or drop it when there is nothing to do."""
        self.hints_left[hint.name] -= 1
        mailing = self._mailing(hint)
        if mailing is None or (hint.wave is not None and hint.wave < mailing.wave):
            return
        early = mailing.release_at > clock.now() + _LONGEST_WAIT
        lease = pace.Lease(0, mailing.release_at) if early else self._lease(hint)
        begins = max(mailing.release_at, lease.begins)
        if not lease.recipients or begins > min(clock.now() + _LONGEST_WAIT, self.end):
            queues.send("sends", hint, delay=begins - clock.now())
            return
        clock.sleep(begins - clock.now())
        if mailing := self._released(hint):
            self._send(mailing, hint)

    def close(self) -> None:
        # Hints come twice, and after every pause again: what leads to nothing must not use up the rate.
        for mailing, recipients in self.leased.items():
            if recipients > 0:
                pace.give_back(mailing, recipients)
        self._add_up()
        log.line("chunks sent", sent=self.sent, runs=len(self.seen))

    def _add_up(self) -> None:
        """Bring the live numbers up to date, and have a mailing looked at whose last chunk is done."""
        self.added_up = clock.now()
        for run, numbers in self.numbers.items():
            if not (news := {name: count for name, count in numbers.items() if count}):
                continue
            self.sent += numbers["sent"]
            progress = store.add_progress(run, news)
            _, mailing = self.seen[run]
            if mailing and numbers["done"] and progress.done >= mailing.chunks:
                conduct.sweep_soon(mailing)
        self.numbers.clear()

    def _mailing(self, hint: Hint) -> Mailing | None:
        """The mailing if it is sending, and in this run; asked again when a second old, so that a pause is heard."""
        run = f"{hint.mailing}.{hint.run}"
        now, (at, mailing) = clock.now(), self.seen.get(run, (0.0, None))
        has_gone_on = mailing is not None and hint.wave is not None and hint.wave > mailing.wave
        if now - at > _FRESH_SECONDS or has_gone_on:
            mailing = store.find_mailing(hint.group, hint.mailing, consistent=True)
            self.seen[run] = (now, mailing)  # when it was asked: a Lambda may stand still before it has the answer
        is_sending = mailing is not None and mailing.status == Status.SENDING and mailing.run == hint.run
        return mailing if is_sending else None

    def _released(self, hint: Hint) -> Mailing | None:
        """The same, let go for good: an undo in the last moment wins or loses by this one conditional write."""
        mailing = self._mailing(hint)
        if mailing and not mailing.released:
            now = clock.now()
            mailing = store.release(hint.group, hint.mailing, hint.run)
            if mailing:
                pace.enter(hint.name)
            self.seen[f"{hint.mailing}.{hint.run}"] = (now, mailing)
        return mailing

    def _lease(self, hint: Hint) -> pace.Lease:
        """When there is room for this chunk in SES's rate, if there is soon."""
        held = self.leased[hint.name]
        if held >= hint.size:
            return pace.Lease(hint.size, clock.now())
        wish = hint.size * (self.hints_left[hint.name] + 1)
        granted = pace.lease(hint.name, hint.size - held, wish, _LONGEST_WAIT)
        self.leased[hint.name] += granted.recipients
        return granted

    def _send(self, mailing: Mailing, hint: Hint) -> None:
        token = clock.new_id()
        chunk = chunk_store.claim(mailing.run_name, hint.chunk, token, clock.now() + CLAIM_SECONDS)
        if chunk is None:
            return
        if chunk.variant and not mailing.words_for(chunk.variant):
            chunk_store.settle(chunk, State.PENDING, NOTHING)  # it waits for a winner, and the sweeper will hint again
            return
        try:
            ready = self._prepare(mailing, chunk)
        except Exception:
            chunk_store.settle(chunk, State.PENDING, NOTHING)  # nothing has left, so nobody is in doubt
            raise
        if not self._is_fresh(ready):
            chunk_store.settle(chunk, State.PENDING, NOTHING)
            queues.send("sends", _whatever_wave(hint), delay=clock.jitter(3))
            return
        self.leased[hint.name] -= len(ready.entries)
        answers = self._hand_over(mailing, ready) if ready.entries else []
        if answers is not None:
            self._record(mailing, chunk, hint, ready.suppressed, dict(zip(ready.entries, answers, strict=True)))

    def _prepare(self, mailing: Mailing, chunk: Chunk) -> "_Ready":
        """Everything for the call; the look at who may be written to comes last."""
        recipients = self.reader.recipients_of(mailing.folder, chunk)
        words = mailing.words_for(chunk.variant)
        letters = Letterbox(mailing, content.of_run(mailing, words), chunk, words)
        looked = clock.now()
        stopped = mailing.closed and chunk.tries < mailing.tries
        suppressed = (
            dict.fromkeys(chunk.open, retry.STOPPED) if stopped else _suppressed(mailing.group, chunk, recipients)
        )
        places = [place for place in chunk.open if place not in suppressed]
        entries = {place: letters.entry(place, recipients[place]) for place in places}
        return _Ready(chunk, letters.bulk(), entries, suppressed, looked)

    def _is_fresh(self, ready: "_Ready") -> bool:
        """False when the sender stalled since its last looks: people may have left, it may be paused, or not ours."""
        now, (status_at, _) = clock.now(), self.seen[ready.chunk.run]
        return now - ready.looked <= _STANDING_SECONDS and now - status_at <= _STATUS_SECONDS

    def _hand_over(self, mailing: Mailing, ready: "_Ready") -> list[ses.Answer] | None:
        """Give SES these recipients, once. None when nobody can know what it did: the chunk stays claimed, in doubt."""
        try:
            return ses.send_bulk(ready.bulk, list(ready.entries.values()))
        except ses.InDoubt as doubt:
            log.failure("chunk in doubt", doubt, mailing=mailing.id, chunk=ready.chunk.number)
            return None
        except ses.QuotaReached:
            return [ses.Answer("quota", "")] * len(ready.entries)
        except ses.Blocked as blocked:
            return [ses.Answer("blocked", str(blocked))] * len(ready.entries)
        except ses.Throttled:
            return [ses.Answer("later", "")] * len(ready.entries)
        except ses.Refused as refused:
            # SES refuses the call itself, not these people: whatever is wrong concerns everyone. Nobody is used up.
            return [ses.Answer("held", str(refused))] * len(ready.entries)

    def _record(
        self, mailing: Mailing, chunk: Chunk, hint: Hint, suppressed: dict[int, str], answers: dict[int, ses.Answer]
    ) -> None:
        outcome = Outcome(
            sent=frozenset(place for place, answer in answers.items() if answer.kind == "sent"),
            refused={place: answer.code for place, answer in answers.items() if answer.kind == "refused"},
            suppressed=suppressed,
        )
        back = [answer for answer in answers.values() if answer.kind not in ("sent", "refused")]
        recorded = chunk_store.record(chunk, outcome, State.PENDING if back else State.DONE)
        numbers = self.numbers.setdefault(chunk.run, Counter())
        numbers.update(outcome.news(recorded.before) if recorded.before else {})
        numbers["done"] += recorded.ours and not back
        if clock.now() - self.added_up > _FRESH_SECONDS:
            self._add_up()  # whoever watches the bar sees it move, however slow the rate
        if back:
            _put_back(mailing, chunk, hint, {answer.kind: answer.code for answer in back})


class _Ready(NamedTuple):
    """A claimed chunk with all that SES needs: entries by place, and since when we know who may be written to."""

    chunk: Chunk
    bulk: ses.Bulk
    entries: dict[int, ses.Entry]
    suppressed: dict[int, str]
    looked: float


def _put_back(mailing: Mailing, chunk: Chunk, hint: Hint, reasons: dict[str, str]) -> None:
    """Some of a chunk was not taken: wait for what stands in the way, then try those again."""
    if "held" in reasons:
        conduct.pause(mailing.group, mailing.id, reason=f"refused: {reasons['held']}")
        return
    if "quota" in reasons or "blocked" in reasons:
        conduct.wait(mailing.group, mailing.id, "quota" if "quota" in reasons else "blocked")
        return
    if "later" in reasons:
        pace.slow_down()
    # SES's own trouble may last, for one address longer than for the others.
    patience = 0 if "later" in reasons else min(300, 2**chunk.attempts)
    queues.send("sends", _whatever_wave(hint), delay=1 + patience + clock.jitter(3))


def _whatever_wave(hint: Hint) -> Hint:
    """A sweeper that begins a new wave while a chunk is claimed does not hint at it."""
    return msgspec.structs.replace(hint, wave=None)


def _suppressed(group: str, chunk: Chunk, recipients: list[Recipient]) -> dict[int, str]:
    """Who of the open recipients must not be mailed now, and why: read at the last moment, from the rows themselves."""
    secret = config.secret()
    hashes = {recipients[place].id: address_hash(recipients[place].email, secret) for place in chunk.open}
    subscriptions, addresses = people.standings(group, hashes)
    reasons: dict[int, str] = {}
    for place in chunk.open:
        person = recipients[place].id
        standing = subscriptions.get(person)
        if standing is None:
            reasons[place] = "deleted"
        elif standing != Subscription.SUBSCRIBED:
            reasons[place] = str(standing)
        elif hashes[person] in addresses:
            reasons[place] = f"address {addresses[hashes[person]]}"
    return reasons
