"""Giving one part of a gift to several groups by itself: one that failed, at Stripe's usual page of its group."""

from msgspec.structs import replace

from chalicelib import clock, config, queues
from chalicelib.actions.action_type import Refused
from chalicelib.giving import card_testing, charge_split, give, links, store
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.news import Look
from chalicelib.giving.split import Split
from chalicelib.giving.stripe_gateway.checkout import Words


def can_be_given(share: Donation) -> bool:
    """Whether it failed; or is being given by itself, from its second attempt on. Not where too many cards did."""
    open_still = share.state == State.FAILED or (share.state == State.STARTED and share.attempt > 1)
    return open_still and share.declines < card_testing.MOST_DECLINES


def begin(split: Split, share: Donation, network: str) -> str | Refused | None:
    """Stripe's page for this part; None when it cannot be given (any more). Begun again it is the same page.

    `network`: where the donor comes from, as a keyed hash.
    """
    if not can_be_given(share):
        return None
    if share.url and share.until > clock.now():
        return share.url
    group = charge_split.taker(split, share)
    if group is None or give.too_much(group, share):
        return Refused("limit")
    if not card_testing.lets_in(split.page, network, share.donor.email):
        return Refused("tries")
    share = share if _is_fresh(share) else _anew(share, network)
    if card_testing.too_many(share, confirmed=False):
        give.leave(share)
        return Refused("tries")
    address = links.of_split(split)
    words = Words(share.title, share.language, address, f"{config.public_url()}{split.address}")
    return give.lead(share, words)


def _is_fresh(share: Donation) -> bool:
    return share.state == State.STARTED and share.until - clock.now() > give.LEAST_SECONDS


def _anew(share: Donation, network: str) -> Donation:
    """The same donation with a key of its own for the page that is opened now."""
    now, attempt = clock.now(), max(share.attempt, 1) + 1
    fresh = {"at": now, "until": now + give.OPEN_SECONDS, "attempt": attempt, "network": network}
    after = replace(share, state=State.STARTED, session="", url="", **fresh)
    # Before it is open again: whatever dies from here on, somebody will look.
    queues.send("feedback", Look(share.person, share.id), delay=give.LOOK_SECONDS)
    if not store.change(share, after):
        return store.find(share.person, share.id) or share
    card_testing.begun(after)
    return replace(after, version=share.version + 1)
