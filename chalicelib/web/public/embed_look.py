"""How a page looks within another website, and where it is then: `/embed/{group}/{slug}/{look}`.

The look is part of the path and not of the query, so that the edge keeps each one. The site around a frame is told by
the frame's own script (`static/frame.js`), which sends it along: the edge answers before the app sees a Referer.
"""

import re
from itertools import product
from typing import NamedTuple

from chalice.app import Request
from markupsafe import Markup

_STYLES = ("card", "plain")
_SCHEMES = ("", "light", "dark")

# Only what leads away: places within the page and pages that may stand in a frame stay there.
_LEADS_AWAY = re.compile(r'<(?:a (?=[^>]*\bhref="(?!#|/embed/))|form (?=[^>]*\baction="))(?![^>]*\btarget=)')


class Look(NamedTuple):
    """`style` is card or plain; `scheme` light or dark, '' for what the visitor's device prefers."""

    style: str = "card"
    scheme: str = ""

    @property
    def name(self) -> str:
        return "-".join(filter(None, self))

    def coloured(self, stylesheet: str) -> Markup:
        """A stylesheet of ours, bound to this scheme."""
        if self.scheme:
            always = "all" if self.scheme == "dark" else "not all"
            stylesheet = stylesheet.replace("(prefers-color-scheme: dark)", always)
            stylesheet = stylesheet.replace("color-scheme: light dark", f"color-scheme: {self.scheme}")
        return Markup(stylesheet)  # noqa: S704  (our own file)


DEFAULT = Look()
LOOKS = {look.name: look for look in (Look(*each) for each in product(_STYLES, _SCHEMES))}


def look_of(request: Request) -> Look | None:
    """How the page that is asked for shall look in its frame; None where it stands for itself."""
    if not request.path.startswith("/embed/"):
        return None
    return LOOKS.get((request.uri_params or {}).get("look", ""), DEFAULT)


def path_of(group: str, slug: str, look: Look | None) -> str:
    """Where a page is, for itself or in a frame."""
    return f"/embed/{group}/{slug}/{look.name}" if look else f"/{group}/{slug}"


def opening_outside(html: str) -> str:
    """The page with its links leading to windows of their own: what they lead to refuses to stand in a frame."""
    return _LEADS_AWAY.sub(lambda tag: f'{tag[0]}target="_blank" ', html)
