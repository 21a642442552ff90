"""The font that we draw with: which letters it has, and how wide each is."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import NamedTuple
from unicodedata import category, normalize

# What stands for a letter that the font does not have.
BOX = "□"

_FOLDER = Path(__file__).parent / "fonts"
_FILES = {False: "DejaVuSansCondensed.ttf", True: "DejaVuSansCondensed-Bold.ttf"}


class Face(NamedTuple):
    """One weight of the font; `widths` in ems, by letter."""

    file: Path
    widths: Mapping[str, float]

    def width(self, text: str) -> float:
        return sum(self.widths[letter] for letter in text)

    def lacks(self, text: str) -> bool:
        """True where a letter would be shown as a box, whatever else might stand for it."""
        return BOX in self.shown(text)

    def shown(self, text: str) -> str:
        """The text in letters that the font has: full-width ones as plain ones, and a box for what has no like."""
        if all(letter in self.widths for letter in text):
            return text
        return "".join(letter if letter in self.widths else self._like(letter) for letter in text)

    def _like(self, letter: str) -> str:
        plain = normalize("NFKC", letter)
        if all(each in self.widths for each in plain):
            return plain
        # A mark over a letter goes before a box would: the letter can be read without it.
        return "" if category(letter) in ("Mn", "Me", "Cf") else BOX


@cache
def face(*, bold: bool = False) -> Face:
    from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # noqa: PLC0415

    file = _FOLDER / _FILES[bold]
    with TTFont(file, lazy=True) as font:
        advances, unit = font["hmtx"].metrics, font["head"].unitsPerEm
        return Face(file, {chr(code): advances[name][0] / unit for code, name in font.getBestCmap().items()})
