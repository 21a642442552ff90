"""Connecting: which group an account of Stripe's belongs to is written in the account itself when it is made."""

from chalicelib.giving import accounts
from chalicelib.giving.stripe_gateway import LABEL
from chalicelib.giving.stripe_gateway import accounts as gateway
from chalicelib.network import store as network


def settle(account: str) -> None:
    """Stripe says that something about an account has changed."""
    label = gateway.find(account).metadata.get(LABEL)
    group = network.find_group(label, consistent=True) if label else None
    if group and accounts.of(group).id == account:
        accounts.settle(group)
