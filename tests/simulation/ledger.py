"""What every number of ours is held against: made from the objects of Stripe's double alone."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from chalicelib.giving import sums
from chalicelib.giving.donation import Dispute
from chalicelib.giving.stripe_gateway import intervals
from chalicelib.people.person import person_id
from local.stripe import subscriptions
from simulation import town

_SALT = "aa" * 16
_DISPUTES = {"won": Dispute.WON, "lost": Dispute.LOST, "needs_response": Dispute.OPEN}


class Paid(NamedTuple):
    """One charge that came through, as Stripe's objects have it. `label` is that of what it was given for."""

    payment: str
    amount: int
    refunded: int
    fee: int
    dispute: Dispute
    disputed: int
    at: float
    label: str
    again: bool

    @property
    def person(self) -> str:
        return self.label.split(".")[1]

    @property
    def gone(self) -> int:
        return min(self.amount, self.refunded + self.disputed)

    @property
    def kept(self) -> int:
        return self.amount - self.gone


def account(world: Any) -> Any:
    """The group's own, at Stripe."""
    return world.stripe.till.accounts[world.invariants.memory["treasury"]["account"]]


def paid(world: Any) -> Iterator[Paid]:
    """Every charge of the group's account that is for a gift."""
    there = account(world)
    for charge in there.every("charge", status="succeeded"):
        subscription = _subscription(there, charge["payment_intent"])
        label = (subscription or charge)["metadata"].get("muster", "")
        if label:
            fee = there.find("balance_transaction", charge["balance_transaction"])["fee"]
            disputes = [_dispute(each) for each in there.every("dispute", charge=charge["id"])]
            yield Paid(charge["payment_intent"], charge["amount"], charge["amount_refunded"], fee,
                       *(disputes or [(Dispute.NONE, 0)])[0], charge["created"], label, bool(subscription))  # fmt: skip


def _dispute(told: Any) -> tuple[Dispute, int]:
    found = _DISPUTES[told["status"]]
    return found, told["amount"] if found != Dispute.WON else 0


def sum_of(paid: list[Paid]) -> sums.Sum:
    return sums.Sum(
        given=sum(each.amount for each in paid),
        gifts=len(paid),
        back=sum(each.gone for each in paid),
        fees=sum(each.fee for each in paid),
        once=sum(each.kept for each in paid if not each.again),
        again=sum(each.kept for each in paid if each.again),
    )


def forecast(world: Any) -> dict[str, int]:
    """The counters of what goes on."""
    expected: Counter[str] = Counter()
    for known in account(world).every("subscription"):
        price = known["items"]["data"][0]["price"]
        name = f"USD_{intervals.read(price['recurring']['interval'], price['recurring']['interval_count'])}"
        if known["pause_collection"] and subscriptions.goes_on(known):
            expected.update({f"{name}_paused": 1})
        elif subscriptions.goes_on(known):
            expected.update({f"{name}_number": 1, f"{name}_amount": price["unit_amount"]})
    return dict(expected)


def known_of(world: Any, who: str, given: list[Paid]) -> tuple[Any, ...]:
    """What is kept with a person: total, number, highest, when they gave last, and whether they go on."""
    kept = [each for each in given if each.kept]
    amounts = [each.kept for each in kept]
    going_on = [known for known in account(world).every("subscription") if subscriptions.goes_on(known)]
    goes_on = any(known["metadata"]["muster"].split(".")[1] == who for known in going_on)
    return sum(amounts), len(kept), max(amounts, default=0), max((each.at for each in kept), default=0), goes_on


def person(donor: int) -> str:
    return person_id(_SALT, town.address(donor))


def donor(who: str) -> int:
    return next(number for number in range(len(town.NAMES)) if person(number) == who)


def _subscription(account: Any, payment: str) -> Any:
    """What renews itself by this payment, None for a gift that is given once."""
    for each in account.every("invoice_payment"):
        if each["payment"]["payment_intent"] == payment:
            invoice = account.find("invoice", each["invoice"])
            return account.find("subscription", invoice["parent"]["subscription_details"]["subscription"])
    return None
