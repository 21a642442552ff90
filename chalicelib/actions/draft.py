"""What an organizer typed into the editor of a page, checked."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from chalicelib import markup
from chalicelib.action_types import of
from chalicelib.actions import picture, question_form
from chalicelib.actions.action_page import PARTICULARS, ActionPage, Ask, slug_from
from chalicelib.actions.question import Question
from chalicelib.actions.submission import Problem
from chalicelib.plain_text import clean

LANGUAGES = ("en", "es")
MOST_GOAL = 100_000_000

_LONGEST = {"title": 150, "picture_alt": 300, "button": 40, "thanks": 2000, "closed_text": 1000, "body": 100_000}
_LINES = frozenset(("thanks", "closed_text"))
_THOUSANDS = re.compile(r"[ ,._'’\u00a0\u202f]")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of an ActionPage that an organizer writes. `slug` '': it is made of the title when it is published."""

    title: str = ""
    slug: str = ""
    body: str = ""
    picture: str = ""
    picture_alt: str = ""
    goal: int = 0
    button: str = ""
    thanks: str = ""
    closed_text: str = ""
    language: str = "en"
    asks: Mapping[str, Ask] = {}
    questions: tuple[Question, ...] = ()
    own: Mapping[str, Any] = {}


def read_draft(page: ActionPage, fields: Mapping[str, str]) -> Draft | list[Problem]:
    """Check the editor's form; `page` is as saved last. A picture is a path that `picture.publish` gave, or ''."""
    words = {name: clean(fields.get(name, ""), lines=name in _LINES) for name in _LONGEST if name != "body"}
    words["body"] = _body(fields.get("body", ""))
    slug, photo = clean(fields.get("slug", "")), clean(fields.get("picture", ""))
    goal, language = _goal(fields.get("goal", "")), fields.get("language", page.language)
    kind = of(page.type)
    questions = question_form.read(fields, page.questions)
    own = kind.read_settings(fields, kind.settings_of(page))
    problems: list[Problem] = [
        *_too_long(words),
        *([Problem("slug", "wrong")] if slug and not slug_from(slug) else []),
        *_picture_problems(page.group, photo, words["picture_alt"]),
        *([Problem("goal", "wrong")] if goal is None else []),
        *([] if language in LANGUAGES else [Problem("language", "wrong")]),
        *_listed(questions),
        *_listed(own),
    ]
    if problems or goal is None:
        return problems
    return Draft(
        **words,
        slug=slug_from(slug),
        picture=photo,
        goal=goal,
        language=language,
        asks=_asks(fields, kind.asks),
        questions=tuple(question for question in questions if isinstance(question, Question)),
        own=msgspec.to_builtins(own),
    )


def asks_of(page: ActionPage) -> dict[str, Ask]:
    """What the page asks about the person: as its type has it, where the organizer chose nothing else."""
    return {name: page.asks.get(name, of(page.type).asks.get(name, Ask.NO)) for name in PARTICULARS}


def _asks(fields: Mapping[str, str], usual: Mapping[str, Ask]) -> dict[str, Ask]:
    chosen = {name: fields.get(f"ask-{name}", "") for name in PARTICULARS}
    return {
        name: Ask(choice) for name, choice in chosen.items() if choice in set(Ask) and choice != usual.get(name, Ask.NO)
    }


def _body(typed: str) -> str:
    # What is far too long is not even taken apart: that would take minutes.
    if len(typed) > 2 * _LONGEST["body"]:
        return typed
    return markup.sanitise(markup.paragraphs(typed))


def _goal(text: str) -> int | None:
    digits = _THOUSANDS.sub("", text)
    if not digits:
        return 0
    goal = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else MOST_GOAL + 1
    return goal if goal <= MOST_GOAL else None


def _too_long(texts: Mapping[str, str]) -> list[Problem]:
    return [Problem(name, "too_long") for name, most in _LONGEST.items() if len(texts[name]) > most]


def _picture_problems(group: str, path: str, alt: str) -> list[Problem]:
    if not path:
        return []
    if not picture.is_ours(group, path):
        return [Problem("picture", "wrong")]
    return [] if alt else [Problem("picture_alt", "missing")]


def _listed(read: Any) -> Sequence[Problem]:
    return [each for each in read if isinstance(each, Problem)] if isinstance(read, list) else ()
