"""All of it without a wire: a request in, a reply out. Time and ids come from outside, so a simulation can drive it."""

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from local.stripe import checkout, forms, parameters, routes, subscriptions
from local.stripe.account import Account, Thing, snapshot
from local.stripe.expand import expanded
from local.stripe.problems import Problem

# After a day a key is forgotten, and begins something new.
_KEPT_SECONDS = 86400
_BROKEN = {"error": {"type": "api_error", "message": "An unknown error occurred"}}
_KEYS = ("sk_test_", "rk_test_")


class Reply(NamedTuple):
    """`replayed`: the answer of an earlier request under the same key."""

    status: int
    body: Any
    replayed: bool = False


class World:
    """The platform's own account is ''; the others are those that it has connected."""

    def __init__(
        self, clock: Callable[[], float], new_id: Callable[[str], str], public_url: str = "https://stripe.test"
    ) -> None:
        self.clock, self.new_id, self.public_url = clock, new_id, public_url
        self.accounts: dict[str, Account] = {"": self._account("")}
        self.advanced = 0

    def request(self, method: str, target: str, body: str, headers: dict[str, str], *, broken: bool = False) -> Reply:
        """`headers` by names in lower case. `broken`: Stripe fails by itself, and says so whenever the key comes."""
        path, _, query = target.partition("?")
        params = forms.read(body if method == "POST" else query)
        key, told = headers.get("idempotency-key", ""), json.dumps([method, path, params], sort_keys=True)
        try:
            account = self._whose(headers)
        except Problem as problem:
            return Reply(problem.status, problem.body)
        known = account.replies.get(key) if method == "POST" else None
        if known and known[3] > self.clock() - _KEPT_SECONDS:
            return _again(known, told)
        reply = Reply(500, _BROKEN) if broken else self._answer(account, method, path, params)
        # What was refused before anything was begun may be asked anew under the same key, as at Stripe.
        if key and method == "POST" and reply.status not in (400, 429):
            account.replies[key] = [told, reply.status, reply.body, self.clock()]
        return reply

    def advance(self, now: float | None = None) -> None:
        """What falls due by now: pages that end, periods that begin."""
        second = int(now or self.clock())
        if second == self.advanced:
            return
        self.advanced = second
        for account in list(self.accounts.values()):
            checkout.fall_due(account, second)
            subscriptions.fall_due(account, second)

    def undelivered(self) -> Iterator[Thing]:
        """Events that nobody was told of yet; each is given once."""
        for account in self.accounts.values():
            while account.undelivered:
                yield snapshot(account.undelivered.pop(0))

    def add_account(self, known_as: str) -> Account:
        return self.accounts.setdefault(known_as, self._account(known_as))

    def session_account(self, session: str) -> Account | None:
        """Whose page at Checkout that is."""
        accounts = self.accounts.values()
        return next((each for each in accounts if session in each.things.get("checkout.session", {})), None)

    def saved(self) -> Any:
        return {
            name: {"things": each.things, "replies": each.replies, "vault": each.vault}
            for name, each in self.accounts.items()
        }

    def load(self, saved: Any) -> None:
        for name, kept in saved.items():
            account = self.add_account(name)
            account.things, account.replies, account.vault = kept["things"], kept["replies"], kept["vault"]

    def _account(self, known_as: str) -> Account:
        return Account(known_as, self.clock, self.new_id)

    def _whose(self, headers: dict[str, str]) -> Account:
        key = headers.get("authorization", "").removeprefix("Bearer ")
        if not key.startswith(_KEYS):
            raise Problem(401, "invalid_request_error", "Invalid API Key provided.")
        account = self.accounts.get(headers.get("stripe-account", ""))
        if account is None:
            words = "The provided key does not have access to account."
            raise Problem(403, "invalid_request_error", words, code="account_invalid")
        return account

    def _answer(self, account: Account, method: str, path: str, params: forms.Params) -> Reply:
        found = routes.find(method, path)
        if found is None:
            problem = Problem(404, "invalid_request_error", f"Unrecognized request URL {path}.")
            return Reply(404, problem.body)
        try:
            parameters.check(found.called, params)
            expand = params.pop("expand", [])
            return Reply(200, expanded(account, snapshot(found.do(self, account, params, *found.ids)), expand))
        except Problem as problem:
            return Reply(problem.status, problem.body)
        except (KeyError, ValueError, TypeError, IndexError) as error:
            message = f"Missing or invalid: {error}"
            return Reply(400, {"error": {"type": "invalid_request_error", "message": message}})


def _again(known: list[Any], told: str) -> Reply:
    if known[0] != told:
        message = "Keys for idempotent requests can only be used with the same parameters they were first used with."
        return Reply(400, {"error": {"type": "idempotency_error", "message": message}})
    return Reply(known[1], snapshot(known[2]), replayed=True)
