"""Invoices of subscriptions, each for one period, and their payments."""

from typing import Any

from local.stripe import payments
from local.stripe.account import Account, Thing

# What an invoice has of nothing here.
_NOTHING = (
    *("amount_overpaid", "amount_shipping", "attempt_count", "post_payment_credit_notes_amount"),
    *("pre_payment_credit_notes_amount", "starting_balance", "amount_paid"),
)


def make(account: Account, known: Thing, reason: str, amount: int, *, kept: bool = True) -> Thing:
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
        lines=listed([]),
        livemode=False,
        metadata={},
        parent=parent,
        payment_settings={"default_mandate": None, "payment_method_options": None, "payment_method_types": None},
        payments=listed([]),
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


def take(account: Account, known: Thing, invoice: Thing, *, again: bool = False) -> None:
    """Have an invoice paid by the subscription's card, or its customer's newer one. Raises Problem when it declines."""
    invoice |= {"attempted": True, "attempt_count": invoice["attempt_count"] + 1, "next_payment_attempt": None}
    if invoice["amount_due"]:
        customer = account.find("customer", known["customer"])
        card = customer["invoice_settings"]["default_payment_method"] or known["default_payment_method"]
        payment = _payment(account, invoice, customer)
        intent = account.find("payment_intent", payment["payment"]["payment_intent"])
        payments.pay(account, intent, account.find("payment_method", card), again=again)
        if intent["status"] == "processing":
            return
    come_through(account, invoice)


def come_through(account: Account, invoice: Thing) -> None:
    """It is paid; one of nothing is at once."""
    for payment in account.every("invoice_payment", invoice=invoice["id"]):
        payment |= {"status": "paid", "amount_paid": invoice["amount_due"]}
        payment["status_transitions"] |= {"paid_at": account.now()}
    invoice |= {"status": "paid", "amount_paid": invoice["amount_due"], "amount_remaining": 0}
    invoice["status_transitions"] |= {"paid_at": account.now()}
    account.tell("invoice.paid", invoice)


def intent_of(account: Account, invoice: Thing) -> Thing | None:
    """Its payment, once somebody has tried."""
    for payment in account.every("invoice_payment", invoice=invoice["id"]):
        return account.find("payment_intent", payment["payment"]["payment_intent"])
    return None


def void(account: Account, invoice: Thing) -> None:
    """Nobody has to pay it."""
    invoice |= {"status": "void", "next_payment_attempt": None}
    invoice["status_transitions"] |= {"voided_at": account.now()}
    account.tell("invoice.voided", invoice)


def subscription_of(invoice: Thing) -> str:
    return str(invoice["parent"]["subscription_details"]["subscription"])


def listed(things: list[Any]) -> Thing:
    return {"object": "list", "data": things, "has_more": False, "url": ""}


def _payment(account: Account, invoice: Thing, customer: Thing) -> Thing:
    """An invoice has one payment, which is tried again until a card pays it."""
    for known in account.every("invoice_payment", invoice=invoice["id"]):
        return known
    intent = payments.intend(account, invoice["amount_due"], invoice["currency"], customer=customer["id"])
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
