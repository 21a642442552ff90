"""Saved donors: what somebody said with an earlier gift, and need not say again. They agree to statements each time."""

from collections.abc import Mapping
from operator import attrgetter

from msgspec.structs import replace

from chalicelib.giving import countries, store, terms
from chalicelib.giving.donation import Donation
from chalicelib.giving.terms import Terms
from chalicelib.network.group import Group


def details(group: Group, person: str) -> Mapping[str, str]:
    """By field, what the group asks only of donors and this one said with their last gift; what it still takes."""
    asked = replace(terms.of(group), statements=())
    names = [*terms.asked_of_donor(asked), *(["country"] if asked.asks_country else [])]
    last = _last_gift(group.id, person) if names else None
    if last is None:
        return {}
    told = {name: str(getattr(last.donor, name)) for name in names}
    wrong = _not_taken(asked, told)
    return {name: text for name, text in told.items() if name not in wrong}


def _last_gift(group: str, person: str) -> Donation | None:
    given = [each for each in store.of_person(person) if each.is_given and each.group == group]
    return max(given, key=attrgetter("given_at"), default=None)


def _not_taken(asked: Terms, told: Mapping[str, str]) -> set[str]:
    """Fields that are empty, or would be refused by now."""
    read = terms.read_donor(asked, {name: [text] for name, text in told.items()}, countries.codes())
    return {problem.field for problem in read} if isinstance(read, list) else set()
