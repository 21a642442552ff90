"""Subscriptions: what is taken again and again, period by period, each by an invoice."""

from typing import Any

from local.stripe import payments
from local.stripe.account import Account, Thing
from local.stripe.forms import Params, number
from local.stripe.periods import after
from local.stripe.problems import Problem, wrong

_DAY = 86400
# A card that was declined is tried again after three days, four times at most; then it ends.
_RETRY_SECONDS = 3 * _DAY
_MOST_TRIES = 4
# What an invoice has of nothing here.
_NOTHING = (
    *("amount_overpaid", "amount_shipping", "attempt_count", "post_payment_credit_notes_amount"),
    *("pre_payment_credit_notes_amount", "starting_balance", "amount_paid"),
)


def begin(account: Account, params: Params, customer: Thing, card: Thing) -> Thing:
    """Set up, and its first period paid, unless it begins later. Raises Problem when the card is declined."""
    now, data = account.now(), params["price_data"]
    price = _price(account, data, data.get("product") or account.new_id("prod_"))
    anchor = int(params.get("billing_cycle_anchor") or params.get("trial_end") or 0)
    end = anchor or after(now, price["recurring"]["interval"], price["recurring"]["interval_count"])
    made = account.make(
        "subscription",
        "sub_",
        automatic_tax={"enabled": False, "disabled_reason": None, "liability": None},
        billing_cycle_anchor=anchor or now,
        billing_mode={"type": "classic", "flexible": None},
        billing_schedules=[],
        cancel_at_period_end=False,
        collection_method="charge_automatically",
        currency=price["currency"],
        customer=customer["id"],
        default_payment_method=card["id"],
        description=params.get("description"),
        discounts=[],
        invoice_settings={"account_tax_ids": None, "issuer": {"type": "self"}},
        livemode=False,
        metadata=params.get("metadata", {}),
        start_date=now,
        status="incomplete",
    )
    made["items"] = _listed([_item(account, made, price, now, end)])
    account.things["subscription"].pop(made["id"])
    invoice = _invoice(account, made, "subscription_create", 0 if anchor else price["unit_amount"])
    try:
        _take(account, made, invoice)
    except Problem:
        # Whoever takes another card gets another: of this one nothing is left but the payment that failed.
        account.things["invoice"].pop(invoice["id"])
        for payment in account.every("invoice_payment", invoice=invoice["id"]):
            account.things["invoice_payment"].pop(payment["id"])
        raise
    account.keep(made)
    made |= {"status": "active"}
    account.tell("customer.subscription.created", made)
    return made


def update(account: Account, known: Thing, params: Params) -> Thing:
    if known["status"] == "canceled":
        raise wrong("A canceled subscription can only update its cancellation_details and metadata.", "", "")
    item = known["items"]["data"][0]
    for asked in params.get("items", []):
        if "product_data" in asked["price_data"]:
            raise wrong("Received unknown parameter: items[0][price_data][product_data]", "items", "parameter_unknown")
        item |= {"price": _price(account, asked["price_data"], asked["price_data"]["product"])}
        item |= {"plan": _plan(item["price"])}
    if trial_end := params.get("trial_end"):
        if int(trial_end) <= account.now():
            raise wrong("Invalid timestamp: must be in the future.", "trial_end", "invalid_trial_end")
        known |= {"trial_end": int(trial_end), "status": "trialing", "billing_cycle_anchor": int(trial_end)}
        item |= {"current_period_end": int(trial_end)}
    if (pause := params.get("pause_collection")) is not None:
        at = pause and pause.get("resumes_at")
        known |= {"pause_collection": pause and {"behavior": pause["behavior"], "resumes_at": int(at) if at else None}}
        known |= {"pause_collection": known["pause_collection"] or None}
    for name in ("default_payment_method", "description"):
        known |= {name: params.get(name, known[name])}
    if "cancel_at_period_end" in params:
        known |= {"cancel_at_period_end": params["cancel_at_period_end"] == "true"}
    known["metadata"] = known["metadata"] | params.get("metadata", {})
    account.tell("customer.subscription.updated", known)
    return known


def cancel(account: Account, known: Thing) -> Thing:
    if known["status"] == "canceled":
        raise Problem(404, "invalid_request_error", "No such subscription", code="resource_missing", param="id")
    known |= {"status": "canceled", "canceled_at": account.now(), "ended_at": account.now()}
    account.tell("customer.subscription.deleted", known)
    return known


def fall_due(account: Account, now: int) -> None:
    """Whatever is due by now: renewals, declined cards tried again, pauses that end."""
    for known in account.every("subscription"):
        while known["status"] in ("active", "trialing") and known["items"]["data"][0]["current_period_end"] <= now:
            renew(account, known)
        for invoice in account.every("invoice", status="open"):
            if _subscription_of(invoice) == known["id"] and (invoice["next_payment_attempt"] or now + 1) <= now:
                retry(account, invoice)


def announce(account: Account, known: Thing) -> None:
    """Days before it is taken again."""
    account.tell("invoice.upcoming", _invoice(account, known, "upcoming", _amount(known), kept=False))


def renew(account: Account, known: Thing) -> Thing | None:
    """The next period: an invoice, and its payment tried; None while it is paused."""
    item = known["items"]["data"][0]
    recurring, begin_ = item["price"]["recurring"], item["current_period_end"]
    end = after(begin_, recurring["interval"], recurring["interval_count"])
    item |= {"current_period_start": begin_, "current_period_end": end}
    known |= {"trial_end": None, "status": "active"}
    pause = known["pause_collection"]
    if pause and (not pause["resumes_at"] or pause["resumes_at"] > begin_):
        account.tell("customer.subscription.updated", known)
        return None
    known |= {"pause_collection": None}
    invoice = _invoice(account, known, "subscription_cycle", item["price"]["unit_amount"])
    account.tell("invoice.created", invoice)
    account.tell("customer.subscription.updated", known)
    return retry(account, invoice)


def retry(account: Account, invoice: Thing) -> Thing:
    """Try to have an invoice paid."""
    known = account.find("subscription", _subscription_of(invoice))
    try:
        _take(account, known, invoice, again=True)
    except Problem:
        invoice |= {"next_payment_attempt": account.now() + _RETRY_SECONDS}
        known |= {"status": "past_due"}
        if invoice["attempt_count"] >= _MOST_TRIES:
            invoice |= {"next_payment_attempt": None, "status": "uncollectible"}
        account.tell("invoice.payment_failed", invoice)
        account.tell("customer.subscription.updated", known)
        if invoice["status"] == "uncollectible":
            cancel(account, known)
        return invoice
    if known["status"] == "past_due":
        known |= {"status": "active"}
        account.tell("customer.subscription.updated", known)
    return invoice


def _take(account: Account, known: Thing, invoice: Thing, *, again: bool = False) -> None:
    """Have an invoice paid by the subscription's card, or its customer's newer one."""
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1}
    if invoice["amount_due"]:
        customer = account.find("customer", known["customer"])
        card = customer["invoice_settings"]["default_payment_method"] or known["default_payment_method"]
        intent = payments.intend(account, invoice["amount_due"], invoice["currency"], customer=customer["id"])
        payment = _payment(account, invoice, intent)
        payments.pay(account, intent, account.find("payment_method", card), again=again)
        payment |= {"status": "paid", "amount_paid": invoice["amount_due"]}
    invoice |= {"status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0}
    invoice |= {"next_payment_attempt": None}
    account.tell("invoice.paid", invoice)


def _payment(account: Account, invoice: Thing, intent: Thing) -> Thing:
    made = account.make(
        "invoice_payment",
        "inpay_",
        amount_requested=invoice["amount_due"],
        currency=invoice["currency"],
        invoice=invoice["id"],
        is_default=True,
        livemode=False,
        payment={"type": "payment_intent", "payment_intent": intent["id"]},
        status="open",
        status_transitions={"canceled_at": None, "paid_at": None},
    )
    invoice["payments"]["data"].append(made["id"])
    return made


def _invoice(account: Account, known: Thing, reason: str, amount: int, *, kept: bool = True) -> Thing:
    now = account.now()
    details = {"subscription": known["id"], "metadata": known["metadata"], "subscription_proration_date": None}
    parent = {"type": "subscription_details", "subscription_details": details, "quote_details": None}
    times = {"finalized_at": now, "marked_uncollectible_at": None, "paid_at": None, "voided_at": None}
    made = account.make(
        "invoice",
        "in_",
        **dict.fromkeys(_NOTHING, 0),
        amount_due=amount,
        amount_remaining=amount,
        attempted=False,
        automatic_tax={"enabled": False, "disabled_reason": None, "liability": None, "status": None, "provider": None},
        billing_reason=reason,
        collection_method="charge_automatically",
        currency=known["currency"],
        customer=known["customer"],
        default_tax_rates=[],
        discounts=[],
        issuer={"type": "self"},
        lines=_listed([]),
        livemode=False,
        metadata={},
        parent=parent,
        payment_settings={"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        payments=_listed([]),
        period_end=now,
        period_start=now,
        status="open",
        status_transitions=times,
        subtotal=amount,
        total=amount,
    )
    if kept:
        known |= {"latest_invoice": made["id"]}
    else:
        account.things["invoice"].pop(made["id"])
    return made


def _subscription_of(invoice: Thing) -> str:
    return str(invoice["parent"]["subscription_details"]["subscription"])


def _amount(known: Thing) -> int:
    return int(known["items"]["data"][0]["price"]["unit_amount"])


def _item(account: Account, known: Thing, price: Thing, start: int, end: int) -> Thing:
    return account.make(
        "subscription_item",
        "si_",
        current_period_end=end,
        current_period_start=start,
        discounts=[],
        metadata={},
        plan=_plan(price),
        price=price,
        quantity=1,
        subscription=known["id"],
    )


def _price(account: Account, data: Params, product: str) -> Thing:
    told = data["recurring"]
    recurring: dict[str, Any] = {"interval": told["interval"], "interval_count": number(told, "interval_count", 1)}
    return account.make(
        "price",
        "price_",
        active=True,
        billing_scheme="per_unit",
        currency=data["currency"],
        livemode=False,
        metadata={},
        product=product,
        recurring=recurring | {"meter": None, "usage_type": "licensed", "trial_period_days": None},
        type="recurring",
        unit_amount=number(data, "unit_amount"),
    )


def _plan(price: Thing) -> Thing:
    """What a price was called before; still sent."""
    return {"id": price["id"], "object": "plan", "amount": price["unit_amount"], "currency": price["currency"]}


def _listed(things: list[Any]) -> Thing:
    return {"object": "list", "data": things, "has_more": False, "url": ""}
