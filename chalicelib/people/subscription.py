"""Who gets mail. Only a person's own act, or their mail server's, changes a subscription."""

import hmac

from chalicelib import clock, config, counters
from chalicelib.people import store
from chalicelib.people.person import Subscription

# What each may follow upon. Reports come late, twice and shuffled: the gravest stays, and no button leads back from it.
_OUT_OF = {
    Subscription.SUBSCRIBED: (Subscription.UNSUBSCRIBED, Subscription.OUTSIDE),
    Subscription.UNSUBSCRIBED: (Subscription.SUBSCRIBED, Subscription.OUTSIDE),
    Subscription.BOUNCED: (Subscription.SUBSCRIBED, Subscription.OUTSIDE, Subscription.UNSUBSCRIBED),
    Subscription.COMPLAINED: (
        *(Subscription.SUBSCRIBED, Subscription.OUTSIDE, Subscription.UNSUBSCRIBED),
        Subscription.BOUNCED,
    ),
}


def unsubscribe(group: str, person: str) -> bool:
    """Stop mail from this group to this person, from now on. True when they were subscribed until now."""
    return _change(group, person, Subscription.UNSUBSCRIBED)


def join(group: str, person: str) -> bool:
    """Mail somebody who had acted without joining, and joins now; whoever has left stays away."""
    return _change(group, person, Subscription.SUBSCRIBED, (Subscription.OUTSIDE,))


def resubscribe(group: str, person: str) -> bool:
    """Mail them again, on their own request; an address that bounced or complained stays as it is."""
    return _change(group, person, Subscription.SUBSCRIBED)


def bounced(group: str, person: str, email: str) -> None:
    """The address does not exist: nobody on this installation mails it again."""
    store.suppress(address_hash(email), "bounced", clock.now())
    _change(group, person, Subscription.BOUNCED)


def complained(group: str, person: str, email: str) -> None:
    """They called our mail spam: nobody on this installation mails them again."""
    store.suppress(address_hash(email), "complained", clock.now())
    _change(group, person, Subscription.COMPLAINED)


def address_hash(email: str, secret: bytes | None = None) -> str:
    """How an address is remembered on the suppression list: keyed, so that the list names nobody."""
    return hmac.digest(secret or config.secret(), b"address\0" + email.encode(), "sha256").hex()[:32]


def _change(group: str, person: str, to: Subscription, out_of: tuple[Subscription, ...] = ()) -> bool:
    now = clock.now()
    before = store.change_subscription(group, person, to, now, out_of=out_of or _OUT_OF[to])
    if before is None:
        return False
    step = (to == Subscription.SUBSCRIBED) - (before == Subscription.SUBSCRIBED)
    counters.add(f"group#{group}", "total", {"subscribed": step})
    counters.add(f"group#{group}", counters.day(now), {str(to): 1})
    return True
