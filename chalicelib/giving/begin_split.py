"""Giving to several groups at once: write down each part, then have Stripe ask for the donor's card.

Whoever sends the same form twice within the hour gets the same page at Stripe, as with any gift (`give.py`).
"""

from collections.abc import Mapping
from hashlib import sha256

import msgspec
from msgspec.structs import replace

from chalicelib import clock, config, queues, texts
from chalicelib.actions.action_type import AskBack, Onward, Refused
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Problem, Submission
from chalicelib.giving import accounts, card_testing, charge_split, give, links, money, split_store, store, terms
from chalicelib.giving.donation import Donation
from chalicelib.giving.give import Wish
from chalicelib.giving.news import LookAtSplit
from chalicelib.giving.split import Part, Split, Standing
from chalicelib.giving.stripe_gateway import OWN, Later, checkout
from chalicelib.giving.stripe_gateway.checkout import Words
from chalicelib.network.group import Group
from chalicelib.people.person import person_id

# By the id of a group, what it gets: only those that get something.
Amounts = Mapping[str, int]


def begin(public: PublicPage, submission: Submission, wish: Wish, amounts: Amounts) -> Onward | AskBack | Refused:
    """Write the parts down, and open Stripe's page for the card that they are charged to."""
    words = _words(public, submission, wish, amounts)
    split = _split(public, submission, wish, amounts, store.claim_checkout(words, clock.new_id(), _until()))
    if split.standing == Standing.TAKEN:
        return AskBack({"given_before": split, "given_amount": _shown(split.amount, public, wish)})
    if split.standing == Standing.LEFT or (not split.url and split.until - clock.now() < give.LEAST_SECONDS):
        charge_split.leave(split)
        instead = store.claim_checkout(words, clock.new_id(), _until(), split.id)
        split = _split(public, submission, wish, amounts, instead)
    if not split.url and _too_many(split, submission):
        charge_split.close(split.id)
        return Refused("tries")
    if problems := _too_much(public, split):
        charge_split.close(split.id)
        return AskBack({}, problems)
    return Onward(split.url or _open(public, split))


def groups_of(public: PublicPage) -> tuple[Group, ...]:
    """All that get a part, the page's own first."""
    return (public.group, *public.recipients)


def _split(public: PublicPage, submission: Submission, wish: Wish, amounts: Amounts, known_as: str) -> Split:
    """The split of this id, with a donation for each part. Begun again, what is missing of it is added."""
    split = split_store.find(known_as)
    if split is None:
        # Before it is there: whatever dies from here on, somebody will look.
        queues.send("feedback", LookAtSplit(known_as), delay=give.LOOK_SECONDS)
        begun = _begun(public, submission, wish, amounts, known_as)
        split = begun if split_store.add(begun) else split_store.find(known_as) or begun
    shares = [_share(public, submission, wish, split, part) for part in split.parts]
    added = [_add(split, share) for share in shares]
    if added[0]:
        card_testing.begun(shares[0])
    return split


def _add(split: Split, share: Donation) -> bool:
    """A part that is new; False when it is known. Whoever went back to mend the form pays with what it says now."""
    if store.add(share):
        return True
    known = store.find(share.person, share.id)
    if known and split.standing == Standing.STARTED:
        give.say_anew(known, share)
    return False


def _begun(public: PublicPage, submission: Submission, wish: Wish, amounts: Amounts, known_as: str) -> Split:
    groups = [group for group in groups_of(public) if amounts.get(group.id)]
    return Split(
        id=known_as,
        group=public.group.id,
        page=public.page.id,
        person=submission.person,
        parts=tuple(_part(group, submission.email, amounts[group.id]) for group in groups),
        currency=wish.currency,
        address=f"/{public.group.slug}/{public.page.slug}",
        note=_note(public, wish, [(group, amounts[group.id]) for group in groups]),
        at=clock.now(),
        until=_until(),
    )


def _part(group: Group, email: str, amount: int) -> Part:
    return Part(group.id, person_id(group.salt, email), clock.new_id(), amount)


def _note(public: PublicPage, wish: Wish, gets: list[tuple[Group, int]]) -> str:
    """What the donor reads beside the button that keeps their card: nothing but this is ever charged to it."""
    listed = "; ".join(f"{terms.name_of(group)[:60]}: {_shown(amount, public, wish)}" for group, amount in gets)
    return texts.say(public.page.language, "split.note", parts=listed)


def _share(public: PublicPage, submission: Submission, wish: Wish, split: Split, part: Part) -> Donation:
    """One part as a donation to its group, which learns of nothing but its own."""
    group = next(group for group in groups_of(public) if group.id == part.group)
    begun = Donation(
        id=part.donation,
        group=part.group,
        page=public.page.id if part.group == public.group.id else "",
        person=part.person,
        amount=part.amount,
        currency=split.currency,
        at=split.at,
        donor=wish.donor,
        account=accounts.of(group).id,
        until=split.until,
        whole=split.id,
        title=public.page.title,
        language=public.page.language,
        source=f"tandem:{public.group.slug}"[:64],
        waiting=msgspec.json.encode(_told(public, submission, part)).decode(),
        network=submission.network if part == split.parts[0] else "",
    )
    if part.group != public.group.id:
        return begun
    return replace(begun, source=submission.source, referrer=submission.referrer, website=submission.website)


def _told(public: PublicPage, submission: Submission, part: Part) -> Submission:
    """What the group of a part gets to know once it is paid: the others' lists are the others' business."""
    own = {**submission.own, "amount": str(part.amount)}
    if part.group == public.group.id:
        others = {group.id for group in public.recipients}
        return replace(submission, own=own, joins=tuple(each for each in submission.joined if each not in others))
    return Submission(
        id=submission.id,
        group=part.group,
        page="",
        type=submission.type,
        person=part.person,
        at=submission.at,
        email=submission.email,
        given_name=submission.given_name,
        family_name=submission.family_name,
        phone=submission.phone,
        street=submission.street,
        city=submission.city,
        zip_code=submission.zip_code,
        language=submission.language,
        joins=tuple(each for each in submission.joined if each == part.group),
        recognised=submission.recognised,
        source=f"shared:{public.group.id}",
    )


def _too_many(split: Split, submission: Submission) -> bool:
    first = store.find(split.parts[0].person, split.parts[0].donation)
    return first is not None and card_testing.too_many(first, confirmed=submission.confirmed)


def _too_much(public: PublicPage, split: Split) -> list[Problem]:
    """Beside each group that may not take so much of this donor, with all that they gave to it."""
    problems = []
    for group in groups_of(public):
        for part in split.parts:
            share = store.find(part.person, part.donation) if part.group == group.id else None
            if share and give.too_much(group, share):
                problems.append(Problem(f"share-{group.slug}", "share_limit", terms.name_of(group)))
    return problems


def _open(public: PublicPage, split: Split) -> str:
    """The address of Stripe's page for the card. Where only the answer was lost, asking again gives the same page."""
    first = store.find(split.parts[0].person, split.parts[0].donation)
    if first is None:
        raise LookupError(split.id)
    whole = replace(first, id=split.id, group=split.group, person=split.person, account=OWN, until=split.until)
    address = f"{config.public_url()}{split.address}"
    words = Words(first.title, first.language, links.of_split(split), address, note=split.note)
    try:
        opened = checkout.create_setup(whole, words, f"split-{split.id}-{split.attempt}")
    except Later as error:
        if error.spent:
            split_store.change(split, attempt=split.attempt + 1)
        raise
    after = split_store.change(split, session=opened.id, url=opened.url or "") or split_store.find(split.id)
    if after is None or not after.url:
        raise Later("another page is being opened for it")
    return after.url


def _shown(amount: int, public: PublicPage, wish: Wish) -> str:
    return money.write(amount, wish.currency, public.page.language)


def _words(public: PublicPage, submission: Submission, wish: Wish, amounts: Amounts) -> str:
    """Of the same network: whoever types somebody else's address elsewhere is not told what they gave."""
    told = (public.page.id, submission.person, wish.currency, wish.again, *sorted(amounts.items()), submission.network)
    return sha256("\n".join(map(str, told)).encode()).hexdigest()[:32]


def _until() -> float:
    return clock.now() + give.OPEN_SECONDS
