"""How organizers make action pages: write, save, publish, close and open again."""

from collections.abc import Mapping
from itertools import chain

import msgspec

from chalicelib import clock, markup
from chalicelib.actions import picture, store
from chalicelib.actions.action_page import ActionPage, Status, slug_from
from chalicelib.actions.submission import Problem, clean
from chalicelib.network import store as network
from chalicelib.network.group import Group

LANGUAGES = ("en", "es")
MOST_GOAL = 100_000_000

_LONGEST = {"title": 150, "target": 150, "picture_alt": 300, "thanks": 2000, "body": 100_000}
_SIMILAR = 20
_CHANGED = Problem("opened", "changed")


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What an organizer wrote, checked. `slug` '': make one of the title."""

    title: str
    slug: str = ""
    target: str = ""
    body: str = ""
    picture: str = ""
    picture_alt: str = ""
    goal: int = 0
    thanks: str = ""
    language: str = "en"


def read_draft(group: str, fields: Mapping[str, str]) -> Draft | list[Problem]:
    """Check a form. `picture` is a path that `picture.publish` gave, or ''."""
    line = {name: clean(fields.get(name, "")) for name in ("title", "slug", "target", "picture", "picture_alt")}
    thanks = clean(fields.get("thanks", ""), lines=True)
    typed_body = fields.get("body", "")
    # What is far too long is not even taken apart: that would take minutes.
    body = markup.sanitise(markup.paragraphs(typed_body)) if len(typed_body) <= 2 * _LONGEST["body"] else typed_body
    goal = _read_goal(fields.get("goal", ""))
    language = fields.get("language", "en")
    problems = [
        *([] if line["title"] else [Problem("title", "missing")]),
        *_too_long(line | {"thanks": thanks, "body": body}),
        *_slug_problems(line["slug"]),
        *_picture_problems(group, line["picture"], line["picture_alt"]),
        *([Problem("goal", "wrong")] if goal is None else []),
        *([] if language in LANGUAGES else [Problem("language", "wrong")]),
    ]
    if problems or goal is None:
        return problems
    slug = slug_from(line["slug"])
    return Draft(**line | {"slug": slug}, thanks=thanks, body=body, goal=goal, language=language)


def create(group: Group, draft: Draft) -> ActionPage | list[Problem]:
    """Write a new page down as a draft, under a public name of its own."""
    page = clock.new_id()
    slug = _claim(group, page, draft)
    if slug is None:
        return [Problem("slug", "taken" if draft.slug else "unknown")]
    now = clock.now()
    written = msgspec.to_builtins(draft) | {"slug": slug}
    action_page = ActionPage(id=page, group=group.id, created=now, edited=now, **written)
    store.add_page(action_page)
    return action_page


def save(group: Group, page: ActionPage, draft: Draft, opened: float) -> ActionPage | list[Problem]:
    """Write what changed. An earlier address keeps leading to the page.

    `opened` is `page.edited` as it was when the form was opened: when someone else saved since, that is a problem to
    show first (of the field `opened`).
    """
    if opened != page.edited:
        return [_CHANGED]
    slug = _claim(group, page.id, draft) if draft.slug else page.slug
    if slug is None:
        return [Problem("slug", "taken")]
    written = msgspec.to_builtins(draft) | {"slug": slug}
    return store.change_page(group.id, page.id, edited=opened, **written) or [_CHANGED]


def publish(group: str, page: str) -> ActionPage | None:
    """Let people act. None when there is no such page."""
    return store.change_page(group, page, status=str(Status.PUBLISHED))


def close(group: str, page: str) -> ActionPage | None:
    """Let nobody act any more; the page stays to be read. None when there is no such page."""
    return store.change_page(group, page, status=str(Status.CLOSED))


def _claim(group: Group, page: str, draft: Draft) -> str | None:
    target = network.Target(group.id, page)
    wanted = [draft.slug] if draft.slug else _similar(slug_from(draft.title))
    return next((slug for slug in wanted if network.claim_name(f"{group.slug}/{slug}", target)), None)


def _similar(slug: str) -> list[str]:
    if not slug:
        return []
    return list(chain([slug], (f"{slug[:76]}-{number}" for number in range(2, _SIMILAR))))


def _read_goal(text: str) -> int | None:
    digits = "".join(letter for letter in text if letter not in " ,._'’\u00a0\u202f")
    if not digits:
        return 0
    goal = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 12 else MOST_GOAL + 1
    return goal if goal <= MOST_GOAL else None


def _too_long(texts: Mapping[str, str]) -> list[Problem]:
    return [Problem(name, "too_long") for name, most in _LONGEST.items() if len(texts[name]) > most]


def _slug_problems(typed: str) -> list[Problem]:
    return [Problem("slug", "wrong")] if typed and not slug_from(typed) else []


def _picture_problems(group: str, path: str, alt: str) -> list[Problem]:
    if not path:
        return []
    if not picture.is_ours(group, path):
        return [Problem("picture", "wrong")]
    return [] if alt else [Problem("picture_alt", "missing")]
