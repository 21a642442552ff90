"""What a person has given altogether: kept with them, for asking and for choosing whom to write to."""

from collections.abc import Iterable, Sequence

from chalicelib.giving import recurring_store, store
from chalicelib.giving.donation import Donation
from chalicelib.giving.recurring import Recurring, Standing
from chalicelib.people import gift_store
from chalicelib.people.person import Gifts


def remember(group: str, person: str) -> None:
    """Sum up anew what they gave. Whoever is not recorded yet is summed up when they are."""
    donations = store.of_person(person)
    gift_store.keep(group, person, summed(donations, recurring_store.of_person(person)))


def summed(donations: Iterable[Donation], recurring: Sequence[Recurring] = ()) -> Gifts:
    """In the currency of the last gift: amounts of others cannot be compared with it. Tickets are no gifts: whoever
    took eight friends along is not asked for eight times as much.

    `version` grows with every write to any of the rows, so that an older sum never replaces a newer one.
    """
    known = list(donations)
    given = sorted((each for each in known if each.kept > 0 and not each.tickets), key=lambda each: each.given_at)
    currency = given[-1].currency if given else ""
    same = [each for each in given if each.currency == currency]
    return Gifts(
        currency=currency,
        highest=max((each.kept for each in same), default=0),
        total=sum(each.kept for each in same),
        number=len(same),
        last=same[-1].kept if same else 0,
        last_at=same[-1].given_at if same else 0,
        recurring=any(each.standing != Standing.ENDED for each in recurring),
        version=sum(each.version + 1 for each in known) + sum(each.version + 1 for each in recurring),
    )
