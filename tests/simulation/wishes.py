"""What people meant to give, where it led them at Stripe, and what was taken there for it."""

from typing import Any

PAGE = "0" * 31 + "6"


def add_wish(world: Any, donor: int, amount: int, often: str, cards: tuple[str, ...]) -> int:
    """Somebody means to give this, once; by its number."""
    wishes = treasury(world)["wishes"]
    wishes.append(
        {"donor": donor, "amount": amount, "often": often, "cards": list(cards), "presses": 0, "again": "", "done": 0.0}
    )
    return len(wishes) - 1


def treasury(world: Any) -> Any:
    return world.invariants.memory["treasury"]


def subscriptions_of(world: Any, number: int) -> list[tuple[Any, Any]]:
    labels = labels_of(world, number)
    every = world.stripe.everything("subscription")
    return [(account, known) for account, known in every if known["metadata"].get("muster") in labels]


def labels_of(world: Any, number: int, kind: str = "") -> list[str]:
    led = treasury(world)["led"]
    sessions = [name for name, (wish, how) in led.items() if wish == number and kind in ("", how)]
    found = {session["id"]: session["metadata"]["muster"] for _, session in world.stripe.everything("checkout.session")}
    return [found[name] for name in sessions]


def charges_of(world: Any, number: int) -> list[tuple[Any, Any]]:
    """Everything that was taken, or is being taken, for the gift itself; what renews it later aside."""
    sessions = {name for name, (wish, how) in treasury(world)["led"].items() if wish == number and how == "gift"}
    intents = set()
    for account, session in world.stripe.everything("checkout.session"):
        if session["id"] in sessions and session["payment_intent"]:
            intents.add(session["payment_intent"])
        elif session["id"] in sessions and session["invoice"]:
            tried = account.every("invoice_payment", invoice=session["invoice"])
            intents |= {each["payment"]["payment_intent"] for each in tried}
    return [(account, charge) for account, charge in world.stripe.everything("charge")
            if charge["payment_intent"] in intents and charge["status"] in ("succeeded", "pending")]  # fmt: skip
