"""Subscriptions: what is taken again and again, period by period, each by an invoice."""

from collections.abc import Iterator
from typing import Any

import stripe

from local.stripe import invoices, payments, periods
from local.stripe.account import Account, Thing
from local.stripe.forms import Params, number
from local.stripe.problems import Problem, wrong
from local.stripe.shapes import part, whole

_DAY = 86400
# A card that was declined is tried again after three days, four times at most; then it ends.
_RETRY_SECONDS = 3 * _DAY
_MOST_TRIES = 4
# So long somebody may still pay the first period.
_BEGIN_SECONDS = 23 * 3600


def begin(account: Account, params: Params, customer: Thing, card: Thing) -> Thing:
    """Set up, and its first period paid, unless it begins later. Raises Problem when the card is declined.

    What is left of that is incomplete, and so is what a bank needs days for. (At Checkout, Stripe makes subscriptions
    of declined cards only for who asks in the words of before 2025-03-31. The double does always: whoever can live with
    that can live with less.)
    """
    now, data = account.now(), params["price_data"]
    price = _price(account, data, data.get("product") or account.new_id("prod_"))
    later = begins_later(params)
    made = account.make(
        "subscription",
        "sub_",
        automatic_tax={"enabled": False, "disabled_reason": None, "liability": None},
        billing_cycle_anchor=later or now,
        billing_mode={"type": "classic", "flexible": None},
        billing_schedules=[],
        cancel_at_period_end=False,
        collection_method="charge_automatically",
        currency=price["currency"],
        customer=customer["id"],
        default_payment_method=card["id"],
        description=params.get("description"),
        discounts=[],
        invoice_settings=part(stripe.Subscription.InvoiceSettings, issuer={"type": "self"}),
        livemode=False,
        metadata=params.get("metadata", {}),
        start_date=now,
        status="incomplete",
        trial_end=int(params["trial_end"]) if "trial_end" in params else None,
    )
    made["items"] = invoices.listed([_item(account, made, price, now)])
    invoice = invoices.make(account, made, "subscription_create", 0 if later else price["unit_amount"])
    try:
        invoices.take(account, made, invoice)
    except Problem:
        account.tell("customer.subscription.created", made)
        account.tell("invoice.payment_failed", invoice)
        raise
    if invoice["status"] == "paid":
        made |= {"status": "trialing" if made["trial_end"] else "active"}
    account.tell("customer.subscription.created", made)
    return made


def is_begun(known: Thing) -> bool:
    return known["status"] not in ("incomplete", "incomplete_expired")


def goes_on(known: Thing) -> bool:
    return is_begun(known) and known["status"] != "canceled"


def lapses_at(account: Account, known: Thing) -> float:
    """When it is too late to begin it; a bank is waited for."""
    if known["status"] != "incomplete":
        return float("inf")
    intent = invoices.intent_of(account, account.find("invoice", known["latest_invoice"]))
    waits = intent and intent["status"] == "processing"
    return float("inf") if waits else float(known["created"] + _BEGIN_SECONDS)


def lapse(account: Account, known: Thing) -> None:
    """Nobody has paid its first period, and nobody can any more."""
    invoices.void(account, account.find("invoice", known["latest_invoice"]))
    known |= {"status": "incomplete_expired", "ended_at": account.now()}
    account.tell("customer.subscription.updated", known)


def settle_slow(account: Account, known: Thing, *, paid: bool) -> None:
    """The bank debit of its first period, after some days."""
    invoice = account.find("invoice", known["latest_invoice"])
    payments.settle_slow(account, invoices.intent_of(account, invoice) or {}, paid=paid)
    if not paid:
        account.tell("invoice.payment_failed", invoice)
        if lapses_at(account, known) <= account.now():
            lapse(account, known)
        return
    known |= {"status": "active"}
    invoices.come_through(account, invoice)
    account.tell("customer.subscription.updated", known)


def begins_later(params: Params) -> int:
    """When it is taken for the first time, 0 for at once."""
    return int(params.get("billing_cycle_anchor") or params.get("trial_end") or 0)


def update(account: Account, known: Thing, params: Params) -> Thing:
    if known["status"] == "canceled":
        raise wrong("A canceled subscription can only update its cancellation_details and metadata.", "", "")
    changes = _change_price(account, known, params.get("items", []))
    if trial_end := params.get("trial_end"):
        _try_out(account, known, int(trial_end))
    elif changes:
        _begin_anew(account, known)
    if (pause := params.get("pause_collection")) is not None:
        _pause(account, known, pause)
    for name in ("default_payment_method", "description"):
        known |= {name: params.get(name, known[name])}
    if "cancel_at_period_end" in params:
        known |= {"cancel_at_period_end": params["cancel_at_period_end"] == "true"}
    known["metadata"] = known["metadata"] | params.get("metadata", {})
    account.tell("customer.subscription.updated", known)
    return known


def _change_price(account: Account, known: Thing, asked: list[Params]) -> bool:
    """Whether it is taken at other intervals than before."""
    item = known["items"]["data"][0]
    before = _often(item)
    for each in asked:
        item |= {"price": _price(account, each["price_data"], each["price_data"]["product"])}
        item |= {"plan": _plan(item["price"])}
    return _often(item) != before


def _begin_anew(account: Account, known: Thing) -> None:
    """Another interval begins at once, and is taken at once, whatever is said about proration."""
    item, now = known["items"]["data"][0], account.now()
    known |= {"billing_cycle_anchor": now}
    item |= {"current_period_start": now, "current_period_end": periods.next_after(now, now, *_often(item))}
    retry(account, invoices.make(account, known, "subscription_update", _amount(known)))


def _try_out(account: Account, known: Thing, until: int) -> None:
    """Nothing is taken until then; an invoice of nothing says so."""
    if until <= account.now():
        raise wrong("Invalid timestamp: must be in the future.", "trial_end", "invalid_trial_end")
    known |= {"trial_end": until, "trial_start": account.now(), "status": "trialing", "billing_cycle_anchor": until}
    known["items"]["data"][0] |= {"current_period_start": account.now(), "current_period_end": until}
    invoices.take(account, known, invoices.make(account, known, "subscription_update", 0))


def _pause(account: Account, known: Thing, pause: Any) -> None:
    at = pause and pause.get("resumes_at")
    if at and int(at) <= account.now():
        raise wrong("Invalid timestamp: must be in the future.", "pause_collection[resumes_at]", "")
    told = {"behavior": pause["behavior"], "resumes_at": int(at) if at else None} if pause else None
    known |= {"pause_collection": told}


def cancel(account: Account, known: Thing) -> Thing:
    if known["status"] == "canceled":
        raise Problem(404, "invalid_request_error", "No such subscription", code="resource_missing", param="id")
    known |= {"status": "canceled", "canceled_at": account.now(), "ended_at": account.now()}
    account.tell("customer.subscription.deleted", known)
    return known


def fall_due(account: Account, now: int) -> None:
    """Whatever is due by now: renewals, declined cards tried again, pauses that end, what never began."""
    for known in account.every("subscription"):
        if lapses_at(account, known) <= now:
            lapse(account, known)
        while known["status"] in ("active", "trialing") and known["items"]["data"][0]["current_period_end"] <= now:
            renew(account, known)
        pause = known["pause_collection"]
        if pause and pause["resumes_at"] and pause["resumes_at"] <= now:
            known |= {"pause_collection": None}
            account.tell("customer.subscription.updated", known)
        for invoice in _open(account, known):
            if (invoice["next_payment_attempt"] or now + 1) <= now:
                retry(account, invoice)


def announce(account: Account, known: Thing) -> None:
    """Days before it is taken again."""
    account.tell("invoice.upcoming", invoices.make(account, known, "upcoming", _amount(known), kept=False))


def renew(account: Account, known: Thing) -> Thing:
    """The next period: an invoice, and its payment tried; while it is paused, the invoice is void."""
    item = known["items"]["data"][0]
    begin_ = item["current_period_end"]
    end = periods.next_after(known["billing_cycle_anchor"], begin_, *_often(item))
    item |= {"current_period_start": begin_, "current_period_end": end}
    known |= {"status": "active"}
    pause = known["pause_collection"]
    if pause and pause["resumes_at"] and pause["resumes_at"] <= begin_:
        known |= {"pause_collection": None}
    invoice = invoices.make(account, known, "subscription_cycle", _amount(known))
    account.tell("invoice.created", invoice)
    account.tell("customer.subscription.updated", known)
    if known["pause_collection"]:
        invoices.void(account, invoice)
        return invoice
    return retry(account, invoice)


def void(account: Account, invoice: Thing) -> Thing:
    """Nobody has to pay it; where it was all that was missing, nothing is."""
    intent = invoices.intent_of(account, invoice)
    if invoice["status"] != "open" or (intent and intent["status"] == "processing"):
        raise wrong("This invoice cannot be voided.", "invoice", "invoice_not_open")
    invoices.void(account, invoice)
    known = account.find("subscription", invoices.subscription_of(invoice))
    if known["status"] == "past_due" and not any(_open(account, known)):
        known |= {"status": "active"}
        account.tell("customer.subscription.updated", known)
    return invoice


def retry(account: Account, invoice: Thing) -> Thing:
    """Try to have an invoice paid, also while the subscription pauses: that keeps only later ones from being taken."""
    known = account.find("subscription", invoices.subscription_of(invoice))
    if invoice["status"] != "open":
        raise wrong("Invoice is not open.", "invoice", "invoice_not_open")
    try:
        invoices.take(account, known, invoice, again=True)
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


def _open(account: Account, known: Thing) -> Iterator[Thing]:
    for invoice in account.every("invoice", status="open"):
        if invoices.subscription_of(invoice) == known["id"]:
            yield invoice


def _amount(known: Thing) -> int:
    return int(known["items"]["data"][0]["price"]["unit_amount"])


def _often(item: Thing) -> tuple[str, int]:
    told = item["price"]["recurring"]
    return told["interval"], told["interval_count"]


def _item(account: Account, known: Thing, price: Thing, start: int) -> Thing:
    made = account.make(
        "subscription_item",
        "si_",
        current_period_end=0,
        current_period_start=start,
        discounts=[],
        metadata={},
        plan=_plan(price),
        price=price,
        quantity=1,
        subscription=known["id"],
    )
    made |= {"current_period_end": periods.next_after(known["billing_cycle_anchor"], start, *_often(made))}
    return made


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
        unit_amount_decimal=str(number(data, "unit_amount")),
    )


def _plan(price: Thing) -> Thing:
    """What a price was called before; still sent."""
    same = ("id", "active", "billing_scheme", "created", "currency", "livemode", "metadata", "product")
    often = {name: price["recurring"][name] for name in ("interval", "interval_count", "usage_type")}
    amount = {"amount": price["unit_amount"], "amount_decimal": str(price["unit_amount"])}
    return whole("plan", **{name: price[name] for name in same}, **often, **amount)
