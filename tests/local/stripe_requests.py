"""Stripe's double without a wire: a clock that is set by hand, ids in order, and requests as the SDK sends them."""

from itertools import count
from typing import Any
from urllib.parse import urlencode

from stripe._encode import _api_encode

from local.stripe import checkout
from local.stripe.account import Account
from local.stripe.world import Reply, World

GOOD, DECLINED, LATER, SLOW = "4242424242424242", "4000000000000002", "4000000000000341", "000123456789"
DISPUTED, ASKS = "4000000000000259", "4000002500003155"
DAY = 86400

ONCE: dict[str, Any] = {
    "mode": "payment",
    "line_items": [
        {"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 2500, "product_data": {"name": "A roof"}}}
    ],
    "success_url": "https://example.org/given",
    "customer_email": "ada@example.org",
    "customer_creation": "always",
    "payment_intent_data": {"metadata": {"muster": "a.b.c"}, "description": "A roof"},
}


def monthly(**more: Any) -> dict[str, Any]:
    price = ONCE["line_items"][0]["price_data"] | {"recurring": {"interval": "month", "interval_count": 1}}
    known = {name: ONCE[name] for name in ("success_url", "customer_email")}
    return known | {
        "mode": "subscription",
        "line_items": [{"quantity": 1, "price_data": price}],
        "subscription_data": {"metadata": {"muster": "a.b.c"}} | more,
    }


class Shop:
    """The double and whoever asks it."""

    def __init__(self, now: float = 1_800_000_000) -> None:
        self.now = now
        ids = count(1)
        self.world = World(lambda: self.now, lambda prefix: f"{prefix}{next(ids):08}")
        self.account = ""

    @property
    def own(self) -> Account:
        return self.world.accounts[self.account]

    def ask(self, method: str, path: str, *, key: str = "", secret: str = "sk_test_x", **params: Any) -> Reply:
        form = urlencode(list(_api_encode(params)))
        headers = {"authorization": f"Bearer {secret}"} | ({"idempotency-key": key} if key else {})
        headers |= {"stripe-account": self.account} if self.account else {}
        target = f"/v1/{path}" + (f"?{form}" if form and method != "POST" else "")
        return self.world.request(method, target, form if method == "POST" else "", headers)

    def get(self, path: str, **params: Any) -> Any:
        return told(self.ask("GET", path, **params))

    def post(self, path: str, **params: Any) -> Any:
        return told(self.ask("POST", path, **params))

    def checkout(self, params: dict[str, Any] = ONCE, card: str = GOOD, **how: Any) -> Any:
        """Open a page and pay there; the session as it is then."""
        made = self.post("checkout/sessions", **params)
        checkout.complete(self.own, self.own.find("checkout.session", made["id"]), card, **how)
        return self.get(f"checkout/sessions/{made['id']}")

    def subscribe(self, card: str = GOOD, **more: Any) -> Any:
        return self.get(f"subscriptions/{self.checkout(monthly(**more), card)['subscription']}")

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.world.advance()

    def heard(self) -> list[str]:
        """Types of events that nobody was told of yet."""
        return [event["type"] for event in self.world.undelivered()]


def told(reply: Reply) -> Any:
    assert reply.status == 200, reply.body
    return reply.body


def refusal(reply: Reply) -> tuple[int, str]:
    """The status and Stripe's word for it."""
    error = reply.body["error"]
    return reply.status, error.get("code") or error["type"]
