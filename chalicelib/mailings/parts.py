"""What stands in an organizer's HTML: its links, its pictures, its words."""

from html.parser import HTMLParser
from typing import NamedTuple

from chalicelib import markup


class Link(NamedTuple):
    """Where it leads ('' when nowhere) and what one clicks on: words, and the texts of its pictures."""

    address: str
    label: str


class Parts(NamedTuple):
    """`pictures` are their texts ('' for none), `words` what is read with pictures off."""

    links: list[Link]
    pictures: list[str]
    words: str


def read(html: str) -> Parts:
    """Of what the recipients get: cleaned first, as it is cleaned before it is sent."""
    reader = _Reader()
    reader.feed(markup.sanitise(html))
    reader.close()
    return Parts(reader.links, reader.pictures, " ".join("".join(reader.words).split()))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.links: list[Link] = []
        self.pictures: list[str] = []
        self.words: list[str] = []
        self._address: str | None = None
        self._label: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self._address, self._label = given.get("href") or "", []
        elif tag == "img":
            self.pictures.append((given.get("alt") or "").strip())
            self._label.append(given.get("alt") or "picture")
        else:
            self.words.append(" ")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._address is not None:
            self.links.append(Link(self._address, " ".join("".join(self._label).split())))
            self._address = None

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        self._label.append(data)
