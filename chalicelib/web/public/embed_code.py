"""What other websites paste to show an action page: a marked place with a script, or a plain frame."""

import re
from typing import NamedTuple

from markupsafe import Markup

from chalicelib import action_types, config
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.draft import asks_of

# In pixels, as measured in a column of WIDTH; a line of text holds about 75 letters.
WIDTH = 640
_EVERY_PAGE, _PICTURE, _FIELD, _QUESTION, _LINE = 560, 290, 92, 120, 24
_TALLEST = 1600

_SCRIPT = Markup(
    # As high as it needs to be, and a link where scripts do not run.
    '<div class="muster-embed" data-page="{path}"><a href="{site}/{path}">{title}</a></div>\n'
    '<script async src="{site}/embed.js"></script>'
)
_FRAME = Markup(
    '<iframe src="{site}/embed/{path}" title="{title}" width="{width}" height="{height}"'
    ' style="border:0;max-width:100%" allow="clipboard-write" loading="lazy"'
    ' referrerpolicy="strict-origin-when-cross-origin"></iframe>'
)


class Offered(NamedTuple):
    """HTML to paste, as text, and where to see what comes of it."""

    script: str
    frame: str
    preview: str


def offered(group: str, page: ActionPage) -> Offered:
    path, site = f"{group}/{page.slug}", config.public_url()
    return Offered(
        script=str(_SCRIPT.format(site=site, path=path, title=page.title)),
        frame=as_frame(group, page, "100%", height_of(page)),
        preview=f"{site}/embed/{path}",
    )


def as_frame(group: str, page: ActionPage, width: int | str, height: int) -> str:
    path = f"{group}/{page.slug}"
    return str(_FRAME.format(site=config.public_url(), path=path, title=page.title, width=width, height=height))


def height_of(page: ActionPage) -> int:
    """About how high its frame has to be, in pixels: a frame without our script cannot grow."""
    asked = sum(ask != Ask.NO for ask in asks_of(page).values())
    questions = sum(not question.removed for question in action_types.of(page.type).questions(page))
    text = re.sub(r"<[^>]*>", "", page.body)
    lines = len(text) // 75 + 2 * page.body.count("<p")
    high = _EVERY_PAGE + bool(page.picture) * _PICTURE + asked * _FIELD + questions * _QUESTION + lines * _LINE
    return min(high, _TALLEST)
