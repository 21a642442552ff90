"""The links of a mailing: where they lead, counted on the way by our own redirect, and the source code they carry.

A link's address stays in the frozen mailing; what stands in the email is a token and the address's number in that list.
So whoever changes a link can at most reach another link of the same mailing.
"""

import re
from html import escape, unescape
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import msgspec

from chalicelib.mailings.merge import Compiled, Hole

# A click is kept as a number with eight bits for the link; the last one is the link that nobody sees.
HIDDEN = 255

_LINK = re.compile(r"""(<a\b[^>]*?\bhref=")(https?://[^"]+)(")""", re.IGNORECASE)
_CODE = re.compile("mailing-[0-9a-f]{32}(?:-[a-g])?")
_HOLE = Hole("click", "click_url", "", escaped=False)
# Scanners follow every link there is; people follow those they can see.
_TRAP = f'<a href="{{{{click}}}}.{HIDDEN}" style="display:none" aria-hidden="true" tabindex="-1"></a>'


def source_code(mailing: str, words: str = "") -> str:
    """How whoever comes by this mailing came; `words` is the variant's letter."""
    return f"mailing-{mailing}-{words}" if words else f"mailing-{mailing}"


def with_source(html: str, code: str, home: str) -> str:
    """The same text, with the source code on links to the group's own pages (`home` and what lies below)."""

    def coded(link: re.Match[str]) -> str:
        return link[1] + escape(_coded(unescape(link[2]), code, home)) + link[3]

    return _LINK.sub(coded, html)


def track(compiled: Compiled) -> tuple[Compiled, list[str]]:
    """The same email with its links led through us, and the addresses by number, each once.

    The text part keeps the addresses themselves: whoever reads it wants to see where a link leads.
    """
    addresses: dict[str, int] = {}

    def led(link: re.Match[str]) -> str:
        address = unescape(link[2])
        if address not in addresses and len(addresses) == HIDDEN:
            return link[0]
        return f"{link[1]}{{{{click}}}}.{addresses.setdefault(address, len(addresses))}{link[3]}"

    html = _LINK.sub(led, compiled.html)
    if not addresses:
        return compiled, []
    html = html.replace("</body>", f"{_TRAP}</body>", 1)
    return msgspec.structs.replace(compiled, html=html, holes=[*compiled.holes, _HOLE]), list(addresses)


def shown(address: str) -> str:
    """An address as organizers know it: without the source code that we put there."""
    parts = urlsplit(address)
    kept = [pair for pair in parse_qsl(parts.query, True) if not (pair[0] == "source" and is_mailings(pair[1]))]
    if len(kept) == len(parse_qsl(parts.query, True)):
        return address
    return urlunsplit(parts._replace(query=urlencode(kept)))


def is_mailings(code: str) -> bool:
    """True for the source code of a mailing (or one that looks like it)."""
    return _CODE.fullmatch(code) is not None


def mailing_of(code: str) -> str:
    """The id of the mailing whose source code it is."""
    return code.split("-")[1]


def _coded(address: str, code: str, home: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    place = f"{parts.scheme}://{parts.netloc}{parts.path}"
    ours = place == home or place.startswith(f"{home}/")
    # A source code that an organizer wrote is meant.
    if not ours or "source" in dict(parse_qsl(parts.query, True)):
        return address
    query = f"{parts.query}&source={code}" if parts.query else f"source={code}"
    return urlunsplit(parts._replace(query=query))
