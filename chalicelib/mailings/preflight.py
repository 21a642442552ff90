"""Preflight: what an organizer is told before sending. What would fail or break the law blocks, the rest warns.

Pure rules, one `Finding` each; who asks SES and who counts people stands in `preview.py`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import NamedTuple

from chalicelib import markup
from chalicelib.mailings import asks, merge, parts, spam
from chalicelib.mailings.mailing import CHUNK, Mailing
from chalicelib.mailings.merge import Compiled
from chalicelib.mailings.parts import Link, Parts
from chalicelib.network.group import Group
from chalicelib.people.email_address import normalise
from chalicelib.people.person import Person


class Level(StrEnum):
    BLOCK = "block"
    WARN = "warn"
    FINE = "fine"


class Finding(NamedTuple):
    """`rule` names the rule for code and tests, `words` tell the organizer what to do."""

    level: Level
    rule: str
    words: str


class Shares(NamedTuple):
    """Of `looked_at` reachable people, how many lack each field; `complete` when those are all there are."""

    looked_at: int
    lacking: Mapping[str, int]
    complete: bool


# Gmail cuts an email at about 102 kB, and the unsubscribe link with it.
_MOST_BYTES = 95_000
_MANY_BYTES = 80_000
# SES takes a bulk call of 1 MB. A link to unsubscribe stands in each entry three times: as a value and as headers.
_MOST_IN_A_CALL = 1_000_000
_ROOM, _ROOM_FOR_A_LINK, _ENVELOPE = 60, 250, 900
_HOST = re.compile(r"(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")

_NO_ADDRESS = "Add your group’s postal address in Settings: the law wants it in every mailing."
_FILL = '{{{{ {} | default: "{}" }}}}'


def written(mailing: Mailing, group: Group, compiled: Compiled, shares: Shares | None = None) -> list[Finding]:
    """All that can be told from the words alone; with `shares` also for how many the fields are known."""
    read = parts.read(mailing.body)
    return [
        *_missing(mailing, group),
        *_fields(mailing, shares),
        *_ways_out(compiled, group),
        *_sizes(compiled),
        *_links(read.links),
        *_for_everyone(read),
        *_spam(mailing.subject, read),
    ]


def lacks(mailing: Mailing, group: Group) -> Callable[[Person], Iterable[str]]:
    """For counting: which of the fields used here somebody has not told."""
    used = merge.used(" ".join(_words(mailing.worded(letter)) for letter in mailing.letters))
    tell = asks.teller(group, used)

    def lacking(person: Person) -> Iterable[str]:
        told = tell(person)
        return [name for name in used if not (_TOLD[name](person) if name in _TOLD else told.get(name))]

    return lacking


_TOLD: dict[str, Callable[[Person], str]] = {
    "first_name": lambda person: person.given_name,
    "last_name": lambda person: person.family_name,
    "full_name": lambda person: person.given_name or person.family_name,
    "zip_code": lambda person: person.zip_code,
}


def _missing(mailing: Mailing, group: Group) -> list[Finding]:
    missing = {
        ("subject", "Write a subject."): not mailing.subject.strip(),
        ("body", "Write what you want to say."): markup.is_empty(mailing.body),
        ("postal-address", _NO_ADDRESS): not group.postal_address.strip(),
    }
    return [Finding(Level.BLOCK, *found) for found, is_missing in missing.items() if is_missing]


def _fields(mailing: Mailing, shares: Shares | None) -> list[Finding]:
    wrong = [problem for text in _texts(mailing) for problem in merge.problems(text)]
    found = [Finding(Level.BLOCK, "unknown-field", problem) for problem in dict.fromkeys(wrong)]
    return found + [
        _field(name, default, shares) for name, default in merge.used(_words(mailing)).items() if _says(default, shares)
    ]


def _says(default: str, shares: Shares | None) -> bool:
    """Nothing is to be said of a field with a default before anybody was counted."""
    return bool(shares and shares.looked_at) or not default


def _field(name: str, default: str, shares: Shares | None) -> Finding:
    label = merge.FIELDS[name]
    lacking, known = _how_many(name, shares)
    if not default and known != 1:
        return Finding(
            Level.WARN,
            "gap",
            f"“{label}” leaves a gap for {lacking}. Fill it: {_FILL.format(name, merge.STAND_INS[name])}.",
        )
    words = f"“{label}” is known for {known:.0%} of {_those(shares)}" + (
        f"; the others read “{default}”." if known < 1 else "."
    )
    # That most people never gave is no fault of the mailing's.
    rare = known < 0.5 and name not in merge.OF_DONORS
    return Finding(Level.WARN if rare else Level.FINE, "default", words)


def _how_many(name: str, shares: Shares | None) -> tuple[str, float]:
    if not shares or not shares.looked_at:
        return "people who have not told you theirs", 0
    lacking = shares.lacking.get(name, 0)
    return f"{lacking:,} of {_those(shares)} ({lacking / shares.looked_at:.0%})", 1 - lacking / shares.looked_at


def _those(shares: Shares | None) -> str:
    if shares is None:
        return "everyone"
    return f"{shares.looked_at:,} people" if shares.complete else f"the {shares.looked_at:,} people looked at"


def _ways_out(compiled: Compiled, group: Group) -> list[Finding]:
    ways = {hole.escaped for hole in compiled.holes if hole.field == "unsubscribe_url"}
    if ways != {True, False}:
        return [
            Finding(
                Level.BLOCK,
                "unsubscribe",
                "There is no link to unsubscribe in it. That is a fault of ours: nothing was sent.",
            )
        ]
    return (
        [Finding(Level.FINE, "unsubscribe", "A link to unsubscribe and your postal address stand in it.")]
        if group.postal_address.strip()
        else []
    )


def _sizes(compiled: Compiled) -> list[Finding]:
    return [_size(len(compiled.html.encode())), *_call(call_bytes(compiled))]


def _size(size: int) -> Finding:
    kilobytes, most = size // 1000, _MOST_BYTES // 1000
    if size > _MOST_BYTES:
        return Finding(Level.BLOCK, "size", f"The email has {kilobytes} kB; above {most} kB mail programs cut it off.")
    if size > _MANY_BYTES:
        return Finding(Level.WARN, "size", f"The email has {kilobytes} kB. Shorter ones arrive better.")
    return Finding(Level.FINE, "size", f"It has {max(1, kilobytes)} kB of at most {most}.")


def _call(size: int) -> list[Finding]:
    words = (
        "It has so many merge fields with long defaults that Amazon SES would not take it. Use fewer, or shorter ones."
    )
    return [Finding(Level.BLOCK, "call-size", words)] if size > _MOST_IN_A_CALL else []


def call_bytes(compiled: Compiled) -> int:
    """About how much one call for a whole chunk has, with rather long names."""
    template = len((compiled.subject + compiled.html + compiled.text).encode())
    entry = sum(_value_bytes(hole) + len(hole.name) + 6 for hole in compiled.holes)
    return template + CHUNK * (entry + _ENVELOPE)


def _value_bytes(hole: merge.Hole) -> int:
    return max(len(hole.default.encode()), _ROOM_FOR_A_LINK if hole.field == "unsubscribe_url" else _ROOM)


def _links(links: list[Link]) -> list[Finding]:
    found = list(dict.fromkeys(finding for link in links if (finding := _link(link))))
    fine = Finding(Level.FINE, "links", f"{len(links)} links, all with a name that can be reached by https.")
    return found or [fine] * bool(links)


def _link(link: Link) -> Finding | None:
    """Form only: whether the site answers is not asked, see docs/decisions.md."""
    shown, address = link.label or link.address, link.address
    if not address:
        return Finding(Level.BLOCK, "link", f"“{shown}” leads nowhere. Give the link an address, or take it away.")
    if address.startswith("mailto:"):
        good = normalise(address[7:].partition("?")[0])
        return None if good else Finding(Level.BLOCK, "link", f"“{address}” is no email address.")
    if not _is_well_formed(address):
        return Finding(Level.BLOCK, "link", f"“{address}” is no address that a browser can open.")
    if not address.startswith("https:"):
        return Finding(Level.WARN, "http", f"“{address}” is not encrypted. Write https if the site has it.")
    return None


def _is_well_formed(address: str) -> bool:
    host = spam.host(address)
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return False
    reachable = bool(_HOST.fullmatch(name)) or bool(re.fullmatch(r"[0-9.]{7,15}", name))
    return reachable and not re.search(r"\s", address)


def _for_everyone(read: Parts) -> list[Finding]:
    silent = read.pictures.count("")
    words = (
        "A picture has no text for people who cannot see it."
        if silent == 1
        else f"{silent} pictures have no text for people who cannot see them."
    )
    found = [Finding(Level.WARN, "alt", words)] if silent else []
    if read.words:
        return [*found, Finding(Level.FINE, "text", "A text part is sent along, for those who read plain text.")]
    return found + ([Finding(Level.WARN, "text", "Who reads plain text sees nothing of it.")] if silent else [])


def _spam(subject: str, read: Parts) -> list[Finding]:
    found = [Finding(Level.WARN, *said) for said in spam.found(subject, read)]
    return found or [Finding(Level.FINE, "spam", f"Nothing in it looks like spam ({len(spam.RULES)} rules).")]


def _texts(mailing: Mailing) -> tuple[str, str, str]:
    return mailing.subject, mailing.preheader, mailing.body


def _words(mailing: Mailing) -> str:
    return " ".join(_texts(mailing))
