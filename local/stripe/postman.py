"""The postman of events: signs each and brings it to the webhook, again and again until it is taken.

By request he dawdles, brings things twice, in the wrong order, or not at all.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import random
import time
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from local.stripe.account import Thing

_FIRST_PAUSE, _MOST_TRIES = 1.0, 8
_PATIENCE_SECONDS = 30


@dataclass
class Postman:
    """`hook` '': events are only kept. `delay` in seconds, `drop` a share of 1; `delivered`: the answer by event."""

    hook: str
    secret: str
    delay: float = 0
    repeat: int = 1
    reorder: bool = False
    drop: float = 0
    off: bool = False
    delivered: dict[str, int] = field(default_factory=dict)
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def send(self, events: list[Thing]) -> None:
        if self.off or not self.hook:
            return
        for event in reversed(events) if self.reorder else events:
            for _ in range(self.repeat):
                if random.random() >= self.drop:
                    self._begin(event)

    async def rest(self) -> None:
        """Until everything is delivered."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    def _begin(self, event: Thing) -> None:
        task = asyncio.ensure_future(self._bring(event))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _bring(self, event: Thing) -> None:
        await asyncio.sleep(self.delay)
        body, pause = json.dumps(event).encode(), _FIRST_PAUSE
        for _ in range(_MOST_TRIES):
            with contextlib.suppress(OSError, TimeoutError, asyncio.IncompleteReadError, ValueError):
                status = await asyncio.wait_for(_post(self.hook, body, signature(body, self.secret)), _PATIENCE_SECONDS)
                self.delivered[event["id"]] = status
                if 200 <= status < 300:
                    return
            await asyncio.sleep(pause)
            pause *= 2


def signature(body: bytes, secret: str, at: float | None = None) -> str:
    stamp = str(int(at or time.time()))
    signed = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={signed}"


async def _post(url: str, body: bytes, signed: str) -> int:
    parts = urlsplit(url)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
    head = (
        f"POST {parts.path} HTTP/1.1\r\nHost: {parts.netloc}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\nStripe-Signature: {signed}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
    answer = await reader.readline()
    writer.close()
    return int(answer.split()[1])
