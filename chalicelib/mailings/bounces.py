"""Bounces by receiving domain: counted when SES tells of them, a row for each domain, so that no page has to count."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from chalicelib.mailings.chunk import Chunk, Outcome, Recipient, is_hard


class Domain(NamedTuple):
    """What came back from one receiving domain."""

    name: str
    hard: int
    soft: int
    complained: int

    @property
    def total(self) -> int:
        return self.hard + self.soft + self.complained


def domain_of(email: str) -> str:
    return email.rpartition("@")[2].lower()


def news_by_domain(before: Chunk, told: Outcome, recipients: Sequence[Recipient]) -> dict[str, Counter[str]]:
    """By how much the numbers of each domain grow; a soft bounce that becomes a hard one moves to the other number."""
    news: dict[str, Counter[str]] = defaultdict(Counter)
    for place, why in told.bounced.items():
        domain, known = domain_of(recipients[place].email), before.bounced.get(place)
        if known is not None:
            news[domain][_kind(known)] -= 1
        news[domain][_kind(why)] += 1
    for place in told.complained - before.complained:
        news[domain_of(recipients[place].email)]["complained"] += 1
    return {domain: counts for domain, counts in news.items() if any(counts.values())}


def from_counts(name: str, counts: Mapping[str, int]) -> Domain:
    return Domain(name, *(counts.get(kind, 0) for kind in ("hard", "soft", "complained")))


def _kind(why: str) -> str:
    return "hard" if is_hard(why) else "soft"
