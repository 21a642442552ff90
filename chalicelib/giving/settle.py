"""Settling: look at Stripe what became of a donation, and write that down with the sums that it is part of.

Each verb may be said any number of times, in any order: first our row is read, then Stripe is asked, and the answer is
written if nobody wrote meanwhile. So what stands in the end is what Stripe said last.
"""

from collections.abc import Callable

from msgspec.structs import replace

from chalicelib import clock
from chalicelib.giving import card_testing, follow, recurring_store, renewal, store
from chalicelib.giving.donation import Donation, State, left, settled
from chalicelib.giving.recurring import Recurring, as_told, begun, month
from chalicelib.giving.stripe_gateway import LABEL, Later, checkout, invoices, payments, subscriptions
from chalicelib.giving.stripe_gateway.checkout import Checkout
from chalicelib.giving.stripe_gateway.invoices import Invoice
from chalicelib.giving.stripe_gateway.payments import Found

_TRIES = 5
# Ids are UUIDs without their dashes, in hexadecimal digits.
_DIGITS_OF_ID = 32


def session(account: str, known_as: str) -> Donation | None:
    """What became of a page at Stripe."""
    found = checkout.find(account, known_as)
    donation = _labelled(account, found.metadata.get(LABEL, ""))
    if donation is None or donation.session not in ("", known_as):
        return None
    return _of_session(donation, found)


def payment(account: str, known_as: str, label: str = "") -> Donation | None:
    """A payment was made, failed, given back or disputed. `label`: what it carries, as far as we were told."""
    donation = _labelled(account, label or payments.find(account, known_as).label)
    if donation:
        return _of_payment(donation, known_as)
    # Those of recurring donations carry none: their invoice leads to it.
    period = invoices.of_payment(account, known_as)
    return invoice(account, period) if period else None


def declined(account: str, known_as: str, label: str = "") -> None:
    """A card was declined. Whoever tries one after another is cut off: nobody has ten."""
    label = label or payments.find(account, known_as).label or _label_of_first(account, known_as)
    donation = _labelled(account, label)
    if donation:
        card_testing.declined(donation)


def invoice(account: str, known_as: str) -> Donation | None:
    """A period of a recurring donation: paid, on its way from a bank, or tried in vain."""
    found = invoices.find(account, known_as)
    first = _labelled(account, subscriptions.find(account, found.subscription).label) if found.subscription else None
    if first is None:
        return None
    known = _recurring(first, found.subscription)
    if found.status == "paid" and found.payment:
        return _of_payment(_of_period(first, found), found.payment)
    if found.status == "paid" and found.is_first:
        if first.state == State.STARTED:
            follow.begins(first)
        promised = _change(first, lambda now: replace(now, state=State.PROMISED, recurring=first.id))
        if first.state == State.STARTED:
            card_testing.paid(promised)
        return promised
    return _unpaid(first, known, found)


def upcoming(account: str, known_as: str) -> None:
    """A recurring donation is taken soon: whose card ends before that is told in time."""
    known = subscription(account, known_as)
    if known and known.card_ends and known.card_ends < month(known.next_at):
        follow.card_ends(known)


def subscription(account: str, known_as: str) -> Recurring | None:
    """A recurring donation as Stripe has it now; None when it is none of ours, or has not begun."""
    first = _labelled(account, subscriptions.find(account, known_as).label)
    return _recurring(first, known_as) if first else None


def look(person: str, donation: str) -> bool:
    """Whether it is still open: then somebody looks again."""
    found = store.find(person, donation)
    if found is None:
        return False
    if found.state != State.STARTED:
        follow.settled(found)
    elif found.session:
        found = session(found.account, found.session) or found
    elif found.until < clock.now():
        found = _leave(found)
    return found.state == State.STARTED


def _of_session(donation: Donation, found: Checkout) -> Donation:
    if found.status == "expired":
        return _leave(donation)
    after = _of_what_it_came_to(donation, found) or donation
    if after.state != State.STARTED or not found.is_unpaid:
        return after
    waits = found.payment_intent and not payments.find(after.account, found.payment_intent).payment.declined
    # They pay at a shop or by a transfer, in days; or a bank said no before anybody looked.
    state = State.PROCESSING if waits else State.FAILED
    after = _change(after, lambda now: replace(now, state=state) if now.state == State.STARTED else now)
    follow.settled(after)
    return after


def _of_what_it_came_to(donation: Donation, found: Checkout) -> Donation | None:
    if found.payment_intent:
        return _of_payment(donation, found.payment_intent)
    if found.subscription:
        # The first: it may have been renewed since.
        period = found.invoice or subscriptions.find(donation.account, found.subscription).latest_invoice
        return invoice(donation.account, period) if period else None
    return None


def _of_payment(donation: Donation, payment: str) -> Donation:
    """Its payment as it stands now."""
    for _ in range(_TRIES):
        before = _as_written(donation)
        found = payments.find(donation.account, payment)
        if after := _written(before, settled(before, found.payment)):
            if after.recurring and found.card_ends:
                _keep_card(after, found)
            follow.settled(after)
            return after
    raise Later("others were faster")


def _unpaid(first: Donation, known: Recurring | None, found: Invoice) -> Donation | None:
    """Its bank takes days, or did not let it be taken. Who was at Stripe's page for the first need not be told."""
    waits = bool(found.payment) and payments.find(first.account, found.payment).payment.state == State.PROCESSING
    if found.is_first and found.payment and (waits or first.state == State.PROCESSING):
        return _of_payment(_of_period(first, found), found.payment)
    if known and found.is_renewal and found.status == "open" and found.attempt_count and not waits:
        follow.failed(known, found.id, found.attempt_count, found.next_payment_attempt or 0)
    return None


def _recurring(first: Donation, known_as: str) -> Recurring | None:
    """What this donation began, as Stripe has it now, told to whom it concerns."""
    recurring = _as_stripe_has_it(first, known_as)
    if recurring:
        follow.changed(recurring)
    return recurring


def _as_stripe_has_it(first: Donation, known_as: str) -> Recurring | None:
    """The row of it. None before its first period is paid: each card that is declined leaves one that never begins."""
    for _ in range(_TRIES):
        before = recurring_store.find(first.person, first.id)
        found = subscriptions.find(first.account, known_as)
        if not found.is_begun:
            return None
        now = renewal.subscribed(found)
        if before is None:
            if recurring_store.add(made := begun(first, now)):
                return made
            continue
        after = as_told(before, now)
        if after == before or recurring_store.change(before, after):
            return replace(after, version=before.version + (after != before))
    raise Later("others were faster")


def _keep_card(donation: Donation, found: Found) -> None:
    """What it was paid with last: whose card ends soon is told in time."""
    before = recurring_store.find(donation.person, donation.recurring)
    after = replace(before, card=found.card_last, card_ends=found.card_ends) if before else None
    if before and after and after != before:
        recurring_store.change(before, after)  # if somebody else wrote, the next payment says it again


def _of_period(first: Donation, found: Invoice) -> Donation:
    """The donation of one period; the first is the one that began it all."""
    if found.is_first:
        return first if first.recurring else _change(first, lambda now: replace(now, recurring=first.id))
    donation = renewal.of_period(first, found)
    return donation if store.add(donation) else store.find(first.person, donation.id) or donation


def _change(donation: Donation, now: Callable[[Donation], Donation]) -> Donation:
    """Write what `now` makes of the donation, as often as it takes for nobody to write meanwhile."""
    for _ in range(_TRIES):
        before = _as_written(donation)
        if after := _written(before, now(before)):
            return after
    raise Later("others were faster")


def _as_written(donation: Donation) -> Donation:
    found = store.find(donation.person, donation.id)
    if found is None:
        raise LookupError(donation.id)
    return found


def _written(before: Donation, after: Donation) -> Donation | None:
    """What stands there then; None when somebody else wrote since `before` was read."""
    if after == before or store.change(before, after):
        return replace(after, version=before.version + (after != before))
    return None


def _leave(donation: Donation) -> Donation:
    """Nobody can pay it any more."""
    after = _change(donation, left)
    follow.settled(after)
    return after


def _label_of_first(account: str, payment: str) -> str:
    """The first payment of a recurring donation carries no label: its invoice does. Later ones try no cards."""
    period = invoices.of_payment(account, payment)
    found = invoices.find(account, period) if period else None
    return found.label if found and found.is_first else ""


def _labelled(account: str, label: str) -> Donation | None:
    """The donation that an object at Stripe names. Whoever has an account may label what they like, and is checked."""
    group, _, rest = label.partition(".")
    person, _, donation = rest.partition(".")
    if not (len(group) == len(person) == len(donation) == _DIGITS_OF_ID):
        return None
    found = store.find(person, donation)
    return found if found and found.group == group and found.account == account else None
