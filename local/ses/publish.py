"""Events on their way: rare ones to the SNS topic at once, common ones to S3 as Firehose lays them.

Firehose gathers for some seconds or megabytes and puts one object of newline-delimited JSON, not compressed, at
`events/YYYY/MM/DD/HH/<stream>-1-<time>-<uuid>`. Both go to the emulator through botocore, each in its own thread.
"""

import logging
import queue
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple
from uuid import uuid4

from local.ses.addresses import Fate
from local.ses.answer import Accepted
from local.ses.events import Way, events_of

log = logging.getLogger(__name__)

PATIENCE = 5  # tries, a second apart


class Doors(NamedTuple):
    """`tell` publishes one message to the topic; `put` writes one object to the bucket. None: nobody listens."""

    tell: Callable[[str], object] | None
    put: Callable[[str, bytes], object] | None


class Publisher:
    def __init__(self, doors: Doors, stream: str, interval: float = 5.0, megabytes: float = 5.0) -> None:
        self.doors, self.stream, self.interval, self.most = doors, stream, interval, int(megabytes * 1024 * 1024)
        self._rare: queue.Queue[str] = queue.Queue()
        self._common: queue.Queue[list[Accepted]] = queue.Queue(2_000)
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=run, daemon=True) for run in (self._tell_forever, self._gather_forever)
        ]
        for thread in self._threads:
            thread.start()

    def publish(self, messages: list[Accepted]) -> None:
        """Tell of these soon. Waits only when far more is told than can be written."""
        self._common.put(messages)

    def stop(self) -> None:
        """Send what is gathered, then end."""
        self._stopping.set()
        for thread in self._threads:
            thread.join(timeout=10)

    def _gather_forever(self) -> None:
        gathered, size, since = [], 0, time.monotonic()
        while not (self._stopping.is_set() and self._common.empty()):
            for line in self._next_common():
                gathered.append(line)
                size += len(line)
            if size > self.most or (gathered and time.monotonic() - since >= self.interval):
                self._put(gathered)
                gathered, size = [], 0
            if not gathered:
                since = time.monotonic()
        self._put(gathered)

    def _next_common(self) -> list[str]:
        try:
            messages = self._common.get(timeout=0.1)
        except queue.Empty:
            return []
        told = messages if self.doors.put else [message for message in messages if message.fate is not Fate.DELIVERED]
        events = [event for message in told for event in events_of(message)]
        for event in events:
            if event.way is Way.SNS and self.doors.tell:
                self._rare.put(event.text)
        return [event.text for event in events if event.way is Way.FIREHOSE] if self.doors.put else []

    def _put(self, lines: list[str]) -> None:
        if lines and self.doors.put:
            put, key = self.doors.put, object_key(self.stream, datetime.now(UTC), str(uuid4()))
            body = ("\n".join(lines) + "\n").encode()
            _patiently(lambda: put(key, body))

    def _tell_forever(self) -> None:
        while not (self._stopping.is_set() and self._rare.empty() and self._common.empty()):
            try:
                text = self._rare.get(timeout=0.1)
            except queue.Empty:
                continue
            if tell := self.doors.tell:
                _patiently(lambda tell=tell, text=text: tell(text))  # type: ignore[misc]


def object_key(stream: str, now: datetime, unique: str) -> str:
    return f"events/{now:%Y/%m/%d/%H}/{stream}-1-{now:%Y-%m-%d-%H-%M-%S}-{unique}"


def _patiently(call: Callable[[], object]) -> None:
    for _ in range(PATIENCE):
        try:
            call()
        except Exception as error:
            log.warning("Event not taken yet: %s", error)
            time.sleep(1)
        else:
            return
    log.error("Event lost after %s tries.", PATIENCE)
