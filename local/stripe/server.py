"""The double, running: requests and forms come in, the world decides, the postman brings what it has to tell."""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

from local.http11 import Request, Response, plain
from local.stripe import checkout, connect, pages, payments, portal, subscriptions
from local.stripe.account import Account
from local.stripe.postman import Postman
from local.stripe.problems import Problem
from local.stripe.world import World

JSON = [("Content-Type", "application/json")]
HTML = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
_HOME = "/_local/stripe"
# What Stripe answers before anything is begun. With `500` something is: whoever comes with that key gets it again.
_REFUSALS = {
    "429": {"type": "invalid_request_error", "code": "rate_limit", "message": "Too many requests"},
    "409": {"type": "idempotency_error", "code": "idempotency_key_in_use", "message": "The key is in use"},
}
_SWITCHES = ("delay", "repeat", "reorder", "drop", "off")


class Double:
    """`ahead`: how many seconds its clock is before everybody's; `asked`: how many requests there were."""

    def __init__(self, world: World, postman: Postman, keep: Callable[[Any], None]) -> None:
        self.world, self.postman, self.keep = world, postman, keep
        self.ahead = 0.0
        self.faults: list[dict[str, Any]] = []
        self.asked = 0

    async def handle(self, request: Request) -> Response:
        self.world.advance()
        if request.path.startswith("/v1/"):
            return await self._operation(request)
        if request.path == "/healthz":
            return plain(200, "up")
        try:
            answer = self._page(request)
        except Problem as problem:
            answer = Response(problem.status, HTML, pages.page("No", f"<p>{problem}</p>").encode())
        self._deliver(request)
        return answer

    async def _operation(self, request: Request) -> Response:
        self.asked += 1
        fault = self._fault(f"{request.method} {request.path}")
        if fault in _REFUSALS:
            return Response(int(fault), JSON, json.dumps({"error": _REFUSALS[fault]}).encode())
        if fault == "before":
            raise ConnectionError
        target = request.path + (f"?{request.query}" if request.query else "")
        told = request.method, target, request.body.decode(), dict(request.headers)
        reply = self.world.request(*told, broken=fault == "500")
        self._deliver(request)
        if fault == "after":
            raise ConnectionError
        headers = [
            *JSON,
            ("Request-Id", self.world.new_id("req_")),
            *([("Idempotent-Replayed", "true")] if reply.replayed else []),
        ]
        return Response(reply.status, headers, json.dumps(reply.body).encode())

    def _deliver(self, request: Request) -> None:
        if request.method != "GET" or request.path.endswith("/control"):
            self.keep(self.world.saved())
        self.postman.send(list(self.world.undelivered()))

    def _fault(self, called: str) -> str:
        for fault in self.faults:
            if called.startswith(fault["match"]) and fault["times"] > 0:
                fault["times"] -= 1
                return str(fault["how"])
        return ""

    def _page(self, request: Request) -> Response:
        fields = dict(parse_qsl(request.body.decode(), keep_blank_values=True)) if request.method == "POST" else {}
        path = request.path.removeprefix(_HOME).strip("/").split("/")
        if path == [""]:
            return self._dashboard(fields)
        if path == ["control"]:
            return self._control(request)
        if path == ["things.json"]:
            return self._things(dict(parse_qsl(request.query)))
        if path == ["state.json"]:
            return Response(200, JSON, json.dumps(self.world.saved()).encode())
        known = {"checkout": self._checkout, "portal": self._portal, "connect": self._connect}.get(path[0])
        return known(path[1:], fields, request.method) if known else plain(404, "Stripe's double has no such page.")

    def _things(self, asked: dict[str, str]) -> Response:
        """All of a `kind` on an `account`, oldest first, beginning behind the id `after`."""
        account = self.world.accounts.get(asked.get("account", ""))
        known = account.things.get(asked["kind"], {}) if account else {}
        begin = list(known).index(asked["after"]) + 1 if asked.get("after") in known else 0
        return Response(200, JSON, json.dumps(list(known.values())[begin:]).encode())

    def _checkout(self, path: list[str], fields: dict[str, str], method: str) -> Response:
        account = self.world.session_account(path[0])
        if account is None:
            return plain(404, "No such page.")
        session = account.find("checkout.session", path[0])
        if method != "POST":
            return _html(pages.checkout(account, session))
        card, confirmed = fields.get("number", ""), bool(fields.get("confirmed"))
        try:
            checkout.complete(
                account, session, card, confirmed=confirmed, email=fields.get("email"), name=fields.get("name")
            )
        except Problem as problem:
            ask = problem.body["error"].get("code") == "authentication_required"
            shown = pages.checkout(account, session, str(problem), card, ask)
            return _html(shown, 200 if ask else problem.status)
        return _see_other(session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"]))

    def _portal(self, path: list[str], fields: dict[str, str], method: str) -> Response:
        account = self.world.accounts["" if path[0] == "own" else path[0]]
        session = account.find("billing_portal.session", path[1])
        if method != "POST":
            return _html(pages.portal(account, session))
        try:
            if "cancel" in fields:
                portal.cancel(account, session, fields["cancel"])
            else:
                portal.replace_card(account, session, fields.get("number", ""))
        except Problem as problem:
            return _html(pages.portal(account, session, str(problem)), 402)
        return _see_other(session["return_url"] or _HOME)

    def _connect(self, path: list[str], fields: dict[str, str], method: str) -> Response:
        return _see_other(connect.finish(self.world, path[0])) if method == "POST" else _html(pages.connect(path[0]))

    def _dashboard(self, fields: dict[str, str]) -> Response:
        if fields:
            self._do(self.world.accounts[fields.get("account", "")], fields.get("do", ""), fields.get("id", ""))
            return _see_other(_HOME)
        return _html(pages.dashboard(self.world, self.postman.delivered))

    def _do(self, account: Account, verb: str, known_as: str) -> None:
        """A button of the dashboard."""
        verbs: dict[str, Callable[[], object]] = {
            "refund": lambda: payments.refund(account, {"charge": known_as}),
            "bounce": lambda: payments.bounce(account, account.find("refund", known_as)),
            "dispute": lambda: payments.dispute(account, account.find("charge", known_as)),
            "win": lambda: payments.close_dispute(account, account.find("dispute", known_as), won=True),
            "lose": lambda: payments.close_dispute(account, account.find("dispute", known_as), won=False),
            "renew": lambda: subscriptions.renew(account, account.find("subscription", known_as)),
            "retry": lambda: subscriptions.retry(account, account.find("invoice", known_as)),
            "lapse": lambda: subscriptions.lapse(account, account.find("subscription", known_as)),
            "announce": lambda: subscriptions.announce(account, account.find("subscription", known_as)),
            "expire": lambda: checkout.expire(account, account.find("checkout.session", known_as)),
            "paid": lambda: self._settle(account, known_as, paid=True),
            "unpaid": lambda: self._settle(account, known_as, paid=False),
            "again": lambda: self.postman.send([account.find("event", known_as)]),
        }
        verbs[verb]()

    def _settle(self, account: Account, known_as: str, *, paid: bool) -> None:
        checkout.settle_slow(account, account.find("checkout.session", known_as), paid=paid)

    def _control(self, request: Request) -> Response:
        """GET shows the switches; POST changes those it names, and moves the clock on by `advance` seconds.

        `declining`: by account, why every bank declines what is charged there (`insufficient_funds`), '' for none;
        `keeping`: by account, whether every bank declines what is given back.
        """
        wanted: dict[str, Any] = json.loads(request.body) if request.method == "POST" else {}
        for name in _SWITCHES:
            setattr(self.postman, name, wanted.get("hooks", {}).get(name, getattr(self.postman, name)))
        self.faults += [{"times": 1} | fault for fault in wanted.get("fail_next", [])]
        self.ahead += float(wanted.get("advance", 0))
        for known_as, why in wanted.get("declining", {}).items():
            self.world.accounts[known_as].declining = why
        for known_as, keeps in wanted.get("keeping", {}).items():
            self.world.accounts[known_as].keeping = keeps
        if sold := wanted.get("sell"):
            payments.sell(self.world.accounts[sold.get("account", "")], sold["number"], sold["since"])
        if argued := wanted.get("dispute"):
            account = self.world.accounts[argued.get("account", "")]
            payments.dispute(account, account.find("charge", argued["charge"]), argued["amount"])
        if did := wanted.get("do"):
            self._do(self.world.accounts[did.get("account", "")], did["verb"], did["id"])
        self.world.advance()
        shown = {name: getattr(self.postman, name) for name in _SWITCHES}
        shown |= {"ahead": self.ahead, "asked": self.asked}
        return Response(200, JSON, json.dumps(shown).encode())


def _html(text: str, status: int = 200) -> Response:
    return Response(status, HTML, text.encode())


def _see_other(location: str) -> Response:
    return Response(303, [("Location", location), ("Cache-Control", "no-store")])
