"""Payments: a card is charged, money goes back, a bank disputes."""

from typing import Any

import stripe

from local.stripe import balance, cards
from local.stripe.account import Account, Thing
from local.stripe.forms import Params, number
from local.stripe.problems import declined, wrong
from local.stripe.shapes import part

_ADDRESS = {"city": None, "country": None, "line1": None, "line2": None, "postal_code": None, "state": None}


def method(account: Account, card: str, customer: str = "", **billing: Any) -> Thing:
    """A card in the vault."""
    details: Thing = {"address": _ADDRESS, "email": None, "name": None, "phone": None, "tax_id": None} | billing
    card = card.replace(" ", "")
    made = account.make(
        "payment_method",
        "pm_",
        type="card",
        billing_details=details,
        livemode=False,
        metadata={},
        customer=customer or None,
        card=part(stripe.PaymentMethod.Card, **_face(card), display_brand="visa"),
    )
    account.vault[made["id"]] = card
    return made


def _face(card: str) -> Thing:
    """What may be shown of a card."""
    ends = {"exp_month": 12, "exp_year": 2034}
    return (
        ends
        | {"brand": "visa", "country": "US", "funding": "credit", "fingerprint": f"fp{card[-6:]}"}
        | {"last4": card[-4:]}
    )


def clone(account: Account, platform: Account, params: Params) -> Thing:
    """A platform's customer pays on a connected account: their card is copied there."""
    known = platform.find("payment_method", params["payment_method"])
    if not account.id:
        raise wrong("Cards are cloned to connected accounts only.", "payment_method", "parameter_invalid")
    if known["customer"] is None or known["customer"] != params.get("customer"):
        raise wrong("The payment method does not belong to the customer.", "customer", "resource_missing")
    return method(account, platform.vault[known["id"]], **known["billing_details"])


def forget(account: Account, card: Thing) -> Thing:
    """Its owner has no use for it here any more: nobody can charge it again."""
    if card["customer"] is None:
        raise wrong("The payment method is not attached to a customer.", "payment_method", "payment_method_unattached")
    card |= {"customer": None}
    account.vault.pop(card["id"], None)
    account.tell("payment_method.detached", card)
    return card


def intend(account: Account, amount: int, currency: str, **more: Any) -> Thing:
    return account.make(
        "payment_intent",
        "pi_",
        **{
            "amount": amount,
            "amount_capturable": 0,
            "amount_received": 0,
            "capture_method": "automatic_async",
            "client_secret": account.new_id("secret_"),
            "confirmation_method": "automatic",
            "currency": currency,
            "livemode": False,
            "metadata": {},
            "payment_method_types": ["card"],
            "status": "requires_payment_method",
        }
        | more,
    )


def pay(account: Account, intent: Thing, card: Thing, *, again: bool = False) -> Thing:
    """Charge a card; `again`: its owner is not there. Raises Problem when it is declined, which stays written down."""
    number_ = account.vault[card["id"]]
    kind = cards.known(number_)
    intent |= {"payment_method": card["id"]}
    reason = kind.declines or (kind.later if again else None)
    if account.declining:
        reason = ("card_declined", account.declining)
    if again and (kind.asks or account.declining == "authentication_required"):
        reason = ("authentication_required", "authentication_required")
    if reason:
        raise _fail(account, intent, card, reason)
    if kind.slow:
        intent |= {"status": "processing"}
        _charge(account, intent, card, "pending")
        account.tell("payment_intent.processing", intent)
        return intent
    _charge(account, intent, card, "succeeded")
    _come_through(account, intent)
    if kind.disputed:
        dispute(account, account.find("charge", intent["latest_charge"]))
    return intent


def sell(account: Account, number: int, since: int) -> None:
    """So many payments of a shop on the same account, which has nothing to do with us, a minute apart."""
    card = method(account, "4242424242424242")
    for each in range(number):
        intent = intend(account, 500 + each, "usd", created=since + 60 * each, status="succeeded")
        _charge(account, intent, card, "succeeded", created=since + 60 * each)


def settle_slow(account: Account, intent: Thing, *, paid: bool) -> None:
    """A bank debit after some days."""
    charge = account.find("charge", intent["latest_charge"])
    if not paid:
        charge |= {"status": "failed", "paid": False, "failure_code": "debit_not_authorized"}
        intent |= {"status": "requires_payment_method"}
        account.tell("charge.failed", charge)
        account.tell("payment_intent.payment_failed", intent)
        return
    charge |= {"status": "succeeded", "paid": True, "captured": True, "amount_captured": charge["amount"]}
    _come_through(account, intent)


def refund(account: Account, params: Params) -> Thing:
    intent = _intent_of(account, params)
    charge = account.find("charge", intent["latest_charge"])
    left = charge["amount"] - charge["amount_refunded"]
    amount = number(params, "amount", left)
    if charge["disputed"]:
        raise wrong("The charge has been charged back.", "charge", "charge_disputed")
    if not left or charge["status"] != "succeeded":
        raise wrong("Charge has already been refunded.", "charge", "charge_already_refunded")
    if not 0 < amount <= left:
        raise wrong("Refund amount is greater than unrefunded amount on charge.", "amount", "amount_too_large")
    if not account.keeping:
        charge |= {"amount_refunded": charge["amount_refunded"] + amount}
    charge |= {"refunded": charge["amount_refunded"] == charge["amount"]}
    made = account.make(
        "refund",
        "re_",
        amount=amount,
        charge=charge["id"],
        currency=charge["currency"],
        metadata=params.get("metadata", {}),
        payment_intent=intent["id"],
        reason=params.get("reason"),
        status="failed" if account.keeping else "succeeded",
    )
    if account.keeping:
        account.tell("refund.created", made)
        account.tell("refund.failed", made)
        return made
    made |= {"balance_transaction": balance.make(account, "refund", made, -amount, 0)["id"]}
    account.tell("refund.created", made)
    account.tell("charge.refunded", charge)
    return made


def bounce(account: Account, known: Thing) -> None:
    """A bank does not take back what was given back: Stripe has it again."""
    charge = account.find("charge", known["charge"])
    known |= {"status": "failed", "failure_reason": "lost_or_stolen_card"}
    charge |= {"amount_refunded": charge["amount_refunded"] - known["amount"], "refunded": False}
    account.tell("charge.refund.updated", known)
    account.tell("refund.failed", known)


def dispute(account: Account, charge: Thing, amount: int = 0) -> Thing:
    """A bank takes so much of it back, or all."""
    charge |= {"disputed": True}
    eligible = part(stripe.Dispute.EvidenceDetails.EnhancedEligibility)
    told: Thing = {"enhanced_eligibility": eligible, "has_evidence": False, "past_due": False, "submission_count": 0}
    made = account.make(
        "dispute",
        "du_",
        amount=amount or charge["amount"],
        balance_transactions=[],
        charge=charge["id"],
        currency=charge["currency"],
        enhanced_eligibility_types=[],
        evidence=part(stripe.Dispute.Evidence, enhanced_evidence={}),
        evidence_details=part(stripe.Dispute.EvidenceDetails, **told, submission_method="not_submitted"),
        is_charge_refundable=False,
        livemode=False,
        metadata={},
        payment_intent=charge["payment_intent"],
        reason="fraudulent",
        status="needs_response",
    )
    account.tell("charge.dispute.created", made)
    account.tell("charge.dispute.funds_withdrawn", made)
    return made


def close_dispute(account: Account, known: Thing, *, won: bool) -> None:
    known |= {"status": "won" if won else "lost"}
    if won:
        account.tell("charge.dispute.funds_reinstated", known)
    account.tell("charge.dispute.closed", known)


def _intent_of(account: Account, params: Params) -> Thing:
    if "charge" in params:
        return account.find("payment_intent", account.find("charge", params["charge"])["payment_intent"])
    return account.find("payment_intent", params.get("payment_intent", ""))


def _come_through(account: Account, intent: Thing) -> None:
    """What Stripe keeps of it is known a moment later, and told by itself."""
    charge = account.find("charge", intent["latest_charge"])
    intent |= {"status": "succeeded", "amount_received": intent["amount"]}
    account.tell("charge.succeeded", charge)
    account.tell("payment_intent.succeeded", intent)
    balance.settle(account, charge)
    account.tell("charge.updated", charge)


def _fail(account: Account, intent: Thing, card: Thing, reason: tuple[str, str]) -> Exception:
    charge = _charge(account, intent, card, "failed", failure_code=reason[0], failure_message="Your card was declined.")
    problem = declined(*reason, charge=charge["id"], payment_intent=intent)
    intent |= {"status": "requires_payment_method", "last_payment_error": None}
    account.tell("charge.failed", charge)
    account.tell("payment_intent.payment_failed", intent)
    return problem


def _charge(account: Account, intent: Thing, card: Thing, status: str, **more: Any) -> Thing:
    paid = status == "succeeded"
    made = account.make(
        "charge",
        "ch_",
        amount=intent["amount"],
        amount_captured=intent["amount"] if paid else 0,
        amount_refunded=0,
        billing_details=card["billing_details"],
        captured=paid,
        currency=intent["currency"],
        customer=intent["customer"],
        disputed=False,
        livemode=False,
        metadata=intent["metadata"],
        paid=paid,
        payment_intent=intent["id"],
        payment_method=card["id"],
        payment_method_details=_details(account.vault[card["id"]]),
        refunded=False,
        status=status,
        **more,
    )
    intent |= {"latest_charge": made["id"]}
    return made


def _details(card: str) -> Thing:
    shown = part(stripe.Charge.PaymentMethodDetails.Card, **_face(card), network="visa")
    return part(stripe.Charge.PaymentMethodDetails, type="card", card=shown)
