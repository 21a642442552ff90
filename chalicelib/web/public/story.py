"""What a page says: the opening above the form, so that a phone shows the form at once, and the rest below it."""

import re
from html import unescape
from typing import NamedTuple

from markupsafe import Markup

from chalicelib import markup

_OPENING_ENDS = re.compile(r"</p>|<br>\s*<br>", re.IGNORECASE)
_LONGEST_OPENING = 420
_LONGEST_SUMMARY = 200


class Story(NamedTuple):
    """Sanitised HTML in two parts, either of which may be empty, and the beginning as plain text."""

    opening: Markup
    rest: Markup
    summary: str


def tell(body: str) -> Story:
    """Take an organizer's text apart. A first paragraph too long for the place above the form goes below it."""
    end = _OPENING_ENDS.search(body)
    opening, rest = (body[: end.end()], body[end.end() :]) if end else (body, "")
    if len(_plain(opening)) > _LONGEST_OPENING:
        opening, rest = "", body
    return Story(_clean(opening), _clean(rest), _cut(_plain(body)))


def _clean(html: str) -> Markup:
    return Markup(markup.sanitise(html).strip())  # noqa: S704  (sanitised in this very line)


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


def _cut(text: str) -> str:
    """At most 200 letters, ending with a whole word."""
    if len(text) <= _LONGEST_SUMMARY:
        return text
    return text[:_LONGEST_SUMMARY].rpartition(" ")[0].rstrip(",;:–—-") + "…"
