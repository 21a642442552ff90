"""Customers and their cards."""

from local.stripe.account import Account, Thing
from local.stripe.forms import Params


def create(account: Account, params: Params) -> Thing:
    settings = {"custom_fields": None, "default_payment_method": None, "footer": None, "rendering_options": None}
    made = account.make(
        "customer",
        "cus_",
        email=params.get("email"),
        name=params.get("name"),
        livemode=False,
        metadata=params.get("metadata", {}),
        invoice_settings=settings,
        balance=0,
    )
    account.tell("customer.created", made)
    return made


def attach(account: Account, customer: Thing, card: Thing) -> None:
    card |= {"customer": customer["id"]}
    customer["invoice_settings"] |= {"default_payment_method": card["id"]}
    account.tell("payment_method.attached", card)
    account.tell("customer.updated", customer)
