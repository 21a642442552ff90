"""What became of the letters of a page, target by target; and of those that one person wrote."""

from collections import Counter
from typing import NamedTuple

from chalicelib import counters
from chalicelib.action_types.letter import send
from chalicelib.mailings import email_store
from chalicelib.mailings.email_store import Prepared

_COUNTED = ("queued", "sent", "refused", "bounced")
# Eight rows a target, for those who get thousands.
_MOST_ROWS = 40_000


class Line(NamedTuple):
    """A target, and how many letters to them were written, went out, were refused, came back afterwards."""

    target: str
    queued: int
    sent: int
    refused: int
    bounced: int

    @property
    def waiting(self) -> int:
        return max(self.queued - self.sent - self.refused, 0)


def lines(page: str) -> list[Line]:
    """Those with the most letters first."""
    spans = counters.read_spans(send.counted(page), _MOST_ROWS)
    found = [_line(span.partition(":")[2], counts) for span, counts in spans.items()]
    return sorted(found, key=lambda line: (-line.queued, line.target))


def total(found: list[Line]) -> Line:
    sums: Counter[str] = Counter()
    for line in found:
        sums.update({name: getattr(line, name) for name in _COUNTED})
    return _line("", sums)


def letters_of(page: str, person: str) -> list[Prepared]:
    """What somebody wrote on a page, and what became of it."""
    return list(email_store.prepared_of(person, f"letter-{page}-").values())


def _line(target: str, counts: counters.Counts) -> Line:
    queued, sent, refused, bounced = (counts.get(name, 0) for name in _COUNTED)
    return Line(target, queued, sent, refused, bounced)
