"""Accounts that groups connect: they are theirs, with Stripe's own dashboard; we take no fee and move no money."""

import msgspec

from chalicelib.giving.stripe_gateway.client import LABEL, OWN, ask


class Account(msgspec.Struct, frozen=True):
    """`charges_enabled`: it can take money."""

    id: str
    charges_enabled: bool = False
    country: str | None = None
    metadata: dict[str, str] = {}


class _Link(msgspec.Struct, frozen=True):
    url: str


def create(label: str, email: str, key: str) -> Account:
    """An account whose owner deals with Stripe directly: pays its fees, bears its disputes."""
    controller = {
        "stripe_dashboard": {"type": "full"},
        "fees": {"payer": "account"},
        "losses": {"payments": "stripe"},
        "requirement_collection": "stripe",
    }
    return ask(
        Account,
        "accounts.create",
        params={"controller": controller, "email": email, "metadata": {LABEL: label}},
        account=OWN,
        key=key,
    )


def link(account: str, back: str, again: str) -> str:
    """Where its owner tells Stripe who they are; good once, for a few minutes."""
    return ask(
        _Link,
        "account_links.create",
        params={"account": account, "type": "account_onboarding", "return_url": back, "refresh_url": again},
        account=OWN,
    ).url


def find(account: str) -> Account:
    if account == OWN:
        return ask(Account, "accounts.retrieve_current", account=OWN)
    return ask(
        Account,
        "accounts.retrieve",
        account,
        account=OWN,
    )
