"""Stripe in the simulated world: its double of `local/stripe` answers behind the wire. Its events come late, several
times, the wrong way round, or never; what our webhook does not take is offered again for three days.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import app
from chalicelib.giving import hear
from local.stripe import forms, subscriptions
from local.stripe import world as double
from local.stripe.account import Account, Thing
from local.stripe.postman import signature
from simulation.answers import Reply

HOOK_SECRET = "whsec_simulated"

_ANSWERS = ("stripe busy", "stripe fails", "stripe fails afterwards", "key in use")
_TELLS = ("hook lost", "hook late", "hook three times")
# When Stripe offers an event again that was not taken.
_PAUSES = (60.0, 600.0, 3600.0, 3 * 3600.0, 6 * 3600.0, 12 * 3600.0, 86400.0, 86400.0)
_DAY = 86400.0


class Stripe:
    """`closes_at`: when the history is over, and no further gift falls due. `deaf`: nobody has set up the webhook."""

    def __init__(self, world: Any) -> None:
        self.world = world
        self.numbers, self.due_at, self.closes_at, self.deaf = 0, float("inf"), float("inf"), False
        # Events that never came, though nothing else tells what they do.
        self.unheard: list[str] = []
        self.till = double.World(lambda: world.now, self._new_id)

    def answer(self, operation: str, url: str, headers: Mapping[str, str], body: str) -> Reply:
        parts, method = urlsplit(url), operation.partition(" ")[0]
        told = {name.lower(): value for name, value in headers.items()}
        self.till.advance(min(self.world.now, self.closes_at))
        fault = self.world.faults.choose(_ANSWERS if method != "GET" else _ANSWERS[:2], operation)
        if fault in ("stripe busy", "key in use"):
            return _no(429 if fault == "stripe busy" else 409)
        account = self.till.accounts[told.get("stripe-account", "")]
        key = told.get("idempotency-key", "") if method == "POST" else ""
        spent = fault and key and key not in account.replies
        if fault != "stripe fails":
            reply = self.till.request(method, f"{parts.path}?{parts.query}", body, told)
            self.tell()
        if spent:
            # Whoever comes with this key again is given the same error, whatever was done.
            words = json.dumps([method, parts.path, forms.read(body)], sort_keys=True)
            account.replies[key] = [words, 500, _PROBLEM, self.world.now]
        return _no(500) if fault else Reply(reply.status, json.dumps(reply.body).encode(), {"request-id": "req"})

    def do(self, what: Callable[..., Any], *about: Any, **how: Any) -> Any:
        """Something happens there that nobody asked us about; then whatever follows from it."""
        self.till.advance(min(self.world.now, self.closes_at))
        try:
            return what(*about, **how)
        finally:
            self.tell()

    def fall_due(self) -> None:
        self.due_at = float("inf")
        self.do(bool)

    def everything(self, kind: str) -> Iterator[tuple[Account, Thing]]:
        for account in self.till.accounts.values():
            for thing in account.every(kind):
                yield account, thing

    # Events

    def tell(self) -> None:
        """What happened goes on its way; and whatever falls due next is waited for."""
        events = list(self.till.undelivered())
        backwards = len(events) > 1 and self.world.faults.choose(("told backwards",), "hooks")
        for place, event in enumerate(reversed(events) if backwards else events):
            self._send(event, 1.0 + 3.0 * place * bool(backwards))
        self._wait_for_what_is_due()

    def _send(self, event: Thing, delay: float) -> None:
        fault = self.world.faults.choose(_TELLS, "hook")
        if self.deaf or fault == "hook lost":
            self.world.say("Stripe", f"never tells {event['type']} {event['data']['object']['id']}")
            self.unheard += [event["type"]] if _only_events_tell(event) else []
            return
        delay += self.world.faults.one_of(40.0, 1000.0, 7200.0, 2 * _DAY) if fault == "hook late" else 0
        for again in range(3 if fault == "hook three times" else 1):
            late = again * self.world.faults.one_of(0.1, 20.0, 4000.0) + self.world.faults.span(0.0, 2.0)
            self.world.later(delay + late, "hook", event["account"] or "", event["id"], 0)

    def bring(self, account: str, known_as: str, tried: int) -> None:
        """An event comes to the door of our webhook."""
        body = json.dumps(self.till.accounts[account].find("event", known_as))
        taken: list[bool] = []
        self.world.say("Stripe", f"tells {json.loads(body)['type']} {known_as[-4:]}")

        def gone() -> None:
            if not taken and tried < len(_PAUSES):
                self.world.later(_PAUSES[tried], "hook", account, known_as, tried + 1)

        def ended(result: Any, error: BaseException | None) -> None:
            if error is None and result["statusCode"] == 200:
                taken.append(True)

        request = _gateway(body, signature(body.encode(), HOOK_SECRET, self.world.now))
        self.world.start("web", lambda: app.app(request, None), ended, gone)

    def _wait_for_what_is_due(self) -> None:
        due = min((at for at in self._due() if at <= self.closes_at), default=float("inf"))
        if due < self.due_at:
            self.due_at = due
            self.world.later(max(due - self.world.now, 0.0), "stripe_due")

    def _due(self) -> Iterator[float]:
        for _, session in self.everything("checkout.session"):
            if session["status"] == "open":
                yield session["expires_at"]
        for account, known in self.everything("subscription"):
            yield subscriptions.lapses_at(account, known)
            if known["status"] in ("active", "trialing"):
                yield known["items"]["data"][0]["current_period_end"]
            if pause := known["pause_collection"]:
                yield pause["resumes_at"]
        for _, invoice in self.everything("invoice"):
            if invoice["status"] == "open" and invoice["next_payment_attempt"]:
                yield invoice["next_payment_attempt"]

    # Copies

    def kept(self) -> Any:
        state = {name: (each.things, each.replies, each.vault) for name, each in self.till.accounts.items()}
        return state, self.numbers, self.due_at, self.closes_at, self.deaf, self.unheard

    def restore(self, kept: Any) -> None:
        state, self.numbers, self.due_at, self.closes_at, self.deaf, self.unheard = kept
        self.till.accounts = {}
        for name, (things, replies, vault) in state.items():
            account = self.till.add_account(name)
            account.things, account.replies, account.vault = things, replies, vault

    def _new_id(self, prefix: str) -> str:
        self.numbers += 1
        return f"{prefix}{self.numbers:032x}"


_PROBLEM = {"error": {"type": "api_error", "message": "An unknown error occurred"}}


def _only_events_tell(event: Thing) -> bool:
    """Our own reminder finds what a donor's visit came to; of all else an event tells, or a treasurer who reconciles."""
    kind, thing = event["type"], event["data"]["object"]
    found = {
        "checkout.session.completed": True,
        "checkout.session.expired": True,
        "customer.subscription.created": True,
        "payment_intent.succeeded": bool(thing.get("metadata")),
        "payment_intent.payment_failed": bool(thing.get("metadata")),
        "invoice.paid": thing.get("billing_reason") == "subscription_create",
    }
    return hear.read(event) is not None and not found.get(kind)


def _no(status: int) -> Reply:
    return Reply(status, json.dumps(_PROBLEM).encode(), {})


def _gateway(body: str, signed: str) -> dict[str, Any]:
    """The request as API Gateway hands it on."""
    return {
        "requestContext": {
            "httpMethod": "POST",
            "resourcePath": "/hooks/stripe",
            "identity": {"sourceIp": "192.0.2.1"},
        },
        "headers": {"content-type": "application/json", "stripe-signature": signed},
        "multiValueQueryStringParameters": None,
        "pathParameters": {},
        "stageVariables": None,
        "body": body,
        "isBase64Encoded": False,
    }
