"""The double, running: requests come in, the pure account decides, the inbox and the events follow."""

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

from local.http11 import Request, Response, plain
from local.ses import pages
from local.ses.account import Account
from local.ses.answer import Answer, Refused
from local.ses.api import perform, written
from local.ses.inbox import Inbox
from local.ses.publish import Publisher

JsonObject = dict[str, Any]

JSON = [("Content-Type", "application/json")]
LIMITS = ("rate", "daily_quota")
PACE = "answer_seconds"
SENDING = ("/v2/email/outbound-bulk-emails", "/v2/email/outbound-emails")
SWITCHES = ("debt", "verify_senders", "sending")


class Double:
    def __init__(
        self, account: Account, inbox: Inbox, publisher: Publisher, clock: Callable[[], float] = time.time
    ) -> None:
        self.account, self.inbox, self.publisher, self.clock = account, inbox, publisher, clock
        self.answer_seconds = 0.0
        self.sends = self.throttled = 0
        account.load(inbox.saved_account())
        account.next_number = inbox.last_number() + 1

    async def handle(self, request: Request) -> Response:
        if request.path.startswith("/v2/email/"):
            answer = self._operation(request)
            # What was taken is taken, whether or not anybody is there any more to hear so.
            await asyncio.sleep(self.answer_seconds)
            return answer
        if request.path.startswith("/_local/inbox"):
            return await asyncio.to_thread(pages.show, self.inbox, request)
        if request.path == "/_local/ses":
            return self._settings(request)
        if request.path == "/healthz":
            return plain(200, "up")
        return plain(404, "The local SES double has no such page.")

    def _operation(self, request: Request) -> Response:
        answer = perform(self.account, request, self.clock())
        self._count(request, answer)
        if isinstance(answer, Answer) and answer.accepted:
            self.inbox.keep(answer.accepted)
            self.publisher.publish(answer.accepted)
        elif isinstance(answer, Answer) and request.method != "GET":
            self.inbox.save_account(self.account.saved())
        return written(answer)

    def _count(self, request: Request, answer: Answer | Refused) -> None:
        self.sends += request.path in SENDING
        self.throttled += isinstance(answer, Refused) and answer.status == 429

    def _settings(self, request: Request) -> Response:
        """GET shows limits, switches, and how many sends were asked for and throttled; POST changes those it names."""
        if request.method == "POST" and (problem := self._change(request.body)):
            return Response(400, JSON, json.dumps({"error": problem}).encode())
        return Response(200, JSON, json.dumps(self._shown()).encode())

    def _change(self, body: bytes) -> str | None:
        try:
            wanted = json.loads(body)
            limits = {name: float(wanted[name]) for name in (*LIMITS, PACE) if name in wanted}
        except (ValueError, TypeError):
            return 'Send JSON such as {"rate": 300, "daily_quota": 50000}.'
        if unknown := set(wanted) - {*LIMITS, *SWITCHES, PACE}:
            return f"Unknown: {', '.join(sorted(unknown))}."
        self.account.quota.change(limits.get("rate"), limits.get("daily_quota"), self.clock())
        self.answer_seconds = min(10.0, max(0.0, limits.get(PACE, self.answer_seconds)))
        for name in SWITCHES:
            setattr(self.account, name, bool(wanted.get(name, getattr(self.account, name))))
        return None

    def _shown(self) -> JsonObject:
        quota = self.account.quota
        return {
            PACE: self.answer_seconds,
            "rate": quota.rate,
            "daily_quota": quota.daily,
            "sends": self.sends,
            "throttled": self.throttled,
            "sent_last_24_hours": quota.sent_last_day(self.clock()),
            **{name: getattr(self.account, name) for name in SWITCHES},
        }
