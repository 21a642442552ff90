"""An action page, of whatever type: what it says and asks, and where people find it."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any

import msgspec

from chalicelib.actions.question import Question

_NOT_SLUG = re.compile(r"[^a-z0-9]+")
_APOSTROPHE = re.compile(r"(?<=\w)['’](?=\w)")


class Status(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    CLOSED = "closed"


class Ask(StrEnum):
    """Whether a form asks for something about the person."""

    NO = "no"
    OPTIONAL = "optional"
    REQUIRED = "required"


# What a form can ask about the person, beside the email address that it always asks for.
PARTICULARS = ("name", "phone", "street", "city", "zip_code")


class ActionPage(msgspec.Struct, frozen=True, kw_only=True):
    """`type` names a folder of `chalicelib/action_types/`, and `own` holds what only that type sets.

    `slug` is '' until a draft is published or given an address. `body` is sanitised HTML; `picture` a path under
    /media/, and so is `share_picture`, which we draw for shared links of a page that has no picture; `goal` 0: the next
    round number; times in epoch s. `thanks_url`: where people go afterwards, '' for our own page. `notify`: addresses
    that are told of who acted; `tags`: what those who act are tagged with. `opt_in`: whoever joins a list has to tick
    it; `sponsors`: ids of groups whose lists can be joined too. `tandem`: other groups were asked to get a part of what
    it collects. `asks`: by particular, where it is not as the type has it. `hand`: the open form that saved it last, ''
    when it was changed otherwise.
    """

    id: str
    group: str
    type: str
    created: float
    slug: str = ""
    title: str = ""
    status: Status = Status.DRAFT
    language: str = "en"
    body: str = ""
    picture: str = ""
    picture_alt: str = ""
    share_picture: str = ""
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
    tandem: bool = False
    closed_text: str = ""
    asks: Mapping[str, Ask] = {}
    questions: tuple[Question, ...] = ()
    own: Mapping[str, Any] = {}
    edited: float = 0
    hand: str = ""

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
    """A public name out of a title: `Save Ada's Library!` becomes `save-adas-library`."""
    plain = _APOSTROPHE.sub("", title.lower()).translate(_ACCENTS)
    return _NOT_SLUG.sub("-", plain).strip("-")[:80].strip("-")


_ACCENTS = str.maketrans("áàâäãåéèêëíìîïóòôöõúùûüñç", "aaaaaaeeeeiiiiooooouuuunc")
