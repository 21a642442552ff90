"""Whatever the double says is what Stripe could have said: its answers, events and what it takes, by the SDK's types."""

import pytest
from stripe_description import untrue
from stripe_requests import ASKS, DECLINED, DISPUTED, GOOD, LATER, ONCE, SLOW, Shop, monthly, refusal

from local.stripe import checkout, connect, customers, payments, portal, routes, subscriptions
from local.stripe.problems import Problem


class Watched(Shop):
    """Every answer is looked at as it comes: `untrue`, what is wrong with them, by what was called."""

    def __init__(self):
        super().__init__()
        self.untrue = {}

    def ask(self, method, path, **params):
        reply = super().ask(method, path, **params)
        called = routes.find(method, f"/v1/{path}").called
        self.untrue.setdefault(called, set()).update(untrue(reply.body) if reply.status == 200 else ())
        return reply


@pytest.fixture
def shop():
    return Watched()


def tour(shop):
    """Once through everything, on the platform's own account."""
    paid = shop.checkout()
    slow = shop.checkout(card=SLOW)
    checkout.settle_slow(shop.own, shop.own.find("checkout.session", slow["id"]), paid=True)
    unpaid = shop.checkout(card=SLOW)
    checkout.settle_slow(shop.own, shop.own.find("checkout.session", unpaid["id"]), paid=False)
    with pytest.raises(Problem):
        shop.checkout(card=DECLINED)
    shop.checkout(card=ASKS, confirmed=True)
    ended = shop.post("checkout/sessions", **ONCE)
    shop.post(f"checkout/sessions/{ended['id']}/expire")
    shop.checkout({**ONCE, "mode": "setup", "currency": "usd", "line_items": None, "payment_intent_data": None})
    disputed = shop.checkout(card=DISPUTED)
    [dispute] = shop.get("disputes", payment_intent=disputed["payment_intent"])["data"]
    payments.close_dispute(shop.own, shop.own.find("dispute", dispute["id"]), won=False)
    shop.post("refunds", payment_intent=paid["payment_intent"], amount=1000, metadata={"muster": "x"})
    again_and_again(shop)
    shop.post("customers", email="eve@example.com", name="Eve")
    shop.post(f"customers/{paid['customer']}", name="Ada Lovelace")
    look_at_everything(shop, paid)


def again_and_again(shop):
    known = shop.subscribe()
    own = shop.own.find("subscription", known["id"])
    price = {"currency": "usd", "product": known["items"]["data"][0]["price"]["product"], "unit_amount": 1250}
    price |= {"recurring": {"interval": "year", "interval_count": 1}}
    item = {"id": known["items"]["data"][0]["id"], "price_data": price}
    shop.post(f"subscriptions/{known['id']}", items=[item], proration_behavior="none")
    shop.post(f"subscriptions/{known['id']}", pause_collection={"behavior": "void", "resumes_at": int(shop.now) + 9})
    shop.post(f"subscriptions/{known['id']}", pause_collection="")
    shop.post(f"subscriptions/{known['id']}", trial_end=int(shop.now) + 86400, proration_behavior="none")
    subscriptions.announce(shop.own, own)
    shop.wait(2 * 86400)
    page = shop.post("billing_portal/sessions", customer=known["customer"], return_url="https://example.org")
    portal.replace_card(shop.own, shop.own.find("billing_portal.session", page["id"]), LATER)
    shop.post(f"invoices/{subscriptions.renew(shop.own, own)['id']}/void")
    subscriptions.renew(shop.own, own)
    portal.replace_card(shop.own, shop.own.find("billing_portal.session", page["id"]), GOOD)
    shop.ask("DELETE", f"subscriptions/{known['id']}")
    shop.checkout(monthly(billing_cycle_anchor=int(shop.now) + 86400, proration_behavior="none"))
    price = ONCE["line_items"][0]["price_data"] | {"product": "prod_1", "recurring": {"interval": "month"}}
    price.pop("product_data")
    customer = shop.post("customers", email="grace@example.org")
    card = payments.method(shop.own, GOOD)
    customers.attach(shop.own, shop.own.find("customer", customer["id"]), card)
    shop.post(
        "subscriptions", customer=customer["id"], items=[{"price_data": price}], default_payment_method=card["id"]
    )


def look_at_everything(shop, paid):
    for path in ("checkout/sessions", "payment_intents", "charges", "refunds", "disputes", "customers", "events"):
        for each in shop.get(path, limit=100)["data"]:
            shop.get(f"{path}/{each['id']}")
    for path in ("subscriptions", "invoices", "balance_transactions", "payment_methods"):
        for each in shop.get(path, limit=100)["data"]:
            shop.get(f"{path}/{each['id']}")
    for each in shop.own.every("setup_intent"):
        shop.get(f"setup_intents/{each['id']}")
    shop.get("invoice_payments", limit=100)
    shop.get("invoice_payments", limit=100, expand=["data.invoice"])
    shop.get("invoices", limit=100, expand=["data.payments"])
    shop.get(f"payment_intents/{paid['payment_intent']}", expand=["latest_charge.balance_transaction", "customer"])


def a_group_connects(shop):
    controller = {"stripe_dashboard": {"type": "full"}, "fees": {"payer": "account"}}
    made = shop.post("accounts", controller=controller, email="bob@example.org", metadata={"muster": "g"})
    urls = {"return_url": "https://example.org", "refresh_url": "https://example.org"}
    link = shop.post("account_links", account=made["id"], type="account_onboarding", **urls)
    connect.finish(shop.world, link["url"].rpartition("/")[2])
    shop.get(f"accounts/{made['id']}")
    shop.get("account")
    saved = shop.checkout({**monthly(), "customer_email": "ada@example.org"})
    [card] = shop.get("payment_methods", customer=saved["customer"])["data"]
    shop.account = made["id"]
    copied = shop.post("payment_methods", customer=saved["customer"], payment_method=card["id"])
    shop.post(
        "payment_intents",
        amount=700,
        currency="usd",
        payment_method=copied["id"],
        confirm=True,
        off_session=True,
        metadata={"muster": "x"},
    )
    shop.account = ""
    shop.post(f"payment_methods/{card['id']}/detach")
    shop.account = made["id"]
    look_at_everything(shop, shop.checkout())


def test_every_answer_and_event_of_a_tour_through_every_route_is_one_that_stripe_gives(shop):
    tour(shop)
    a_group_connects(shop)
    for event in shop.world.undelivered():
        about = event["data"]["object"] | ({"id": "in_1"} if event["type"] == "invoice.upcoming" else {})
        shop.untrue[event["type"]] = {*untrue(event), *untrue(about)}
    assert set(routes.every()) <= set(shop.untrue)
    assert {called: problems for called, problems in shop.untrue.items() if problems} == {}


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        ({"amount_total": "2500"}, "checkout.session.amount_total: '2500' is no"),
        ({"status": "finished"}, "checkout.session.status: 'finished' is no"),
        ({"price_of_it": 1}, "checkout.session.price_of_it: Stripe has no such field"),
        ({"livemode": None}, "checkout.session.livemode: None is no"),
        ({"automatic_tax": {"enabled": 1}}, "checkout.session.automatic_tax.enabled: 1 is no"),
        ({"metadata": {"muster": 5}}, "checkout.session.metadata.muster: 5 is no"),
        ({"custom_fields": {}}, "checkout.session.custom_fields: {} is no"),
        ({"amount_subtotal": True}, "checkout.session.amount_subtotal: True is no"),
    ],
)
def test_what_stripe_does_not_say_would_be_noticed(shop, broken, said):
    assert any(problem.startswith(said) for problem in untrue(shop.checkout() | broken))


def test_what_is_missing_would_be_noticed(shop):
    session = shop.checkout()
    session.pop("mode")
    assert untrue(session) == ["checkout.session.mode: is missing"]


@pytest.mark.parametrize(
    ("path", "params", "said"),
    [
        ("checkout/sessions", {**ONCE, "succes_url": "x"}, "succes_url"),
        ("checkout/sessions", {**ONCE, "payment_intent_data": {"metdata": {"a": "b"}}}, "payment_intent_data[metdata]"),
        (
            "checkout/sessions",
            {**ONCE, "line_items": [{"price_data": {"amount": 5}}]},
            "line_items[0][price_data][amount]",
        ),
        ("checkout/sessions", {**ONCE, "mode": "gift"}, "mode"),
        ("checkout/sessions", {**ONCE, "submit_type": "give"}, "submit_type"),
        ("checkout/sessions", {**ONCE, "expires_at": "soon"}, "expires_at"),
        ("checkout/sessions", {**ONCE, "metadata": "x"}, "metadata"),
        ("subscriptions/sub_1", {"pause_collection": {"behaviour": "void"}}, "pause_collection[behaviour]"),
        ("refunds", {"payment": "pi_1"}, "payment"),
        ("refunds", {"payment_intent": "pi_1", "reason": "why not"}, "reason"),
        ("customers", {"email": ["a"]}, "email"),
    ],
)
def test_what_stripe_does_not_know_is_refused_wherever_it_stands(shop, path, params, said):
    reply = shop.ask("POST", path, **params)
    assert (reply.status, reply.body["error"]["param"]) == (400, said)


def test_a_list_is_asked_for_by_what_stripe_knows(shop):
    assert refusal(shop.ask("GET", "charges", status="succeeded")) == (400, "parameter_unknown")
    assert refusal(shop.ask("GET", "charges", limit=101)) == (400, "parameter_invalid_integer")
