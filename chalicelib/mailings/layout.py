"""How a mailing looks: the organizer's words within an MJML frame, and a text part written from their structure.

A line that holds nothing but a bold link becomes a button.
"""

import re
from collections.abc import Iterator
from html import escape
from html.parser import HTMLParser
from itertools import groupby

from chalicelib import config, markup, texts
from chalicelib.mailings.merge import Content
from chalicelib.network import accent
from chalicelib.network.group import Group

_LINK = r"<a [^>]*?href=\"([^\"]+)\"[^>]*>"
_BUTTON = re.compile(rf"<strong>\s*{_LINK}([^<]+)</a>\s*</strong>|{_LINK}\s*<strong>([^<]+)</strong>\s*</a>")
# What may stand around paragraphs, and paragraphs; they never hold each other.
_BLOCK = re.compile(r"<(/?)(?:blockquote|ul|ol|li|figure)\b[^>]*>|<p>(.*?)</p>", re.DOTALL)
_BREAKS = r"(?<!<br>)((?:<br>)+)"
_UNSUBSCRIBE = "{{ unsubscribe_url }}"
_INK = "#1f2328"
# MJML is XML, which has no place for these.
_NEVER_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def lay_out(subject: str, preheader: str, body: str, group: Group, language: str) -> Content:
    """The whole email: subject, HTML of 600 px and text. `body` is the organizer's HTML."""
    import mjml  # noqa: PLC0415  (only needed to freeze and to preview)

    safe = _with_whole_addresses(markup.sanitise(body))
    source = _frame(subject, preheader, _sections(safe), _footer(group, language), group=group, language=language)
    # Without `fonts` MJML has every reader fetch Roboto from Google.
    html: str = mjml.mjml2html(_NEVER_IN_XML.sub("", source), disable_comments=True, fonts={})
    return Content(subject=subject, html=html, text=_text_part(safe, group, language))


def _with_whole_addresses(safe: str) -> str:
    """Our own pictures are known by path on our pages; in an inbox they need our name."""
    if ' src="/' not in safe:
        return safe
    return safe.replace(' src="/', f' src="{config.public_url()}/')


def _frame(subject: str, preheader: str, sections: str, footer: str, *, group: Group, language: str) -> str:
    colour = accent.usable(group.accent)
    on_colour = accent.on_accent(colour)
    # An accent that wants black text on it is too light to be read on white.
    link = colour if on_colour == "#fff" else _INK
    return f"""<mjml lang="{escape(language)}"><mj-head>
<mj-title>{escape(subject)}</mj-title><mj-preview>{escape(preheader)}</mj-preview>
<mj-raw><meta name="color-scheme" content="light dark" />
<meta name="supported-color-schemes" content="light dark" /></mj-raw>
<mj-attributes>
<mj-all font-family="system-ui, -apple-system, 'Segoe UI', Helvetica, Arial, sans-serif" />
<mj-text font-size="16px" line-height="1.5" color="{_INK}" padding="8px 24px" />
<mj-button background-color="{colour}" color="{on_colour}" font-size="16px" font-weight="600"
  border-radius="6px" inner-padding="14px 24px" padding="16px 24px" />
</mj-attributes>
<mj-style>
p {{ margin: 0 0 16px }} h2 {{ font-size: 20px; margin: 0 0 12px }}
a {{ color: {link} }} img {{ max-width: 100% }}
@media (prefers-color-scheme: dark) {{
.words div {{ color: #e6e8eb !important }} .words a {{ color: #9cc3ff !important }}
body, .sheet, .sheet table {{ background: #16181c !important }}
}}
</mj-style></mj-head>
<mj-body background-color="#ffffff" width="600px" css-class="sheet">
<mj-section padding="16px 0 0"><mj-column><mj-text css-class="words" font-weight="600">{escape(group.name)}</mj-text>
</mj-column></mj-section>
<mj-section padding="0"><mj-column>{sections}</mj-column></mj-section>
<mj-section padding="16px 0"><mj-column><mj-divider border-width="1px" border-color="#d6dade" padding="8px 24px" />
<mj-text css-class="words" font-size="14px" color="#59616b">{footer}</mj-text></mj-column></mj-section>
</mj-body></mjml>"""


def _sections(safe: str) -> str:
    """Text and buttons, in turn. Within lists and quotations there are none: a button takes the whole width."""
    parts, last, depth = [], 0, 0
    for found in _BLOCK.finditer(safe):
        if found[2] is None:
            depth += -1 if found[1] else 1
        elif depth == 0 and _BUTTON.search(_breaks_set_free(found[2])):
            parts += [_words(safe[last : found.start()]), *_lines(found[2])]
            last = found.end()
    parts.append(_words(safe[last:]))
    return "".join(parts)


def _lines(paragraph: str) -> Iterator[str]:
    """A paragraph in which a line may be a button."""
    lines = _breaks_set_free(paragraph).split("<br>")
    if not all(map(_stands_alone, lines)):
        lines = [paragraph]
    for button, alike in groupby(lines, _button):
        if button:
            yield from (button for _ in alike)
        else:
            words = re.sub(r"^(?:<br>)+|(?<!<br>)(?:<br>)+$", "", "<br>".join(map(str.strip, alike)))
            yield _words(f"<p>{words}</p>" if words else "")


def _breaks_set_free(paragraph: str) -> str:
    """Line breaks at the edge of bold or slanted words stand beside them instead."""
    for _ in range(2):
        paragraph = re.sub(rf"<(strong|em)>{_BREAKS}", r"\2<\1>", paragraph)
        paragraph = re.sub(rf"{_BREAKS}</(strong|em)>", r"</\2>\1", paragraph)
        paragraph = re.sub(r"<(strong|em)></\1>", "", paragraph)
    return paragraph


def _stands_alone(line: str) -> bool:
    return all(len(re.findall(rf"<{tag}\b", line)) == line.count(f"</{tag}>") for tag in ("strong", "em", "a"))


def _button(line: str) -> str:
    """The line as a button; '' when it is none."""
    found = _BUTTON.fullmatch(line.strip())
    return f'<mj-button href="{found[1] or found[3]}">{found[2] or found[4]}</mj-button>' if found else ""


def _words(html: str) -> str:
    return f'<mj-text css-class="words">{html}</mj-text>' if html.strip() else ""


def _footer(group: Group, language: str) -> str:
    why = escape(texts.say(language, "mailing_why", group=group.name))
    address = escape(group.postal_address).replace("\n", "<br />")
    leave = escape(texts.say(language, "mailing_unsubscribe"))
    return f'{why}<br />{address}<br /><a href="{_UNSUBSCRIBE}">{leave}</a>'


def _text_part(safe: str, group: Group, language: str) -> str:
    why = texts.say(language, "mailing_why", group=group.name)
    leave = texts.say(language, "mailing_unsubscribe")
    reader = _TextReader()
    reader.feed(safe)
    reader.close()
    return f"{reader.text()}\n\n--\n{why}\n{group.postal_address}\n{leave}: {_UNSUBSCRIBE}\n"


class _TextReader(HTMLParser):
    """Reads safe HTML as someone would type it: lists with dashes or numbers, links followed by their address."""

    _BLOCKS = frozenset({"p", "h2", "h3", "blockquote", "figure", "hr"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._parts: list[str] = []
        self._lists: list[int] = []  # of those we are in, the latest number; -1 where there are dashes
        self._address, self._label = "", 0

    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", re.sub(r" *\n *", "\n", "".join(self._parts))).strip()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in self._BLOCKS:
            self._parts.append("\n\n")
        elif tag in ("ul", "ol"):
            self._begin_list(numbered=tag == "ol")
        elif tag == "li":
            self._parts.append(f"\n{self._bullet()} ")
        elif tag == "br":
            self._parts.append("\n")
        elif tag == "img":
            self._parts.append(given.get("alt") or "")
        elif tag == "a":
            self._address, self._label = given.get("href") or "", len(self._parts)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._BLOCKS:
            self._parts.append("\n\n")
        elif tag in ("ul", "ol"):
            self._end_list()
        elif tag == "a" and self._address:
            self._end_link()

    def handle_data(self, data: str) -> None:
        self._parts.append(re.sub(r"\s+", " ", data))

    def _begin_list(self, *, numbered: bool) -> None:
        self._parts.append("" if self._lists else "\n\n")
        self._lists.append(0 if numbered else -1)

    def _end_list(self) -> None:
        self._lists = self._lists[:-1]
        self._parts.append("" if self._lists else "\n\n")

    def _bullet(self) -> str:
        if not self._lists or self._lists[-1] < 0:
            return "-"
        self._lists[-1] += 1
        return f"{self._lists[-1]}."

    def _end_link(self) -> None:
        """An address that can be read already is not written twice."""
        plain = self._address.removeprefix("mailto:")
        if "".join(self._parts[self._label :]).strip() not in (plain, self._address):
            self._parts.append(f": {plain}")
        self._address = ""
