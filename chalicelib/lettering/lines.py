"""Breaking a text into the lines that are drawn."""

from collections.abc import Iterator
from itertools import pairwise

from chalicelib.lettering.face import Face
from chalicelib.lettering.order import drawn, runs_right_to_left
from chalicelib.plain_text import clean


def lines(text: str, face: Face, width: float) -> list[str]:
    """The lines of a text in the order of drawing, each at most `width` ems; a word too long is broken anywhere."""
    plain, leftward = clean(text, lines=True), runs_right_to_left(text)
    broken = [line for paragraph in plain.split("\n") for line in _broken(face.shown(paragraph), face, width)]
    return [face.shown(drawn(line, right_to_left=leftward)) for line in broken]


def one_line(text: str, face: Face, width: float) -> str:
    """A text on one line, cut with an ellipsis where it is too long."""
    first, *more = _broken(face.shown(clean(text)), face, width)
    if more:
        first = _pieces(f"{first} {more[0]}", face, width - face.width("…"))[0].rstrip() + "…"
    return face.shown(drawn(first, right_to_left=runs_right_to_left(text)))


def _broken(paragraph: str, face: Face, width: float) -> list[str]:
    found, room = [""], width
    for word in _words(paragraph, face, width):
        wide = face.width(word)
        space = face.width(" ") if found[-1] else 0.0
        if found[-1] and wide + space > room:
            found, room, space = [*found, ""], width, 0.0
        found[-1] += f"{' ' if found[-1] else ''}{word}"
        room -= wide + space
    return found


def _words(paragraph: str, face: Face, width: float) -> Iterator[str]:
    for word in paragraph.split():
        yield from _pieces(word, face, width)


def _pieces(word: str, face: Face, width: float) -> list[str]:
    """A word in pieces that fit, of at least one letter each."""
    if face.width(word) <= width:
        return [word]
    ends, room = [0], width
    for at, letter in enumerate(word):
        wide = face.widths[letter]
        if wide > room and at > ends[-1]:
            ends.append(at)
            room = width
        room -= wide
    return [word[start:end] for start, end in pairwise([*ends, len(word)])]
