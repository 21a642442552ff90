"""An action page: today a petition. What it says, and where people find it."""

import re
from enum import StrEnum

import msgspec

_NOT_SLUG = re.compile(r"[^a-z0-9]+")


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class ActionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`body` is sanitised HTML; `picture` a path under /media/; `goal` 0: the next round number; times in epoch s."""

    id: str
    group: str
    slug: str
    title: str
    created: float
    kind: str = "petition"
    status: Status = Status.DRAFT
    language: str = "en"
    target: str = ""
    body: str = ""
    picture: str = ""
    picture_alt: str = ""
    goal: int = 0
    thanks: str = ""
    edited: float = 0

    @property
    def is_open(self) -> bool:
        return self.status == Status.PUBLISHED


_ROUND_NUMBERS = [int(f"{step}{'0' * zeros}") for zeros in range(1, 9) for step in (1, 2, 3, 5)]


def goal_now(page: ActionPage, count: int) -> int:
    """What the thermometer fills towards: the page's own goal until reached, then always the next round number."""
    if count < page.goal:
        return page.goal
    return next((number for number in _ROUND_NUMBERS if number > count), count + 1)


def slug_from(title: str) -> str:
    """A public name out of a title: `Save the Library!` becomes `save-the-library`."""
    plain = title.lower().translate(_ACCENTS)
    return _NOT_SLUG.sub("-", plain).strip("-")[:80].strip("-")


_ACCENTS = str.maketrans("áàâäãåéèêëíìîïóòôöõúùûüñç", "aaaaaaeeeeiiiiooooouuuunc")
