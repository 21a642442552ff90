"""Giving one part of a gift to several groups by itself: one that failed, at Stripe's usual page of its group."""

from msgspec.structs import replace

from chalicelib import clock, config, queues
from chalicelib.giving import give, links, recipients, store
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.news import Look
from chalicelib.giving.split import Split
from chalicelib.giving.stripe_gateway.checkout import Words


def can_be_given(share: Donation) -> bool:
    """Whether it failed; or is being given by itself, from its second attempt on."""
    return share.state == State.FAILED or (share.state == State.STARTED and share.attempt > 1)


def begin(split: Split, share: Donation) -> str | None:
    """Stripe's page for this part; None when it cannot be given (any more). Begun again it is the same page."""
    if not can_be_given(share):
        return None
    if share.url and share.until > clock.now():
        return share.url
    group = recipients.takes(split.group, split.page, share.group)
    share = share if _is_fresh(share) else _anew(share)
    if group is None or give.too_much(group, share):
        return None
    address = links.of_split(split)
    words = Words(share.title, share.language, address, f"{config.public_url()}{split.address}")
    return give.lead(share, words)


def _is_fresh(share: Donation) -> bool:
    return share.state == State.STARTED and share.until - clock.now() > give.LEAST_SECONDS


def _anew(share: Donation) -> Donation:
    """The same donation with a key of its own for the page that is opened now."""
    until = clock.now() + give.OPEN_SECONDS
    attempt = max(share.attempt, 1) + 1
    after = replace(share, state=State.STARTED, attempt=attempt, until=until, session="", url="")
    # Before it is open again: whatever dies from here on, somebody will look.
    queues.send("feedback", Look(share.person, share.id), delay=give.LOOK_SECONDS)
    if not store.change(share, after):
        return store.find(share.person, share.id) or share
    return replace(after, version=share.version + 1)
