"""Organizers' rich text: cleaned when it is saved, and again when it is shown."""

import re
from html import escape
from urllib.parse import urlsplit

TAGS = frozenset(("p", "br", "h2", "h3", "strong", "em", "a", "ul", "ol", "li", "blockquote", "hr"))
TAGS |= {"img", "figure", "figcaption"}

_BLOCK = re.compile(r"<(?:p|div|h[1-4]|ul|ol|li|blockquote|img|figure|hr)\b", re.IGNORECASE)
# What the editor and pasted texts call the same things.
_RENAMED = {"b": "strong", "i": "em", "h1": "h2", "h4": "h3", "div": "p"}
_OTHER_NAMES = re.compile(r"(</?)(b|i|h1|h4|div)(?=[\s/>])", re.IGNORECASE)
_BLANK_LINES = re.compile(r"\n\s*\n")
# The editor writes an empty line as two line breaks within one paragraph. Each of these patterns stops where the next
# tag of its kind begins: one that went on searching would take minutes over a text of unclosed tags.
_PARAGRAPH = re.compile(r"<(p|div)>((?:(?!<(?:p|div)>).)*?)</\1>", re.IGNORECASE | re.DOTALL)
_EMPTY_LINES = re.compile(r"(?:<br ?/?>\s*){2,}", re.IGNORECASE)
_END_BREAK = re.compile(r"^<br ?/?>|<br ?/?>$", re.IGNORECASE)
_BARE_LINK = re.compile(r"<a(?= rel=\"noopener\">|>)")
_WITHOUT_SCHEME = re.compile(r"www\.[a-z0-9-]+(?:\.[a-z0-9-]+)+(?:[/?#][^\s]*)?", re.IGNORECASE)
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}}


def sanitise(html: str) -> str:
    """The same text with nothing in it but the tags above, and links and pictures that lead to http, https or mailto.

    Merge fields (`{{ first_name | default: "friend" }}`) stay as they are in text. In an address they are refused:
    what a supporter calls themselves must not decide where a link leads.
    """
    import nh3  # noqa: PLC0415  (public routes that show no rich text need not load it)

    return nh3.clean(
        _OTHER_NAMES.sub(_renamed, html),
        tags=set(TAGS),
        attributes=_ATTRIBUTES,
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )


def paragraphs(text: str) -> str:
    """Paragraphs where the writer left an empty line, with an editor or without; what stands in other blocks stays."""
    if not text.strip():
        return ""
    if _BLOCK.search(text):
        return _PARAGRAPH.sub(_parted, text)
    parts = _BLANK_LINES.split(text.replace("\r\n", "\n").strip())
    return "\n".join("<p>" + part.strip().replace("\n", "<br>") + "</p>" for part in parts)


def from_plain(text: str) -> str:
    """HTML of plain text, in which every sign means itself."""
    return paragraphs(escape(text, quote=False))


def for_editor(html: str) -> str:
    """Cleaned text as an editor may take it: it throws away a link without an address, and with it that it is wrong."""
    return _BARE_LINK.sub('<a href="https://"', html)


def is_empty(html: str) -> bool:
    """True when there is nothing to read or see."""
    return "<img" not in html and not re.sub(r"<[^>]*>|&nbsp;|\s", "", html)


def _parted(paragraph: re.Match[str]) -> str:
    # Two breaks have parted it, so there is one at most at either end.
    parts = (_END_BREAK.sub("", part.strip()).strip() for part in _EMPTY_LINES.split(paragraph[2]))
    return "".join(f"<p>{part}</p>" for part in parts if part)


def _renamed(tag: re.Match[str]) -> str:
    return tag[1] + _RENAMED[tag[2].lower()]


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        address = f"https://{value}" if _WITHOUT_SCHEME.fullmatch(value) else value
        return address if _leads_out(address) else None
    if name == "src":
        return value if _leads_out(value) or value.startswith("/media/") else None
    if name in ("width", "height"):
        return value if value.isascii() and value.isdigit() and len(value) <= 4 else None
    return value


def _leads_out(address: str) -> bool:
    if "{{" in address or "}}" in address:
        return False
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return (parts.scheme in ("http", "https") and bool(parts.netloc)) or parts.scheme == "mailto"
