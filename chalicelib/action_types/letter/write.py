"""What a supporter sees before anything is sent: whom the letters go to, and the letters, theirs to change or not.

The form is filled in twice. First the particulars, whose ZIP code tells the targets (and, where the code lies in
several districts, which of them); then the letters. What was typed travels along; nothing is kept here in between.
"""

from collections.abc import Mapping
from hashlib import sha256
from typing import NamedTuple

import msgspec

from chalicelib.action_types.letter import find_targets, store, version
from chalicelib.action_types.letter.target import Found, Target
from chalicelib.action_types.letter.version import LONGEST, Letter, Version
from chalicelib.actions.action_type import AskBack, Refused
from chalicelib.actions.submission import Answers, Fields, Problem, last
from chalicelib.plain_text import clean

PARTICULARS, PLACE, LETTERS = "particulars", "place", "letters"


class Written(msgspec.Struct, frozen=True):
    """A letter as a supporter sends it: its version, what it says, and whom it goes to."""

    version: str
    subject: str
    text: str
    targets: list[Target]


class Shown(NamedTuple):
    """A letter in the form; `name` begins the names of its fields."""

    name: str
    version: Version
    subject: str
    text: str
    targets: list[Target]


def letters_of(
    group: str, wanted: str, versions: tuple[Version, ...], answers: Answers, fields: Fields
) -> list[Written] | AskBack | Refused:
    """The letters that a form sends; or what it has to ask first. `wanted` is the list that the targets are on."""
    if "back" in fields:
        return AskBack({"step": PARTICULARS})
    target_list = store.find(group, wanted)
    found = find_targets.at(target_list, answers.zip_code) if target_list else Found([], {})
    targets = found.at(last(fields, "place"))
    if targets is None:
        return _ask_place(found, fields)
    letters = version.letters(versions, targets)
    if not letters:
        return Refused("nobody")
    shown = _shown(letters, fields)
    values = {
        "step": LETTERS,
        "letters": shown,
        "letter_for": _digest(letters),
        "by_form": [target for target in targets if target.form and not target.email],
    }
    # Whoever sends must have seen these letters, to these targets.
    if last(fields, "letter-for") != values["letter_for"]:
        return AskBack(values)
    problems = [problem for each in shown for problem in _problems(each)]
    return AskBack(values, problems) if problems else [_written(each) for each in shown]


def encode(letters: list[Written]) -> Mapping[str, str]:
    """As an action keeps them."""
    return {"letters": msgspec.json.encode(letters).decode()}


def decode(own: Mapping[str, str]) -> list[Written]:
    return msgspec.json.decode(own.get("letters", "[]"), type=list[Written])


def _ask_place(found: Found, fields: Fields) -> AskBack:
    asked = "place-asked" in fields
    problems = [Problem("place", "letter_place")] if asked else []
    return AskBack({"step": PLACE, "places": found.by_place}, problems)


def _shown(letters: list[Letter], fields: Fields) -> list[Shown]:
    return [_show(letter, fields) for letter in letters]


def _show(letter: Letter, fields: Fields) -> Shown:
    name, subject, text = f"letter-{letter.version.id}", letter.version.subject, letter.version.text
    if letter.version.editable and f"{name}-text" in fields:
        subject = clean(last(fields, f"{name}-subject"))
        text = clean(last(fields, f"{name}-text"), lines=True)
    return Shown(name, letter.version, subject, text, letter.targets)


def _problems(shown: Shown) -> list[Problem]:
    words = {"subject": shown.subject, "text": shown.text}
    problems = [Problem(f"{shown.name}-{part}", f"letter_{part}_missing") for part, said in words.items() if not said]
    too_long = [part for part, said in words.items() if len(said) > LONGEST[part]]
    return problems + [Problem(f"{shown.name}-{part}", f"letter_{part}_long") for part in too_long]


def _written(shown: Shown) -> Written:
    return Written(shown.version.id, shown.subject, shown.text, shown.targets)


def _digest(letters: list[Letter]) -> str:
    """The same while the same people get the same letters, but for what the supporter may change."""
    told = [
        (
            letter.version.id,
            [target.id for target in letter.targets],
            () if letter.version.editable else (letter.version.subject, letter.version.text),
        )
        for letter in letters
    ]
    return sha256(msgspec.json.encode(told)).hexdigest()[:16]
