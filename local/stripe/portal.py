"""The page on which a customer looks after their card, or ends what they pay again and again."""

from typing import TYPE_CHECKING

from local.stripe import cards, customers, payments, subscriptions
from local.stripe.account import Account, Thing
from local.stripe.forms import Params
from local.stripe.problems import declined

if TYPE_CHECKING:
    from local.stripe.world import World


def create(world: "World", account: Account, params: Params) -> Thing:
    customer = account.find("customer", params["customer"])
    made = account.make(
        "billing_portal.session",
        "bps_",
        configuration="bpc_default",
        customer=customer["id"],
        livemode=False,
        return_url=params.get("return_url"),
        url="",
    )
    made |= {"url": f"{world.public_url}/_local/stripe/portal/{account.id or 'own'}/{made['id']}"}
    return made


def replace_card(account: Account, session: Thing, card: str) -> None:
    """Another card, which is tried at once for whatever could not be taken."""
    if cards.known(card).declines:
        raise declined("card_declined", "generic_decline")
    customer = account.find("customer", session["customer"])
    customers.attach(account, customer, payments.method(account, card, email=customer["email"]))
    for invoice in account.every("invoice", status="open", customer=customer["id"]):
        if invoice["next_payment_attempt"]:
            subscriptions.retry(account, invoice)


def cancel(account: Account, session: Thing, subscription: str) -> None:
    known = account.find("subscription", subscription)
    if known["customer"] == session["customer"]:
        subscriptions.cancel(account, known)
