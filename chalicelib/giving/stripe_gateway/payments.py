"""Payments, and giving them back."""

from itertools import count
from typing import NamedTuple

import msgspec

from chalicelib.giving.donation import Dispute, Payment, State, gone
from chalicelib.giving.stripe_gateway.client import LABEL, ask
from chalicelib.giving.stripe_gateway.methods import Method

_STATES = {"succeeded": State.GIVEN, "processing": State.PROCESSING, "canceled": State.FAILED}
_NONE = (Dispute.NONE, 0)
_DISPUTES = {"won": Dispute.WON, "lost": Dispute.LOST, "warning_closed": Dispute.WON, "prevented": Dispute.WON}
# Pages of a list.
_AT_ONCE = 10
# A question of a bank, by which no money has moved yet.
_ASKED = {"warning_needs_response", "warning_under_review"}


class _Fee(msgspec.Struct, frozen=True):
    fee: int
    currency: str


class _Charge(msgspec.Struct, frozen=True):
    id: str
    amount: int
    amount_refunded: int
    created: int
    currency: str
    status: str
    disputed: bool = False
    payment_intent: str | None = None
    customer: str | None = None
    failure_code: str | None = None
    balance_transaction: _Fee | str | None = None
    payment_method_details: Method | None = None
    metadata: dict[str, str] = {}


class _Intent(msgspec.Struct, frozen=True):
    id: str
    amount: int
    currency: str
    status: str
    latest_charge: _Charge | None = None
    metadata: dict[str, str] = {}


class Found(msgspec.Struct, frozen=True):
    """A payment with the label that we gave it ('': not ours, or one of a recurring donation), and its card."""

    payment: Payment
    label: str
    card_ends: str = ""
    card_last: str = ""


class Listed(NamedTuple):
    """A payment in a list of Stripe's: amounts in minor units, `at` in epoch seconds; `customer` may be ''."""

    payment: str
    amount: int
    refunded: int
    currency: str
    label: str
    at: float
    customer: str = ""
    dispute: Dispute = Dispute.NONE
    disputed: int = 0

    @property
    def gone(self) -> int:
        return gone(self.amount, self.refunded, self.dispute, self.disputed)


class _Dispute(msgspec.Struct, frozen=True):
    """`amount`: often all of the charge, sometimes a part of it."""

    status: str
    amount: int
    currency: str


class _Disputes(msgspec.Struct, frozen=True):
    data: list[_Dispute]


class _Refund(msgspec.Struct, frozen=True):
    """`status`: pending, succeeded, failed, canceled or requires_action."""

    id: str
    status: str | None
    amount: int


class _Charges(msgspec.Struct, frozen=True):
    data: list[_Charge]
    has_more: bool


def find(account: str, payment: str) -> Found:
    """A payment, its last charge, what Stripe kept and whether a bank disputes it."""
    intent = ask(
        _Intent,
        "payment_intents.retrieve",
        payment,
        params={"expand": ["latest_charge.balance_transaction"]},
        account=account,
    )
    charge = intent.latest_charge
    dispute = _dispute(account, intent.id, charge) if charge else _NONE
    card = charge.payment_method_details.card if charge and charge.payment_method_details else None
    return Found(
        _payment(intent, *dispute),
        intent.metadata.get(LABEL, ""),
        card.ends if card else "",
        (card.last4 or "") if card else "",
    )


def refund(account: str, payment: str, amount: int, key: str, label: str) -> int:
    """Give back so much; what goes back by it, 0 when the bank would not have it. Raises Refused when there is less."""
    told = ask(
        _Refund,
        "refunds.create",
        params={"payment_intent": payment, "amount": amount, "metadata": {LABEL: label}},
        account=account,
        key=key,
    )
    return 0 if told.status in ("failed", "canceled") else told.amount


def latest(account: str, since: float, until: float, pages: int) -> tuple[list[Listed], float]:
    """The payments that came through before `until`, newest first, of so many pages; and since when these are all.

    Where there are more than that, those of the second in which the last page ends are left for the next time.
    """
    found: list[_Charge] = []
    created = {"gte": int(since), "lt": int(until)}
    for number in count(1):
        after = {"starting_after": found[-1].id} if found else {}
        page = ask(_Charges, "charges.list", account=account, params={"created": created, "limit": 100} | after)
        found += page.data
        if not page.has_more:
            return _came_through(account, found, since), since
        # A second with more payments than that is compared whole.
        if number >= pages and found[0].created > found[-1].created:
            break
    whole_since = float(found[-1].created + 1)
    return _came_through(account, found, whole_since), whole_since


def labelled(account: str, label: str, since: float, until: float) -> str:
    """The payment of that time that carries a label, '' for none."""
    while True:
        listed, whole_since = latest(account, since, until, _AT_ONCE)
        found = next((each.payment for each in listed if each.label == label), "")
        if found or whole_since <= since:
            return found
        until = whole_since


def _came_through(account: str, charges: list[_Charge], since: float) -> list[Listed]:
    return [_listed(account, charge) for charge in charges if charge.status == "succeeded" and charge.created >= since]


def _listed(account: str, charge: _Charge) -> Listed:
    label = charge.metadata.get(LABEL, "")
    payment, currency = charge.payment_intent or charge.id, charge.currency.upper()
    told = (payment, charge.amount, charge.amount_refunded, currency, label, charge.created)
    return Listed(*told, charge.customer or "", *_dispute(account, payment, charge))


def _payment(intent: _Intent, dispute: Dispute, disputed: int) -> Payment:
    charge = intent.latest_charge
    state = _STATES.get(intent.status, State.STARTED)
    fee = charge.balance_transaction if charge else None
    # A fee in another currency is what Stripe kept of what it paid out: it cannot be set against the gift.
    same = isinstance(fee, _Fee) and fee.currency == intent.currency
    return Payment(
        id=intent.id,
        state=state,
        amount=charge.amount if charge and state == State.GIVEN else intent.amount,
        currency=intent.currency.upper(),
        at=charge.created if charge and state == State.GIVEN else 0,
        charge=charge.id if charge else "",
        fee=fee.fee if isinstance(fee, _Fee) and same else 0,
        refunded=charge.amount_refunded if charge else 0,
        dispute=dispute,
        disputed=disputed,
        declined=(charge.failure_code or "") if charge and charge.status == "failed" else "",
    )


def _dispute(account: str, payment: str, charge: _Charge) -> tuple[Dispute, int]:
    """What banks say of it, and how much of it is gone by that: of one gift several parts may be disputed."""
    if not charge.disputed:
        return _NONE
    found = ask(
        _Disputes,
        "disputes.list",
        params={"payment_intent": payment, "limit": 100},
        account=account,
    )
    told = [(_DISPUTES.get(each.status, Dispute.OPEN), each) for each in found.data if each.status not in _ASKED]
    # In another currency it cannot be set against the gift: then it is taken for all of it.
    gone = sum(
        each.amount if each.currency == charge.currency else charge.amount
        for dispute, each in told
        if dispute in (Dispute.OPEN, Dispute.LOST)
    )
    worst = (dispute for dispute in (Dispute.OPEN, Dispute.LOST, Dispute.WON) if dispute in dict(told))
    return next(worst, Dispute.NONE), gone
