"""Charging each part of a gift to several groups, once Stripe has the donor's card: each by itself, once at most.

A part goes through three steps, each written down before the next: it is decided that it is charged (`attempt` 1, for
an hour), Stripe is asked under a key that belongs to this part alone, and what Stripe says is settled as with any gift.
So whatever dies, and whoever says it twice, asks Stripe the same again. After the hour nobody asks any more: Stripe's
list says whether it was charged.
"""

from msgspec.structs import replace

from chalicelib import clock, log, queues
from chalicelib.giving import accounts, card_testing, recipients, settle, split_store, store
from chalicelib.giving.donation import Donation, State
from chalicelib.giving.news import Charge
from chalicelib.giving.split import Split, Standing
from chalicelib.giving.stripe_gateway import LABEL, OWN, Later, Refused, cards, checkout, payments
from chalicelib.giving.stripe_gateway.checkout import Checkout
from chalicelib.mailings import outbox
from chalicelib.mailings.outbox import GiftNews, GiftWord
from chalicelib.network.group import Group

# Nobody's card is charged hours after they left.
_CHARGED_SECONDS = 3600
_SLACK_SECONDS = 300


def session(account: str, known_as: str) -> None:
    """A page of Stripe's that asks for a card is over: there is one, or they left."""
    if account != OWN:
        return
    found = checkout.find(account, known_as)
    split = _labelled(found.metadata.get(LABEL, ""))
    if split and split.session in ("", known_as):
        _of_session(split, found)


def look(split: str) -> bool:
    """Whether something of it is still open: then somebody looks again."""
    found = split_store.find(split)
    if found is None:
        return False
    if found.standing == Standing.STARTED and found.session:
        session(OWN, found.session)
    elif found.standing == Standing.STARTED and found.until < clock.now():
        leave(found)
    elif found.standing == Standing.TAKEN:
        _charge_later(found)
    after = split_store.find(split) or found
    return after.standing == Standing.STARTED or bool(_waiting(after))


def charge(split: str, donation: str) -> None:
    """Charge one part, unless it is decided what becomes of it. Raises Later when nobody knows."""
    known = split_store.find(split)
    part = known.part(donation) if known else None
    share = store.find(part.person, part.donation) if part else None
    if known is None or share is None or known.standing != Standing.TAKEN:
        return
    if is_waiting(share):
        _charge(known, share if share.attempt else _decide(known, share))
    if not _waiting(known):
        cards.forget(known.method, f"forget-{known.id}")


def declined(label: str) -> None:
    """A card was declined on the page that asks for one: whoever tries one after another is cut off."""
    split = _labelled(label)
    first = store.find(split.parts[0].person, split.parts[0].donation) if split else None
    if split and first and card_testing.one_more(first):
        close(split.id)


def taker(split: Split, share: Donation) -> Group | None:
    """The group of a part, if it still takes it, into the account that was meant when the gift was begun."""
    group = recipients.takes(split.group, split.page, share.group)
    return group if group and accounts.of(group).id == share.account else None


def close(split: str) -> None:
    """Nobody can leave a card there any more, unless somebody has."""
    found = split_store.find(split)
    if found is None or found.standing != Standing.STARTED:
        return
    try:
        if found.session:
            checkout.expire(OWN, found.session)
    except Refused:
        return  # there is a card, or it is over
    leave(found)


def leave(split: Split) -> None:
    """They went without leaving a card: nothing will be charged."""
    if split.standing == Standing.STARTED and split_store.change(split, standing=Standing.LEFT) is None:
        raise Later("others were faster")
    for share in filter(is_waiting, _shares(split)):
        _write(share, replace(share, state=State.LEFT, waiting=""))


def is_waiting(share: Donation) -> bool:
    """Whether it is still to be charged to the card that was left. From the second attempt on, it has its own page."""
    return share.state == State.STARTED and not share.session and share.attempt < 2


def _of_session(split: Split, found: Checkout) -> None:
    if found.status == "expired" and split.standing == Standing.STARTED:
        leave(split)
    elif found.status == "complete" and found.setup_intent:
        card = cards.find(found.setup_intent)
        if card.status == "succeeded" and split.standing == Standing.STARTED:
            _take(split, card.customer or "", card.payment_method or "")
        _charge_later(split)


def _take(split: Split, customer: str, method: str) -> None:
    if split_store.change(split, standing=Standing.TAKEN, customer=customer, method=method) is None:
        raise Later("others were faster")


def _charge_later(split: Split) -> None:
    """Each part by itself, so that none waits for another."""
    for share in _waiting(split):
        queues.send("feedback", Charge(split.id, share.id))


def _decide(split: Split, share: Donation) -> Donation:
    """Whether it is charged at all: a group that has left meanwhile gets nothing."""
    if taker(split, share) is None:
        return _write(share, replace(share, state=State.LEFT, waiting=""))
    return _write(share, replace(share, attempt=1, until=clock.now() + _CHARGED_SECONDS))


def _charge(split: Split, share: Donation) -> None:
    if share.state != State.STARTED:
        return
    if share.until < clock.now():
        _give_up(share)
        return
    try:
        copied = cards.copy(share.account, split.customer, split.method, f"copy-{share.id}")
        paid = cards.charge(share, copied, f"share-{share.id}")
    except Refused as error:
        log.line("part of a gift refused", code=error.code, donation=share.id)
        _fail(share)
    else:
        settle.payment(share.account, paid, share.label)


def _give_up(share: Donation) -> None:
    """The hour is over: what Stripe has charged counts, and nothing else is."""
    since = share.until - _CHARGED_SECONDS - _SLACK_SECONDS
    if paid := payments.labelled(share.account, share.label, since, clock.now() + _SLACK_SECONDS):
        settle.payment(share.account, paid, share.label)
    else:
        _fail(share)


def _fail(share: Donation) -> None:
    """The others stand. The donor is told, and may give this part by itself."""
    outbox.send_later(GiftNews(GiftWord.PART, share.group, share.person, share.id, ""))
    _write(share, replace(share, state=State.FAILED))


def _write(before: Donation, after: Donation) -> Donation:
    if not store.change(before, after):
        raise Later("others were faster")
    return replace(after, version=before.version + 1)


def _shares(split: Split) -> list[Donation]:
    found = [store.find(part.person, part.donation) for part in split.parts]
    return [share for share in found if share]


def _waiting(split: Split) -> list[Donation]:
    return list(filter(is_waiting, _shares(split)))


def _labelled(label: str) -> Split | None:
    """The split that a page of ours at Stripe names."""
    group, _, rest = label.partition(".")
    person, _, known_as = rest.partition(".")
    found = split_store.find(known_as) if known_as else None
    return found if found and (found.group, found.person) == (group, person) else None
