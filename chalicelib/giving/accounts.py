"""The Stripe account that a group's gifts go to: one that it connected, or the installation's own."""

import msgspec

from chalicelib import clock
from chalicelib.giving.stripe_gateway import OWN
from chalicelib.giving.stripe_gateway import accounts as gateway
from chalicelib.network import store as network
from chalicelib.network.group import Group


class Account(msgspec.Struct, frozen=True):
    """`id` '': none. `ready`: it can take money, as far as Stripe said last. `country`: two letters."""

    id: str = ""
    ready: bool = False
    country: str = ""
    key: str = ""


def of(group: Group) -> Account:
    return msgspec.convert(group.stripe, Account)


def begin(group: Group, email: str) -> Account:
    """Have an account to tell Stripe about. Begun again it is the same one."""
    known = of(group)
    if known.id:
        return known
    key = known.key or clock.new_id()
    _keep(group.id, Account(key=key))
    made = gateway.create(group.id, email, f"account-{key}")
    return _keep(group.id, Account(made.id, made.charges_enabled, made.country or "", key))


def settle(group: Group) -> Account:
    """Ask Stripe how the account stands, and write it down."""
    known = of(group)
    if not known.id:
        return known
    now = gateway.find(known.id)
    return _keep(group.id, Account(known.id, now.charges_enabled, now.country or known.country, known.key))


def use_own(group: Group) -> Account:
    """Gifts go to the account of the installation's own key: for whoever runs one for a single group."""
    return _keep(group.id, Account(OWN, True))


def disconnect(group: Group) -> None:
    """No gift is begun any more. What was given, and recurring donations, stay with the account."""
    _keep(group.id, Account())


def _keep(group: str, account: Account) -> Account:
    network.change_group(group, stripe=msgspec.to_builtins(account))
    return account
