"""What somebody sent through a page: checked once, here, before it is accepted."""

import unicodedata
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from chalicelib.people.email_address import normalise

_LONGEST = {"given_name": 80, "family_name": 80, "name": 120, "zip_code": 16, "comment": 2000, "source": 64}


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """Accepted but not yet recorded. `at` is epoch seconds; `referrer` another person's code; `website` a host name."""

    id: str
    group: str
    page: str
    person: str
    at: float
    email: str
    given_name: str = ""
    family_name: str = ""
    zip_code: str = ""
    language: str = ""
    comment: str = ""
    source: str = ""
    referrer: str = ""
    website: str = ""


class Problem(NamedTuple):
    """What is wrong with one field; `reason` names a text that the page writes in the visitor's language."""

    field: str
    reason: str


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What the form said, cleaned."""

    email: str
    name: str
    zip_code: str = ""
    comment: str = ""


def read_answers(fields: Mapping[str, str]) -> Answers | list[Problem]:
    """Check a form. Fields we did not ask for are ignored; nothing is cut short silently."""
    text = {name: clean(fields.get(name, "")) for name in ("email", "name", "zip_code")}
    comment = clean(fields.get("comment", ""), lines=True)
    email = normalise(text["email"])
    problems = [Problem("email", "email_missing" if not text["email"] else "email_wrong")] if email is None else []
    problems += [] if text["name"] else [Problem("name", "name_missing")]
    checked = {"name": text["name"], "zip_code": text["zip_code"], "comment": comment}
    problems += [Problem(name, "too_long") for name, value in checked.items() if len(value) > _LONGEST[name]]
    if problems or email is None:
        return problems
    return Answers(email=email, name=text["name"], zip_code=text["zip_code"].upper(), comment=comment)


def clean(text: str, *, lines: bool = False) -> str:
    """One line of text (or several) without control or direction-changing characters, in composed form."""
    kept = "".join(
        letter if letter.isprintable() or (lines and letter == "\n") else " "
        for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    )
    return "\n".join(" ".join(line.split()) for line in kept.split("\n")).strip()


def short_code(text: str) -> str:
    """A source or referrer code as it may stand in a link: letters, digits and `-_.:`, at most 64."""
    return "".join(letter for letter in text[:64] if letter.isascii() and (letter.isalnum() or letter in "-_.:"))
