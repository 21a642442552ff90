"""What the double does with time, keys and cards, as Stripe does."""

from datetime import UTC, datetime

import pytest
from stripe_requests import (
    ASKS,
    DAY,
    DECLINED,
    DISPUTED,
    GOOD,
    LATER,
    ONCE,
    SLOW,
    Shop,
    monthly,
    refusal,
)

from local.stripe import checkout, payments, periods, portal, subscriptions
from local.stripe.problems import Problem


@pytest.fixture
def shop():
    return Shop()


def at(text):
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


def day(moment):
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%d")


def next_day(known):
    return day(known["items"]["data"][0]["current_period_end"])


# Keys


def test_the_same_key_gives_the_same_answer_and_does_nothing_twice(shop):
    first, second = (shop.ask("POST", "checkout/sessions", key="k", **ONCE) for _ in range(2))
    assert (first.body, first.replayed, second.replayed) == (second.body, False, True)
    assert len(shop.get("checkout/sessions")["data"]) == 1


def test_the_same_key_with_other_words_is_refused(shop):
    shop.ask("POST", "customers", key="k", email="ada@example.org")
    assert refusal(shop.ask("POST", "customers", key="k", email="eve@example.com")) == (400, "idempotency_error")
    assert refusal(shop.ask("POST", "checkout/sessions", key="k", **ONCE)) == (400, "idempotency_error")


def test_what_was_refused_before_it_began_may_be_asked_again_under_its_key(shop):
    assert shop.ask("POST", "checkout/sessions", key="k", **{**ONCE, "mode": "gift"}).status == 400
    assert shop.ask("POST", "checkout/sessions", key="k", **ONCE).status == 200


def test_a_key_is_forgotten_after_a_day(shop):
    first = shop.ask("POST", "customers", key="k", email="ada@example.org").body
    shop.wait(DAY - 1)
    assert shop.ask("POST", "customers", key="k", email="ada@example.org").body == first
    shop.wait(2)
    assert shop.ask("POST", "customers", key="k", email="ada@example.org").body["id"] != first["id"]


def test_keys_of_two_accounts_have_nothing_to_do_with_each_other(shop):
    shop.account = shop.post("accounts")["id"]
    shop.ask("POST", "customers", key="k", email="ada@example.org")
    shop.account = ""
    assert not shop.ask("POST", "customers", key="k", email="ada@example.org").replayed


def test_stripes_own_failure_is_given_again_to_its_key(shop):
    headers = {"authorization": "Bearer sk_test_x", "idempotency-key": "k"}
    for broken in (True, False):
        reply = shop.world.request("POST", "/v1/customers", "email=a%40example.org", headers, broken=broken)
        assert reply.status == 500
    assert shop.get("customers")["data"] == []


@pytest.mark.parametrize("secret", ["", "pk_test_x", "whsec_x"])
def test_only_a_secret_key_may_ask(shop, secret):
    assert shop.ask("GET", "customers", secret=secret).status == 401


def test_nobody_sees_another_accounts_things(shop):
    mine = shop.post("customers", email="ada@example.org")
    shop.account = shop.post("accounts")["id"]
    assert shop.ask("GET", f"customers/{mine['id']}").status == 404
    shop.world.accounts["acct_other"] = shop.world.accounts.pop(shop.account)
    assert refusal(shop.ask("GET", "customers")) == (403, "account_invalid")


# Pages


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"expires_at": 1_800_000_000 + 1799}, "parameter_invalid_empty"),
        ({"expires_at": 1_800_000_000 + DAY + 1}, "parameter_invalid_empty"),
        ({"customer": "cus_nobody", "customer_email": None}, "resource_missing"),
        ({"success_url": None}, "parameter_missing"),
        ({"line_items": [{"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 49}}]}, "amount_too_small"),
        ({"line_items": [{"quantity": 1, "price_data": {"currency": "clp", "unit_amount": 499}}]}, "amount_too_small"),
        (
            {"line_items": [{"quantity": 1, "price_data": {"currency": "usd", "unit_amount": 10**8}}]},
            "amount_too_large",
        ),
    ],
)
def test_a_page_that_stripe_would_not_open(shop, changed, code):
    assert refusal(shop.ask("POST", "checkout/sessions", **{**ONCE, **changed}))[1] == code


def test_a_page_ends_by_itself_and_can_be_paid_no_more(shop):
    made = shop.post("checkout/sessions", **ONCE, expires_at=int(shop.now) + 3600)
    shop.wait(3600)
    ended = shop.get(f"checkout/sessions/{made['id']}")
    assert (ended["status"], ended["url"], shop.heard()) == ("expired", None, ["checkout.session.expired"])
    with pytest.raises(Problem):
        checkout.complete(shop.own, shop.own.find("checkout.session", made["id"]), GOOD)
    assert refusal(shop.ask("POST", f"checkout/sessions/{made['id']}/expire")) == (400, "checkout_not_open")


def test_what_happens_at_a_page_is_told_in_order(shop):
    shop.checkout()
    assert shop.heard() == [
        "customer.created",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "checkout.session.completed",
    ]


def test_what_stripe_keeps_is_not_known_when_a_payment_is_told(shop):
    shop.checkout()
    told = {event["type"]: event["data"]["object"] for event in shop.world.undelivered()}
    assert told["charge.succeeded"]["balance_transaction"] is None
    assert told["charge.updated"]["balance_transaction"].startswith("txn_")


@pytest.mark.parametrize("card", [DECLINED, "4000000000009995", "4000000000000069", "1234"])
def test_a_card_that_is_declined_leaves_the_page_open_for_another(shop, card):
    made = shop.post("checkout/sessions", **ONCE)
    session = shop.own.find("checkout.session", made["id"])
    with pytest.raises(Problem) as refused:
        checkout.complete(shop.own, session, card)
    assert refused.value.status == 402
    assert shop.heard()[-2:] == ["charge.failed", "payment_intent.payment_failed"]
    checkout.complete(shop.own, session, GOOD)
    [intent] = shop.get("payment_intents")["data"]
    assert (intent["status"], len(shop.get("charges")["data"])) == ("succeeded", 2)


def test_a_card_whose_bank_asks_pays_once_it_is_confirmed(shop):
    made = shop.post("checkout/sessions", **ONCE)
    session = shop.own.find("checkout.session", made["id"])
    with pytest.raises(Problem) as asked:
        checkout.complete(shop.own, session, ASKS)
    assert asked.value.body["error"]["code"] == "authentication_required"
    assert checkout.complete(shop.own, session, ASKS, confirmed=True)["payment_status"] == "paid"


def test_a_bank_that_takes_days(shop):
    made = shop.checkout(card=SLOW)
    assert made["payment_status"] == "unpaid"
    checkout.settle_slow(shop.own, shop.own.find("checkout.session", made["id"]), paid=True)
    assert shop.get(f"payment_intents/{made['payment_intent']}")["status"] == "succeeded"
    assert shop.heard()[-1] == "checkout.session.async_payment_succeeded"


# Back


def test_giving_back_more_than_there_is_is_refused(shop):
    paid = shop.checkout()["payment_intent"]
    shop.post("refunds", payment_intent=paid, amount=2000)
    assert refusal(shop.ask("POST", "refunds", payment_intent=paid, amount=501)) == (400, "amount_too_large")
    shop.post("refunds", payment_intent=paid)
    assert refusal(shop.ask("POST", "refunds", payment_intent=paid)) == (400, "charge_already_refunded")


def test_what_a_bank_does_not_take_back_is_there_again(shop):
    paid = shop.checkout()["payment_intent"]
    made = shop.post("refunds", payment_intent=paid, amount=2000)
    payments.bounce(shop.own, shop.own.find("refund", made["id"]))
    [charge] = shop.get("charges", payment_intent=paid)["data"]
    assert (charge["amount_refunded"], shop.heard()[-1]) == (0, "refund.failed")


def test_a_dispute_takes_the_money_and_gives_it_back_when_it_is_won(shop):
    paid = shop.checkout(card=DISPUTED)["payment_intent"]
    assert refusal(shop.ask("POST", "refunds", payment_intent=paid)) == (400, "charge_disputed")
    [dispute] = shop.get("disputes", payment_intent=paid)["data"]
    payments.close_dispute(shop.own, shop.own.find("dispute", dispute["id"]), won=True)
    disputes = [kind for kind in shop.heard() if kind.startswith("charge.dispute")]
    assert disputes == [
        f"charge.dispute.{what}" for what in ("created", "funds_withdrawn", "funds_reinstated", "closed")
    ]


# Again and again


@pytest.mark.parametrize(
    ("begun", "interval", "days"),
    [
        ("2027-01-31", ("month", 1), ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]),
        ("2027-11-30", ("month", 3), ["2028-02-29", "2028-05-30", "2028-08-30"]),
        ("2028-02-29", ("year", 1), ["2029-02-28", "2030-02-28", "2031-02-28", "2032-02-29"]),
        ("2027-12-31", ("week", 1), ["2028-01-07", "2028-01-14"]),
        ("2027-12-15", ("month", 1), ["2028-01-15", "2028-02-15"]),
    ],
)
def test_the_day_of_the_first_is_kept_over_shorter_months(begun, interval, days):
    anchor = moment = at(begun)
    for expected in days:
        moment = periods.next_after(anchor, moment, *interval)
        assert day(moment) == expected


def test_a_subscription_of_the_31st_is_taken_on_each_months_last(shop):
    shop.now = at("2027-01-31")
    known = shop.subscribe()
    taken = []
    for _ in range(4):
        taken.append(next_day(shop.get(f"subscriptions/{known['id']}")))
        shop.wait(31 * DAY)
    assert taken == ["2027-02-28", "2027-03-31", "2027-04-30", "2027-05-31"]
    assert [each["billing_reason"] for each in shop.get("invoices")["data"]][-2:] == [
        "subscription_cycle",
        "subscription_create",
    ]


def test_one_that_begins_later_takes_nothing_today(shop):
    shop.now = at("2027-01-31")
    made = shop.checkout(monthly(billing_cycle_anchor=at("2027-02-28"), proration_behavior="none"))
    assert (made["amount_total"], made["payment_status"]) == (0, "no_payment_required")
    shop.wait(28 * DAY)
    assert [charge["amount"] for charge in shop.get("charges")["data"]] == [2500]


@pytest.mark.parametrize("anchor", ["2027-01-30", "2027-03-02"])
def test_it_begins_in_the_future_and_within_one_period(shop, anchor):
    shop.now = at("2027-01-31")
    params = monthly(billing_cycle_anchor=at(anchor), proration_behavior="none")
    assert shop.ask("POST", "checkout/sessions", **params).status == 400


def test_moving_the_day_takes_nothing_until_then_and_keeps_it_from_then_on(shop):
    shop.now = at("2027-01-05")
    known = shop.subscribe()
    moved = shop.post(f"subscriptions/{known['id']}", trial_end=at("2027-02-20"), proration_behavior="none")
    assert (moved["status"], next_day(moved)) == ("trialing", "2027-02-20")
    shop.now = at("2027-02-20")
    shop.world.advance()
    assert next_day(shop.get(f"subscriptions/{known['id']}")) == "2027-03-20"
    assert len(shop.get("charges")["data"]) == 2
    assert shop.ask("POST", f"subscriptions/{known['id']}", trial_end=at("2027-02-01")).status == 400


def price_of(known, amount, interval):
    price = {"currency": "usd", "product": known["items"]["data"][0]["price"]["product"], "unit_amount": amount}
    return [{"id": known["items"]["data"][0]["id"], "price_data": price | {"recurring": {"interval": interval}}}]


def test_another_amount_is_taken_from_the_next_time_on(shop):
    known = shop.subscribe()
    shop.post(f"subscriptions/{known['id']}", items=price_of(known, 900, "month"), proration_behavior="none")
    assert len(shop.get("charges")["data"]) == 1
    shop.wait(31 * DAY)
    assert [charge["amount"] for charge in shop.get("charges")["data"]] == [900, 2500]


def test_another_interval_is_taken_at_once_unless_it_is_tried_out(shop):
    known, other = shop.subscribe(), shop.subscribe()
    until = other["items"]["data"][0]["current_period_end"]
    shop.post(f"subscriptions/{known['id']}", items=price_of(known, 900, "year"), proration_behavior="none")
    assert [charge["amount"] for charge in shop.get("charges")["data"]] == [900, 2500, 2500]
    items = price_of(other, 900, "year")
    after = shop.post(f"subscriptions/{other['id']}", items=items, trial_end=until, proration_behavior="none")
    assert len(shop.get("charges")["data"]) == 3
    assert after["items"]["data"][0]["current_period_end"] == until


def test_while_it_pauses_invoices_are_void_and_it_goes_on_by_itself(shop):
    known = shop.subscribe()
    until = known["items"]["data"][0]["current_period_end"] + DAY
    shop.post(f"subscriptions/{known['id']}", pause_collection={"behavior": "void", "resumes_at": until})
    shop.wait(31 * DAY)
    assert [each["status"] for each in shop.get("invoices")["data"]] == ["void", "paid"]
    shop.wait(2 * DAY)
    assert shop.get(f"subscriptions/{known['id']}")["pause_collection"] is None
    shop.wait(31 * DAY)
    assert len(shop.get("charges")["data"]) == 2


def test_a_pause_does_not_stop_what_failed_before_it_from_being_tried_again_unless_it_is_void(shop):
    known = shop.subscribe(LATER)
    shop.wait(31 * DAY)
    shop.post(f"subscriptions/{known['id']}", pause_collection={"behavior": "void"})
    shop.wait(3 * DAY)
    [invoice] = shop.get("invoices", subscription=known["id"], status="open")["data"]
    assert invoice["attempt_count"] == 2
    shop.post(f"invoices/{invoice['id']}/void")
    shop.wait(3 * DAY)
    assert shop.get(f"invoices/{invoice['id']}")["attempt_count"] == 2
    assert shop.get(f"subscriptions/{known['id']}")["status"] == "active"
    assert refusal(shop.ask("POST", f"invoices/{invoice['id']}/void")) == (400, "invoice_not_open")


def test_a_card_that_declines_is_tried_four_times_by_one_payment_and_then_it_ends(shop):
    known = shop.subscribe(LATER)
    shop.wait(31 * DAY)
    assert shop.get(f"subscriptions/{known['id']}")["status"] == "past_due"
    for _ in range(3):
        shop.wait(3 * DAY)
    assert shop.get(f"subscriptions/{known['id']}")["status"] == "canceled"
    assert len(shop.get("payment_intents")["data"]) == 2
    assert len(shop.get("charges")["data"]) == 5
    assert shop.heard()[-1] == "customer.subscription.deleted"
    assert shop.ask("DELETE", f"subscriptions/{known['id']}").status == 404


def test_a_declined_first_card_leaves_one_that_lapses_after_a_day(shop):
    made = shop.post("checkout/sessions", **monthly())
    with pytest.raises(Problem):
        checkout.complete(shop.own, shop.own.find("checkout.session", made["id"]), DECLINED)
    assert shop.heard()[-2:] == ["customer.subscription.created", "invoice.payment_failed"]
    [known] = shop.get("subscriptions")["data"]
    [invoice] = shop.get("invoices")["data"]
    assert (known["status"], invoice["status"], invoice["billing_reason"]) == (
        "incomplete",
        "open",
        "subscription_create",
    )
    shop.wait(DAY)
    assert shop.get(f"subscriptions/{known['id']}")["status"] == "incomplete_expired"
    assert shop.heard()[-2:] == ["invoice.voided", "customer.subscription.updated"]
    shop.wait(40 * DAY)
    assert len(shop.get("invoices")["data"]) == 1


@pytest.mark.parametrize(("paid", "status"), [(True, "active"), (False, "incomplete_expired")])
def test_a_first_bank_debit_begins_nothing_before_it_is_there(shop, paid, status):
    session = shop.checkout(monthly(), SLOW)
    shop.wait(3 * DAY)
    assert shop.get(f"subscriptions/{session['subscription']}")["status"] == "incomplete"
    checkout.settle_slow(shop.own, shop.own.find("checkout.session", session["id"]), paid=paid)
    shop.wait(1)
    assert shop.get(f"subscriptions/{session['subscription']}")["status"] == status


def test_a_new_card_at_the_portal_pays_what_is_open(shop):
    known = shop.subscribe(LATER)
    shop.wait(31 * DAY)
    page = shop.post("billing_portal/sessions", customer=known["customer"], return_url="https://example.org")
    session = shop.own.find("billing_portal.session", page["id"])
    with pytest.raises(Problem):
        portal.replace_card(shop.own, session, DECLINED)
    portal.replace_card(shop.own, session, GOOD)
    assert shop.get(f"subscriptions/{known['id']}")["status"] == "active"
    assert {each["status"] for each in shop.get("invoices")["data"]} == {"paid"}


def test_at_the_portal_nobody_ends_what_another_pays(shop):
    known, other = shop.subscribe(), shop.subscribe()
    page = shop.post("billing_portal/sessions", customer=known["customer"])
    session = shop.own.find("billing_portal.session", page["id"])
    for subscription in (other, known):
        portal.cancel(shop.own, session, subscription["id"])
    assert shop.get(f"subscriptions/{other['id']}")["status"] == "active"
    assert shop.get(f"subscriptions/{known['id']}")["status"] == "canceled"


def test_a_renewal_is_told_in_order(shop):
    own = shop.own.find("subscription", shop.subscribe()["id"])
    shop.heard()
    subscriptions.renew(shop.own, own)
    assert shop.heard() == [
        "invoice.created",
        "customer.subscription.updated",
        "charge.succeeded",
        "payment_intent.succeeded",
        "charge.updated",
        "invoice.paid",
    ]


# Lists


def test_lists_are_newest_first_by_pages_and_times(shop):
    made = []
    for _ in range(5):
        made.append(shop.post("customers", email="ada@example.org")["id"])
        shop.now += 10
    first = shop.get("customers", limit=2)
    rest = shop.get("customers", limit=3, starting_after=first["data"][-1]["id"])
    assert [each["id"] for each in first["data"] + rest["data"]] == made[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)
    within = shop.get("customers", created={"gte": 1_800_000_010, "lt": 1_800_000_030})
    assert [each["id"] for each in within["data"]] == [made[2], made[1]]


def test_invoices_of_payments_are_listed_by_payment_time_and_state_and_opened_when_asked(shop):
    known = shop.subscribe(LATER)
    shop.wait(31 * DAY)
    paid = shop.get("invoice_payments", status="paid", created={"lt": int(shop.now)}, expand=["data.invoice"])["data"]
    assert [each["invoice"]["parent"]["subscription_details"]["metadata"] for each in paid] == [{"muster": "a.b.c"}]
    [open_] = shop.get("invoice_payments", status="open")["data"]
    told = {"type": "payment_intent", "payment_intent": open_["payment"]["payment_intent"]}
    assert shop.get("invoice_payments", payment=told)["data"] == [open_]
    assert shop.get(f"subscriptions/{known['id']}")["latest_invoice"] == open_["invoice"]
