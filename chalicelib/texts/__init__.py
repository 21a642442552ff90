"""What supporters read, in their language: one JSON file each. Adding a language is adding its file.

A text may hold `{holes}`. A text about a number has two forms, `name.one` and `name.other`.
"""

import json
from functools import cache
from pathlib import Path

FALLBACK = "en"
_FOLDER = Path(__file__).parent


@cache
def languages() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in _FOLDER.glob("*.json")))


def names() -> dict[str, str]:
    """What each language calls itself, by its code."""
    return {language: say(language, "language.name") for language in languages()}


@cache
def texts(language: str) -> dict[str, str]:
    """Every text of a language; English where the language is not known."""
    known = language if language in languages() else FALLBACK
    spoken: dict[str, str] = json.loads((_FOLDER / f"{known}.json").read_text("utf-8"))
    return spoken


def say(language: str, name: str, /, **holes: object) -> str:
    """One text, with its holes filled. Raises KeyError for a name that no file has."""
    spoken = texts(language)
    return (spoken[name] if name in spoken else texts(FALLBACK)[name]).format_map(holes)


def say_count(language: str, name: str, count: int, /, **holes: object) -> str:
    """A text about a number, in the form that the number asks for."""
    form = "one" if count == 1 else "other"
    return say(language, f"{name}.{form}", count=number(language, count), **holes)


def number(language: str, value: int) -> str:
    """1234567 as the language writes it."""
    return f"{value:,}".replace(",", say(language, "number.thousands"))


def best_language(accepted: str) -> str:
    """The first language of an Accept-Language header that we speak."""
    for part in accepted.split(","):
        language = part.split(";")[0].strip().lower()[:2]
        if language in languages():
            return language
    return FALLBACK
