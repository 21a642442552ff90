"""What an organizer typed into the editor of a page, checked."""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import msgspec

from chalicelib import markup, texts
from chalicelib.action_types import of
from chalicelib.actions import picture, question_form
from chalicelib.actions.action_page import PARTICULARS, ActionPage, Ask, slug_from
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.question import Question
from chalicelib.actions.submission import Problem
from chalicelib.people.email_address import normalise
from chalicelib.people.person import LONGEST_TAG
from chalicelib.plain_text import clean

MOST_GOAL = 100_000_000

_LONGEST = {
    **{"title": 150, "picture_alt": 300, "button": 40, "thanks": 2000, "thanks_url": 500, "closed_text": 1000},
    **{"share_title": 100, "share_text": 200, "email_subject": 150, "email_text": 5000, "body": 100_000},
}
_LINES = frozenset(("thanks", "closed_text", "email_text"))
_MOST_NOTIFIED, _MOST_TAGS = 5, 20
_THOUSANDS = re.compile(r"[ ,._'’\u00a0\u202f]")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """The fields of an ActionPage that an organizer writes. `slug` '': it is made of the title when it is published."""

    title: str = ""
    slug: str = ""
    body: str = ""
    picture: str = ""
    picture_alt: str = ""
    share_title: str = ""
    share_text: str = ""
    goal: int = 0
    button: str = ""
    thanks: str = ""
    thanks_url: str = ""
    thank_by_email: bool = True
    email_subject: str = ""
    email_text: str = ""
    notify: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    opt_in: bool = False
    sponsors: tuple[str, ...] = ()
    closed_text: str = ""
    language: str = "en"
    asks: Mapping[str, Ask] = {}
    questions: tuple[Question, ...] = ()
    own: Mapping[str, Any] = {}


def read_draft(page: ActionPage, fields: Mapping[str, str], sponsors: tuple[str, ...] = ()) -> Draft | list[Problem]:
    """Check the editor's form; `page` is as saved last. A picture is a path that `picture.publish` gave, or ''."""
    words = {name: clean(fields.get(name, ""), lines=name in _LINES) for name in _LONGEST if name != "body"}
    words["body"] = _body(fields.get("body", ""))
    slug, photo = clean(fields.get("slug", "")), clean(fields.get("picture", ""))
    goal, language = _goal(fields.get("goal", "")), fields.get("language", page.language)
    notify, tags = _listed(fields.get("notify", "")), _listed(fields.get("tags", ""))
    kind = of(page.type)
    questions = question_form.read(fields, page.questions)
    own = kind.read_settings(fields, kind.settings_of(page))
    problems: list[Problem] = [
        *_too_long(words),
        *([Problem("slug", "wrong")] if slug and not slug_from(slug) else []),
        *_picture_problems(page.group, photo, words["picture_alt"]),
        *([Problem("goal", "wrong")] if goal is None else []),
        *([] if language in texts.languages() else [Problem("language", "wrong")]),
        *([] if _is_https(words["thanks_url"]) else [Problem("thanks_url", "wrong")]),
        *_notify_problems(notify),
        *_tag_problems(tags),
        *_problems_in(questions),
        *_problems_in(own),
    ]
    if problems or goal is None:
        return problems
    return Draft(
        **words,
        slug=slug_from(slug),
        picture=photo,
        goal=goal,
        language=language,
        thank_by_email=not fields.get("no_email"),
        notify=tuple(str(normalise(address)) for address in notify),
        tags=tags,
        opt_in=bool(fields.get("opt_in")),
        sponsors=sponsors,
        asks=_asks(fields, kind.asks),
        questions=tuple(question for question in questions if isinstance(question, Question)),
        own=msgspec.to_builtins(own),
    )


def asks_of(page: ActionPage) -> dict[str, Ask]:
    """What the page asks about the person: as its type has it, where the organizer chose nothing else."""
    return {name: page.asks.get(name, of(page.type).asks.get(name, Ask.NO)) for name in PARTICULARS}


def asked_of(public: PublicPage) -> dict[str, Ask]:
    """What its form asks about the person: what the page asks, and what else demands."""
    return asks_of(public.page) | dict(of(public.page.type).asks_more(public))


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


def _too_long(words: Mapping[str, str]) -> list[Problem]:
    return [Problem(name, "too_long") for name, most in _LONGEST.items() if len(words[name]) > most]


def _picture_problems(group: str, path: str, alt: str) -> list[Problem]:
    if not path:
        return []
    if not picture.is_ours(group, path):
        return [Problem("picture", "wrong")]
    return [] if alt else [Problem("picture_alt", "missing")]


def _listed(typed: str) -> tuple[str, ...]:
    """What stands between commas or in lines of its own, each once."""
    return tuple(dict.fromkeys(each for each in map(clean, re.split(r"[,;\n]", typed)) if each))


def _is_https(address: str) -> bool:
    """True for '' too. Nothing else would be opened safely, and a name or password has no place in it."""
    if not address:
        return True
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and "." in (parts.hostname or "") and "@" not in parts.netloc
    except ValueError:
        return False


def _notify_problems(addresses: Sequence[str]) -> list[Problem]:
    if len(addresses) > _MOST_NOTIFIED:
        return [Problem("notify", "too_many")]
    return [] if all(map(normalise, addresses)) else [Problem("notify", "wrong")]


def _tag_problems(tags: Sequence[str]) -> list[Problem]:
    fit = len(tags) <= _MOST_TAGS and all(len(tag) <= LONGEST_TAG for tag in tags)
    return [] if fit else [Problem("tags", "too_many")]


def _problems_in(read: Any) -> Sequence[Problem]:
    return [each for each in read if isinstance(each, Problem)] if isinstance(read, list) else ()
