"""PDF pages that fill from top to bottom. Sizes are in points, from the upper left."""

from typing import NamedTuple

from chalicelib.lettering.face import BOX, Face, face
from chalicelib.lettering.lines import lines, one_line

MARGIN = 54.0
_LEADING = 1.4
_GREY, _BLACK, _PALE = 90, 0, 190
# Zones whose printers hold A4; elsewhere it is US Letter.
_A4 = ("Europe/", "Africa/", "Asia/", "Australia/", "Indian/")


class Style(NamedTuple):
    """How letters look; `size` is their height."""

    size: float
    bold: bool = False
    grey: bool = False

    @property
    def face(self) -> Face:
        return face(bold=self.bold)

    @property
    def leading(self) -> float:
        return self.size * _LEADING


_SMALL = Style(8, grey=True)


class Sheets:
    """A document as it is written. `y` is where the next line goes; `has_boxes`: the font lacked a letter."""

    def __init__(self, paper: str, title: str, author: str, language: str) -> None:
        from fpdf import FPDF  # noqa: PLC0415

        self._pdf = FPDF(unit="pt", format=paper)
        self._pdf.set_auto_page_break(False)
        for weight, bold in (("", False), ("B", True)):
            self._pdf.add_font("letters", weight, face(bold=bold).file)
        self._pdf.set_title(title)
        self._pdf.set_author(author)
        self._pdf.set_lang(language)
        self.width, self.has_boxes = self._pdf.w - 2 * MARGIN, False
        self.turn()

    @property
    def room(self) -> float:
        """What is left of this page."""
        return self._pdf.h - MARGIN - self.y

    @property
    def height(self) -> float:
        """What a page has room for."""
        return self._pdf.h - 2 * MARGIN

    def turn(self) -> None:
        self._pdf.add_page()
        self.y = MARGIN

    def put(self, x: float, line: str, style: Style) -> None:
        """One line, as it is drawn, at `x` from the margin; `y` stays."""
        self._pdf.set_font("letters", "B" if style.bold else "", style.size)
        self._pdf.set_text_color(_GREY if style.grey else _BLACK)
        self._pdf.text(MARGIN + x, self.y + style.size, line)
        self.has_boxes = self.has_boxes or BOX in line

    def write(self, text: str, style: Style) -> None:
        """A text over the whole width, on as many pages as it takes."""
        for line in lines(text, style.face, self.width / style.size):
            if self.room < style.leading:
                self.turn()
            self.put(0, line, style)
            self.y += style.leading

    def rule(self, *, dark: bool = False) -> None:
        self._pdf.set_draw_color(_GREY if dark else _PALE)
        self._pdf.set_line_width(0.75 if dark else 0.4)
        self._pdf.line(MARGIN, self.y, MARGIN + self.width, self.y)

    def mark_pages(self, head: str, foot: str) -> None:
        """At the top of every page but the first, `head`; at the bottom `foot`, with {page} and {pages}."""
        pages = self._pdf.pages_count
        for number in range(1, pages + 1):
            self._pdf.page = number
            if number > 1:
                self._mark(MARGIN - 26, head)
            self._mark(self._pdf.h - MARGIN + 18, foot.format(page=number, pages=pages))

    def _mark(self, y: float, text: str) -> None:
        self.y = y
        # What is written behind the others' back: the page has another font set than the last one used.
        self._pdf.current_font_is_set_on_page = False
        self.put(0, one_line(text, _SMALL.face, self.width / _SMALL.size), _SMALL)

    def finished(self) -> bytes:
        return bytes(self._pdf.output())


def paper_of(time_zone: str) -> str:
    return "A4" if time_zone.startswith(_A4) else "Letter"
