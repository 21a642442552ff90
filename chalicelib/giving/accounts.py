"""The Stripe account that a group's gifts go to: one that it connected, or the installation's own."""

import msgspec
from msgspec.structs import replace

from chalicelib import clock
from chalicelib.giving.stripe_gateway import OWN
from chalicelib.giving.stripe_gateway import accounts as gateway
from chalicelib.network import store as network
from chalicelib.network.group import Group


class Account(msgspec.Struct, frozen=True):
    """`id` '': none. `ready`: it can take money, as far as Stripe said last. `country`: two letters.

    `former`: those that gifts went to before, the first one first. Gifts and recurring donations stay with theirs.
    """

    id: str = ""
    ready: bool = False
    country: str = ""
    key: str = ""
    former: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Each that gifts go to, or ever went to: this one first."""
        return tuple(dict.fromkeys(each for each in (self.id, *reversed(self.former)) if each))


def of(group: Group) -> Account:
    return msgspec.convert(group.stripe, Account)


def begin(group: Group, email: str) -> Account:
    """Have an account to tell Stripe about. Begun again it is the same one; after another was left, a new one."""
    known = _as_it_stands(group)
    if known.id:
        return known
    begun = _keep(group.id, replace(known, key=known.key or clock.new_id()))
    made = gateway.create(group.id, email, f"account-{begun.key}")
    return _keep(group.id, replace(begun, id=made.id, ready=made.charges_enabled, country=made.country or ""))


def settle(group: Group) -> Account:
    """Ask Stripe how the account stands, and write it down."""
    known = _as_it_stands(group)
    if not known.id:
        return known
    now, after = gateway.find(known.id), _as_it_stands(group)
    if after.id != known.id:
        return after  # it was left while Stripe was asked
    return _keep(group.id, replace(known, ready=now.charges_enabled, country=now.country or known.country))


def use_own(group: Group) -> Account:
    """Gifts go to the account of the installation's own key: for whoever runs one for a single group."""
    return _keep(group.id, Account(OWN, True, former=_left(group)))


def disconnect(group: Group) -> None:
    """No gift is begun any more. What was given, and recurring donations, stay with the account, and are compared."""
    _keep(group.id, Account(former=_left(group)))


def _left(group: Group) -> tuple[str, ...]:
    """All of before, once another follows."""
    return tuple(reversed(_as_it_stands(group).all))


def _as_it_stands(group: Group) -> Account:
    """Whoever is about to change it forgets nothing that somebody else has just written."""
    return of(network.find_group(group.id, consistent=True) or group)


def _keep(group: str, account: Account) -> Account:
    network.change_group(group, stripe=msgspec.to_builtins(account))
    return account
