"""What came of a mailing: who followed which link, who took action, what bounced where. Read from counters and frozen
words only, however long the mailing: nothing here counts rows."""

from collections import defaultdict
from collections.abc import Iterator
from heapq import merge
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

from chalicelib import clock
from chalicelib.actions import source_store
from chalicelib.giving import sums
from chalicelib.giving.sums import Sum
from chalicelib.mailings import content, links, store, try_variants
from chalicelib.mailings.bounces import Domain
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.clicks import link_name
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.received import Behind
from chalicelib.people import store as people
from chalicelib.people.person import Person


class LinkResult(NamedTuple):
    """An address of a mailing, how many people followed it, and its names among the clicks."""

    address: str
    people: int
    names: tuple[str, ...]


def links_of(mailing: Mailing) -> list[LinkResult]:
    """The links, most followed first."""
    names: dict[str, list[str]] = defaultdict(list)
    for letter in mailing.letters:
        frozen = content.of_place(mailing.group, mailing.run_name, letter)
        for number, address in enumerate(frozen.links if frozen else []):
            names[links.shown(address)].append(link_name(letter, number))
    counted = store.clicks(mailing) if names else {}
    found = [LinkResult(one, sum(counted.get(name, 0) for name in of), tuple(of)) for one, of in names.items()]
    return sorted(found, key=lambda link: -link.people)


def actions_of(mailing: Mailing) -> int:
    """How many actions were taken by people who came from this mailing, each person and page once."""
    return sum(try_variants.actions_of(mailing, letter) for letter in mailing.letters)


def raised_by(mailing: Mailing) -> dict[str, dict[str, Sum]]:
    """What people who came from this mailing gave: by variant ('' when there is one wording) and currency."""
    codes = {letter: links.source_code(mailing.id, letter) for letter in mailing.letters}
    return {letter: sums.of_way(mailing.group, "source", code) for letter, code in codes.items()}


def bounces_of(mailing: Mailing, most: int = 50) -> list[Domain]:
    """The receiving domains with most trouble, worst first."""
    return sorted(store.domains(mailing), key=lambda domain: (-domain.total, domain.name))[:most]


def who_acted(mailing: Mailing, after: str = "", limit: int = 100, seconds: float = 5.0) -> tuple[list[Behind], str]:
    """People who came from this mailing and took action, and the id to go on after ('' at the end)."""
    came, following, end = list[str](), "", clock.now() + seconds
    for one in _who_came(mailing, after):
        came.append(one.person)
        if len(came) >= limit or clock.now() > end:
            following = one.person
            break
    known = people.find_many(mailing.group, came)
    return [Behind(_recipient(known[person]), "") for person in came if person in known], following


def _who_came(mailing: Mailing, after: str) -> Iterator[source_store.Came]:
    """In the order of ids, whichever variant they came by."""
    codes = [links.source_code(mailing.id, letter) for letter in mailing.letters]
    came = merge(*(source_store.each(mailing.group, code, after) for code in codes), key=attrgetter("person"))
    return (next(same) for _, same in groupby(came, attrgetter("person")))


def _recipient(person: Person) -> Recipient:
    return Recipient(person.id, person.email, person.given_name, person.family_name, person.zip_code)
