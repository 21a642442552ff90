"""Clicks: who followed which link of a mailing, and whether it was a person or a machine that looks links over.

A click is kept as one number (second, variant, place in the chunk, link) in a set on the chunk's row: it may be told
twice, late or in any order. What is human is judged from the whole set, each time anew, so that the third click of a
scanner also unmasks its first.
"""

from collections.abc import Iterable
from typing import NamedTuple

from chalicelib import config, signing
from chalicelib.mailings.links import HIDDEN

_PURPOSE = "click"
_WORDS = " abcdefg"

# Nobody reads an email within this time of its leaving, or follows three links within two seconds.
_SOON_SECONDS = 10
_BURST_SECONDS, _BURST_LINKS = 2, 3
# Whoever follows the link that nobody sees is a scanner, and so is whoever comes with it.
_TRAP_SECONDS = 60
# Of one recipient and of each kind (a person's, a machine's, on the link that nobody sees); more is a game with us.
MOST = 40


class Where(NamedTuple):
    """A recipient as a link names them: `run` is `<mailing>.<run>`, `words` the variant's letter or ''."""

    group: str
    run: str
    chunk: int
    place: int
    words: str = ""


class Click(NamedTuple):
    """One look at one link; `at` in whole epoch seconds."""

    at: int
    words: str
    place: int
    link: int

    @property
    def name(self) -> str:
        """What this link's number is called among the counters of a mailing."""
        return link_name(self.words, self.link)

    @property
    def as_number(self) -> int:
        return ((self.at << 3 | _WORDS.index(self.words or " ")) << 6 | self.place) << 8 | self.link


def link_name(words: str, link: int) -> str:
    return f"{words or 'l'}{link}"


def from_number(number: int) -> Click:
    rest, link = divmod(number, 256)
    rest, place = divmod(rest, 64)
    at, words = divmod(rest, 8)
    return Click(at, _WORDS[words].strip(), place, link)


class Tokens:
    """The links of one chunk's recipients, made quickly: one signature for each recipient, whatever they may follow."""

    def __init__(self, group: str, run: str, chunk: int, words: str, public_url: str) -> None:
        mailing, _, number = run.partition(".")
        self._start = f"{public_url}/l/"
        self._payload = bytes.fromhex(group + mailing) + int(number).to_bytes(3) + chunk.to_bytes(3)
        self._payload += bytes([_WORDS.index(words or " ")])
        self._sign = signing.signer(_PURPOSE)

    def to(self, place: int) -> str:
        """A link's beginning; `.` and the link's number complete it."""
        return self._start + self._sign(self._payload + bytes([place]))


def link(where: Where, number: int) -> str:
    """A whole link."""
    tokens = Tokens(where.group, where.run, where.chunk, where.words, config.public_url())
    return f"{tokens.to(where.place)}.{number}"


def read(link: str) -> tuple[Where, int] | None:
    """Who was given this link (what stands behind `/l/`), and its number; None for one that we did not make."""
    token, _, number = link.partition(".")
    payload = signing.read(_PURPOSE, token)
    if payload is None or len(payload) != 40 or not (number.isascii() and number.isdecimal() and len(number) <= 3):
        return None
    run, chunk = int.from_bytes(payload[32:35]), int.from_bytes(payload[35:38])
    words = _WORDS[payload[38]].strip()
    return Where(payload[:16].hex(), f"{payload[16:32].hex()}.{run}", chunk, payload[39], words), int(number)


def human(numbers: Iterable[int], sent_at: float) -> set[Click]:
    """The clicks of people among those of a chunk that was handed over at `sent_at`."""
    by_place: dict[int, list[Click]] = {}
    for number in numbers:
        click = from_number(number)
        by_place.setdefault(click.place, []).append(click)
    return {click for clicks in by_place.values() for click in clicks if not _is_machine(click, clicks, sent_at)}


def _is_machine(click: Click, others: list[Click], sent_at: float) -> bool:
    soon = 0 <= click.at - int(sent_at) < _SOON_SECONDS
    trapped = any(one.link == HIDDEN and abs(one.at - click.at) <= _TRAP_SECONDS for one in others)
    return soon or trapped or _in_burst(click, others)


def _in_burst(click: Click, others: list[Click]) -> bool:
    """True when a window of two seconds around this click holds three links."""
    starts = {one.at for one in others if 0 <= click.at - one.at < _BURST_SECONDS}
    windows = ({one.link for one in others if 0 <= one.at - start < _BURST_SECONDS} for start in starts)
    return any(len(links) >= _BURST_LINKS for links in windows)
