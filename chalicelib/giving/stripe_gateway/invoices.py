"""Invoices: each is one period of a recurring donation, and leads from a payment to it."""

from typing import Any

import msgspec

from chalicelib.giving.stripe_gateway.client import LABEL, ask


class _Paid(msgspec.Struct, frozen=True):
    payment_intent: str | None = None


class _InvoicePayment(msgspec.Struct, frozen=True):
    payment: _Paid
    status: str
    invoice: str = ""


class _Payments(msgspec.Struct, frozen=True):
    data: list[_InvoicePayment]


class _Details(msgspec.Struct, frozen=True):
    subscription: str
    metadata: dict[str, str] | None = None


class _Parent(msgspec.Struct, frozen=True):
    subscription_details: _Details | None = None


class Invoice(msgspec.Struct, frozen=True):
    """One period of a recurring donation. `status`: draft, open, paid, uncollectible or void."""

    id: str
    status: str | None
    amount_due: int
    amount_paid: int
    currency: str
    created: int
    billing_reason: str | None = None
    attempt_count: int = 0
    next_payment_attempt: int | None = None
    parent: _Parent | None = None
    payments: _Payments | None = None

    @property
    def subscription(self) -> str:
        details = self.parent.subscription_details if self.parent else None
        return details.subscription if details else ""

    @property
    def is_first(self) -> bool:
        """What its donor pays, or tries to pay, at Stripe's page."""
        return self.billing_reason == "subscription_create"

    @property
    def is_renewal(self) -> bool:
        """What is taken when its donor is not there."""
        return self.billing_reason in ("subscription_cycle", "subscription_update")

    @property
    def label(self) -> str:
        """That of the subscription, as it was then."""
        details = self.parent.subscription_details if self.parent else None
        return ((details.metadata or {}) if details else {}).get(LABEL, "")

    @property
    def payment(self) -> str:
        """The payment that paid it, or the last that was tried."""
        tried = [each for each in (self.payments.data if self.payments else []) if each.payment.payment_intent]
        paid = [each for each in tried if each.status == "paid"]
        return ((paid or tried)[-1].payment.payment_intent or "") if tried else ""


class _Invoices(msgspec.Struct, frozen=True):
    data: list[Invoice]


class _OpenedPayment(msgspec.Struct, frozen=True):
    id: str
    payment: _Paid
    invoice: Invoice


class _Opened(msgspec.Struct, frozen=True):
    data: list[_OpenedPayment]
    has_more: bool


def find(account: str, invoice: str) -> Invoice:
    return ask(
        Invoice,
        "invoices.retrieve",
        invoice,
        params={"expand": ["payments"]},
        account=account,
    )


def of_payment(account: str, payment: str) -> str:
    """The invoice that a payment was for, '' for none."""
    found = ask(
        _Payments,
        "invoice_payments.list",
        params={"payment": {"type": "payment_intent", "payment_intent": payment}, "limit": 1},
        account=account,
    )
    return found.data[0].invoice if found.data else ""


def open_of(account: str, subscription: str) -> list[Invoice]:
    """Those that were not paid, the newest hundred: Stripe tries each again."""
    params = {"subscription": subscription, "status": "open", "limit": 100}
    return ask(_Invoices, "invoices.list", params=params, account=account).data


def void(account: str, invoice: str, key: str) -> None:
    """Nobody has to pay it, and it is not tried again. Refused when it is paid, or void."""
    ask(Invoice, "invoices.void_invoice", invoice, account=account, key=key)


def labels(account: str, since: float, until: float) -> dict[str, str]:
    """Of payments by invoices that were made then: their subscription's label by the payment, '' for none of ours."""
    found: dict[str, str] = {}
    asked: dict[str, Any] = {"created": {"gte": int(since), "lt": int(until)}, "limit": 100, "expand": ["data.invoice"]}
    while True:
        page = ask(_Opened, "invoice_payments.list", account=account, params=asked)
        found |= {each.payment.payment_intent or "": each.invoice.label for each in page.data}
        if not page.has_more:
            return found
        asked["starting_after"] = page.data[-1].id
