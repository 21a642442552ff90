"""The versions of a letter: what each says, and to which targets it goes."""

import re
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

import msgspec

from chalicelib import clock, texts
from chalicelib.action_types.letter.target import Target, place_name
from chalicelib.actions.submission import Problem
from chalicelib.plain_text import clean

MOST = 5
LONGEST = {"subject": 150, "text": 8000, "which": 4000}

_FIELD = re.compile(r"letter-(\d)-(\w+)")
_ID = re.compile(r"[0-9a-f]{8}")
# What stands for them while it is not known who reads the letter.
_IN_WORDS = {
    "target_name": "letter.target_name",
    "target_title": "letter.target_title",
    "target_place": "letter.target_place",
}
_HOLE = re.compile(r"\{\{ *(target_name|target_title|target_place) *\}\}")


class To(StrEnum):
    """By what the targets of a version are chosen."""

    ALL = "all"
    PARTY = "party"
    TITLE = "title"
    NAME = "name"


class Version(msgspec.Struct, frozen=True, kw_only=True):
    """`which`: the parties, titles or names that it goes to, one in a line. `editable`: supporters may change it."""

    id: str
    subject: str = ""
    text: str = ""
    to: To = To.ALL
    which: str = ""
    editable: bool = True

    def is_for(self, target: Target) -> bool:
        if self.to == To.ALL:
            return True
        wanted = {line.casefold() for line in self.which.split("\n")}
        return getattr(target, self.to).casefold() in wanted


class Letter(NamedTuple):
    """A version and the targets who get it."""

    version: Version
    targets: list[Target]


# What is typed for one version, `id` and `editable` included.
Row = dict[str, str]
_NEW: Row = {"id": "", "subject": "", "text": "", "to": "all", "which": "", "editable": "1"}


def letters(versions: Iterable[Version], targets: Sequence[Target]) -> list[Letter]:
    """Who gets which version: each target with an email address the first that is for them."""
    left, found = [target for target in targets if target.email], []
    for version in versions:
        ours = [target for target in left if version.is_for(target)]
        left = [target for target in left if target not in ours]
        found += [Letter(version, ours)] if ours else []
    return found


def filled(text: str, target: Target) -> str:
    """The text with what it says of the target."""
    known = {
        "target_name": target.name,
        "target_title": target.title,
        "target_place": place_name(f"{target.state}/{target.district}"),
    }
    return _HOLE.sub(lambda hole: known[hole[1]], text)


def in_words(text: str, language: str) -> str:
    """The text while nobody knows yet who gets it: what is said of them stands there in words."""
    return _HOLE.sub(lambda hole: texts.say(language, _IN_WORDS[hole[1]]), text)


def typed(versions: Sequence[Version]) -> dict[str, str]:
    """Versions as fields of the editor, and below them an empty one."""
    rows = [_row(version) for version in versions] + [_NEW] * (len(versions) < MOST)
    return {f"letter-{number}-{name}": text for number, row in enumerate(rows) for name, text in row.items()}


def rows(fields: Mapping[str, str]) -> dict[int, Row]:
    """What was typed, version by version, by their numbers in the form."""
    found: dict[int, Row] = {}
    for name, text in fields.items():
        if match := _FIELD.fullmatch(name):
            found.setdefault(int(match[1]), {})[match[2]] = text
    return {number: _NEW | {"editable": ""} | found[number] for number in sorted(found)[:MOST]}


def read(fields: Mapping[str, str]) -> list[Version] | list[Problem]:
    """The versions as typed; one with neither subject nor text is none."""
    versions: list[Version] = []
    problems: list[Problem] = []
    for number, row in rows(fields).items():
        words = {name: clean(row[name], lines=name != "subject") for name in LONGEST}
        if words["subject"] or words["text"]:
            problems += _problems(number, row, words)
            versions.append(_version(row, words))
    return problems or versions


def _problems(number: int, row: Row, words: Mapping[str, str]) -> list[Problem]:
    problems = [
        Problem(f"letter-{number}-{name}", "too_long") for name, most in LONGEST.items() if len(words[name]) > most
    ]
    if row["to"] in set(To) - {To.ALL} and not words["which"]:
        problems.append(Problem(f"letter-{number}-which", "missing"))
    return problems


def _version(row: Row, words: Mapping[str, str]) -> Version:
    return Version(
        id=row["id"] if _ID.fullmatch(row["id"]) else clock.new_id()[-8:],
        subject=words["subject"],
        text=words["text"],
        to=To(row["to"]) if row["to"] in set(To) else To.ALL,
        which="\n".join(line for line in words["which"].split("\n") if line),
        editable=bool(row["editable"]),
    )


def _row(version: Version) -> Row:
    built: dict[str, object] = msgspec.to_builtins(version)
    return {name: str(value) for name, value in built.items()} | {"editable": "1" if version.editable else ""}
