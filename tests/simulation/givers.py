"""What donors, treasurers, banks and strangers do about gifts: in the product's own verbs, or at Stripe's double."""

from typing import Any

from chalicelib import clock
from chalicelib.actions import find_page, take_action
from chalicelib.actions.action_type import AskBack, Onward, Refused
from chalicelib.actions.submission import Answers
from chalicelib.actions.take_action import Sent
from chalicelib.giving import monthly, reconcile, reconcile_recurring, recurring_store, refund, store, terms
from chalicelib.giving.donation import Donation
from chalicelib.giving.recurring import Recurring, Standing
from chalicelib.network import store as network
from chalicelib.web.public import gift_changes
from local.stripe import checkout, payments, portal
from local.stripe.problems import Problem
from simulation import town
from simulation.wishes import PAGE, charges_of, labels_of, subscriptions_of, treasury
from simulation.world import START

STRANGERS = "acct_strangers"
DAY = 86400.0
GOOD, DECLINED, LATER_DECLINED, DISPUTED, BANK = (
    "4242424242424242", "4000000000000002", "4000000000000341", "4000000000000259", "000123456789",
)  # fmt: skip
# Whoever is told that it did not work presses again, so many times.
_MOST_PRESSES = 4
# For so long nobody takes the same form for another gift.
_ONE_WISH_SECONDS = 3000.0


def press(world: Any, number: int) -> Any:
    """Send the form."""
    wish = treasury(world)["wishes"][number]
    wish["first"] = wish.get("first", world.now)
    public = find_page.read(town.GROUP, PAGE)
    assert public is not None
    own = {"amount": str(wish["amount"]), "currency": "USD", "often": wish["often"], "again": wish["again"]}
    answers = Answers(email=town.address(wish["donor"]), name=town.NAMES[wish["donor"]])
    came_by = {"source": f"letter-{wish['donor']}", "network": f"net-{wish['donor']}"}
    return take_action.accept_later(public, Sent(answers, own), came_by)


def after_press(world: Any, answer: Any, number: int) -> None:
    """They go where they are led; whoever gets no answer presses again."""
    wish = treasury(world)["wishes"][number]
    if isinstance(answer, Onward):
        _go(world, answer.url, number)
    elif isinstance(answer, AskBack):
        world.invariants.count("asked whether they mean to give again")
        world.treasury.asked_back(number, answer.values["given_before"])
    elif answer is None and wish["presses"] < _MOST_PRESSES:
        wish["presses"] += 1
        pause = world.faults.one_of(0.5, 5.0, 40.0, 400.0)
        if world.now + pause - wish["first"] < _ONE_WISH_SECONDS:
            world.later(pause, "act", "press", number)


def make_monthly(world: Any, number: int) -> Any:
    """The button beside a gift that was given."""
    gift = gift_of(world, number)
    public = find_page.read(town.GROUP, PAGE)
    return monthly.begin(public, gift, f"net-{gift.person}") if gift and public else None


def after_make_monthly(world: Any, answer: Any, number: int) -> None:
    if isinstance(answer, Refused):
        world.invariants.count("not made monthly: above the limit")
    elif answer:
        _go(world, answer, number, "monthly")


def _go(world: Any, url: str, number: int, kind: str = "gift") -> None:
    session = url.rpartition("/")[2]
    world.treasury.led(session, number, kind)
    world.later(world.faults.one_of(5.0, 30.0, 200.0), "outside", "pay", session, number, 0)


def pay(world: Any, session: str, number: int, tried: int) -> None:
    """At Stripe's page: with one card after another, until it is paid, or they have no other."""
    cards = treasury(world)["wishes"][number]["cards"]
    account = world.stripe.till.session_account(session)
    if tried >= len(cards) or account is None:
        return
    try:
        world.stripe.do(checkout.complete, account, account.find("checkout.session", session), cards[tried])
    except Problem as problem:
        if problem.status == 402:
            world.later(20.0, "outside", "pay", session, number, tried + 1)
        return
    world.treasury.check_one_charge(number)
    if cards[tried] == BANK:
        world.later(world.faults.one_of(2.0, 3.0) * DAY, "outside", "debit", session, world.faults.one_of(True, False))


def debit(world: Any, session: str, paid: bool) -> None:
    """Their bank has carried it out, or has not."""
    account = world.stripe.till.session_account(session)
    waiting = account.find("checkout.session", session)
    if waiting["payment_status"] == "unpaid":
        world.stripe.do(checkout.settle_slow, account, waiting, paid=paid)


def change(world: Any, number: int, verb: str) -> str:
    """On the page that their receipt leads to: whichever they give again and again of this."""
    recurring = recurring_of(world, number)
    if recurring is None or recurring.standing == Standing.ENDED:
        return "nothing to change"
    fields = {"do": verb, "months": "1", "amount": "40", "often": "monthly", "day": "2027-03-01"}
    return " ".join(gift_changes.make(recurring, fields, terms.Terms(), "en").values())


def take_card(world: Any, number: int, card: str) -> None:
    """At Stripe's portal; what could not be taken is tried at once."""
    for account, known in subscriptions_of(world, number):
        asked = {"customer": known["customer"], "return_url": "https://muster.example.org"}
        session = portal.create(world.stripe.till, account, asked)
        world.stripe.do(portal.replace_card, account, session, card)


# What treasurers and banks do


def give_back(world: Any, number: int, amount: int, view: str) -> str:
    """A treasurer's screen shows a gift; they press the button on it, perhaps twice."""
    gift = gift_of(world, number)
    if gift is None:
        return "there is no gift yet"
    seen = treasury(world)["views"].setdefault(view, str(gift.refunded))
    if not refund.may_go_back(gift, amount, seen):
        return "something has gone back meanwhile, or not that much is left"
    world.treasury.ask_back(number, view, amount)
    refund.give_back(gift, amount)
    return "given back"


def after_give_back(world: Any, answer: Any, number: int, amount: int, view: str) -> None:
    """Whoever gets no answer presses again."""
    asked = treasury(world)["asked_back"].get(view)
    if answer is None and asked and asked["presses"] < 3:
        asked["presses"] += 1
        world.later(world.faults.one_of(3.0, 60.0), "act", "give_back", number, amount, view)


def give_back_at_stripe(world: Any, number: int, amount: int) -> None:
    for account, charge in charges_of(world, number)[:1]:
        left = charge["amount"] - charge["amount_refunded"]
        if 0 < amount <= left and not charge["disputed"] and charge["status"] == "succeeded":
            world.treasury.ask_back(number, f"stripe.{number}.{world.now}", amount)
            world.stripe.do(payments.refund, account, {"charge": charge["id"], "amount": str(amount)})


def bounce(world: Any, number: int) -> None:
    """A bank does not take what was given back last."""
    for account, charge in charges_of(world, number)[:1]:
        refunds = list(account.every("refund", charge=charge["id"], status="succeeded"))
        if refunds and not charge["disputed"]:
            world.stripe.do(payments.bounce, account, refunds[-1])


def dispute(world: Any, number: int, amount: int = 0) -> None:
    """All of it, or so much."""
    for account, charge in charges_of(world, number)[:1]:
        if not charge["disputed"] and charge["status"] == "succeeded":
            world.stripe.do(payments.dispute, account, charge, amount)


def close_dispute(world: Any, number: int, won: bool) -> None:
    for account, charge in charges_of(world, number):
        for known in account.every("dispute", charge=charge["id"], status="needs_response"):
            world.stripe.do(payments.close_dispute, account, known, won=won)


def reconcile_all(world: Any) -> int:
    """A treasurer compares, and has us look again at whatever differs."""
    group = network.find_group(town.GROUP, consistent=True)
    assert group is not None
    found = reconcile.compare(group, START - DAY, clock.now() + DAY).differences + reconcile_recurring.compare(group)
    world.invariants.memory["treasury"]["differences"] = [repr(each) for each in found]
    return reconcile.mend(found)


def strangers_label(world: Any) -> None:
    """Whoever has an account at Stripe writes what they like into what they sell: our donations' labels, too."""
    account = world.stripe.till.accounts[STRANGERS]
    for _, session in list(world.stripe.everything("checkout.session")):
        intent = payments.intend(account, 100, "usd", metadata=session["metadata"])
        world.stripe.do(payments.pay, account, intent, payments.method(account, GOOD))
        world.later(1.0, "outside", "strangers_give_back", intent["id"])


def strangers_give_back(world: Any, intent: str) -> None:
    account = world.stripe.till.accounts[STRANGERS]
    world.stripe.do(payments.refund, account, {"payment_intent": intent})


# Looking up


def gift_of(world: Any, number: int) -> Donation | None:
    """As the donor's or the treasurer's screen finds it."""
    for label in labels_of(world, number, "gift"):
        gift = store.find(label.split(".")[1], label.split(".")[2])
        if gift and gift.is_given:
            return gift
    return None


def recurring_of(world: Any, number: int) -> Recurring | None:
    for label in labels_of(world, number):
        if found := recurring_store.find(label.split(".")[1], label.split(".")[2]):
            return found
    return None


ACTS = town.ACTS | {
    act.__name__: act
    for act in (press, make_monthly, pay, debit, change, take_card, give_back, give_back_at_stripe, bounce, dispute,
                close_dispute, reconcile_all, strangers_label, strangers_give_back)
} | {"after press": after_press, "after make_monthly": after_make_monthly, "after give_back": after_give_back}  # fmt: skip
