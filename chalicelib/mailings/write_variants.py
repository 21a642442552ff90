"""Writing the variants of a draft, and how they are to be tried."""

from chalicelib import clock, markup
from chalicelib.mailings import store
from chalicelib.mailings.mailing import Mailing, Status
from chalicelib.mailings.variant import LETTERS, Trial, Variant
from chalicelib.mailings.write_mailing import one_line


def add(mailing: Mailing) -> Mailing | None:
    """One more, which begins as the mailing is; None when it is no draft, has changed, or has its fill."""
    if len(mailing.letters) == len(LETTERS):
        return None
    return _write(mailing, [*mailing.variants, Variant()])


def save(mailing: Mailing, letter: str, variant: Variant) -> Mailing | None:
    """Keep what is different about a variant; None when there is none such any more."""
    clean = Variant(
        subject=one_line(variant.subject),
        sender_name=one_line(variant.sender_name),
        sender_address=one_line(variant.sender_address),
        body=markup.sanitise(variant.body),
    )
    place = place_of(mailing, letter)
    return None if place is None else _write(mailing, [*_but(mailing, place, clean)])


def remove(mailing: Mailing, letter: str) -> Mailing | None:
    """Take a variant out; those behind it move up a letter."""
    place = place_of(mailing, letter)
    if place is None:
        return None
    return _write(mailing, [one for number, one in enumerate(mailing.variants) if number != place])


def save_trial(mailing: Mailing, trial: Trial) -> Mailing | None:
    return store.change_mailing(mailing.group, mailing.id, when=[Status.DRAFT], trial=trial, edited=clock.now())


def place_of(mailing: Mailing, letter: str) -> int | None:
    """Where a variant stands in the list; None for `a`, which is the mailing itself, and for what there is not."""
    return mailing.letters.index(letter) - 1 if letter in mailing.letters[1:] else None


def _but(mailing: Mailing, place: int, variant: Variant) -> list[Variant]:
    return [variant if number == place else one for number, one in enumerate(mailing.variants)]


def _write(mailing: Mailing, variants: list[Variant]) -> Mailing | None:
    """Over the variants as they were seen; somebody else's stay."""
    return store.change_mailing(
        mailing.group,
        mailing.id,
        when=[Status.DRAFT],
        still={"edited": mailing.edited},
        variants=variants,
        edited=clock.now(),
    )
