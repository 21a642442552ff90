"""The printable petition: what is asked of whom, how many ask it, and then all of them."""

from collections.abc import Sequence
from itertools import count, zip_longest
from typing import NamedTuple

from chalicelib import texts
from chalicelib.action_types.petition.delivery import Part, Signature
from chalicelib.lettering.lines import lines
from chalicelib.lettering.sheets import Sheets, Style

_GROUP, _TITLE, _TARGET, _FACTS = Style(11, grey=True), Style(24, bold=True), Style(14, bold=True), Style(11, grey=True)
_LETTER, _HEAD, _CELL, _NUMBER, _NOTE = Style(11.5), Style(8.5, True), Style(9.5), Style(8.5, grey=True), Style(9)
_GAP, _ROW = 12.0, 5.0
_HEADS = (
    "petition.delivery.number",
    "petition.delivery.name",
    "petition.delivery.place",
    "petition.delivery.comment",
)


class Petition(NamedTuple):
    """What the first page says. `total`: signatures in all parts; `day` as `2026-11-23`; `paper`: A4 or Letter."""

    language: str
    group: str
    title: str
    target: str
    letter: str
    day: str
    total: int
    paper: str


class _Column(NamedTuple):
    x: float
    width: float
    style: Style


def pdf(petition: Petition, part: Part, signatures: Sequence[Signature], *, comments: bool) -> bytes:
    """The document of a part; with `comments`, they have a column."""
    sheets = Sheets(petition.paper, petition.title, petition.group, petition.language)
    _open(sheets, petition, part, len(signatures))
    _letter(sheets, petition)
    _table(sheets, petition.language, signatures, comments=comments)
    if sheets.has_boxes:
        sheets.y += _GAP
        sheets.write(texts.say(petition.language, "petition.delivery.boxes"), _NOTE)
    page = texts.say(petition.language, "petition.delivery.page", page="{page}", pages="{pages}")
    sheets.mark_pages(petition.title, f"{_braced(petition.day)} · {page}")
    return sheets.finished()


def facts(petition: Petition, part: Part, here: int) -> str:
    """`12 people have signed. · 2026-11-23`; of a part also which one it is."""
    total = texts.say_count(petition.language, "petition.taken", petition.total if part.of > 1 else here)
    if part.of == 1:
        return f"{total} · {petition.day}"
    number = texts.number(petition.language, here)
    words = texts.say(petition.language, "petition.delivery.part", part=part.number, parts=part.of, count=number)
    return f"{total} · {petition.day} · {words}"


def heads(language: str, *, comments: bool) -> list[str]:
    """What the columns are called, on paper and in the spreadsheet."""
    return [texts.say(language, name) for name in (_HEADS if comments else _HEADS[:-1])]


def cells(language: str, number: str, signature: Signature, *, comments: bool) -> list[str]:
    name = signature.name or texts.say(language, "petition.delivery.no_name")
    return [number, name, signature.place, *([signature.comment] if comments else [])]


def _open(sheets: Sheets, petition: Petition, part: Part, here: int) -> None:
    sheets.write(petition.group, _GROUP)
    sheets.y += _GAP / 2
    sheets.write(petition.title, _TITLE)
    sheets.y += _GAP / 2
    if petition.target:
        sheets.write(texts.say(petition.language, "petition.to", target=petition.target), _TARGET)
        sheets.y += _GAP / 2
    sheets.write(facts(petition, part, here), _FACTS)
    sheets.y += _GAP
    sheets.rule(dark=True)
    sheets.y += 1.5 * _GAP


def _letter(sheets: Sheets, petition: Petition) -> None:
    if petition.letter:
        sheets.write(petition.letter, _LETTER)
        sheets.turn()


def _table(sheets: Sheets, language: str, signatures: Sequence[Signature], *, comments: bool) -> None:
    columns, names = _columns(sheets.width, comments=comments), heads(language, comments=comments)
    _head(sheets, columns, names)
    for number, signature in zip(count(1), signatures, strict=False):
        row = cells(language, texts.number(language, number), signature, comments=comments)
        broken = [
            lines(text, column.style.face, column.width / column.style.size)
            for text, column in zip(row, columns, strict=True)
        ]
        _row(sheets, columns, broken, names)


def _columns(width: float, *, comments: bool) -> list[_Column]:
    shares = (0.08, 0.27, 0.2, 0.45) if comments else (0.08, 0.57, 0.35)
    starts = [sum(shares[:number]) for number in range(len(shares))]
    styles = (_NUMBER, *(_CELL for _ in shares[1:]))
    return [
        _Column(start * width, share * width - 8, style)
        for start, share, style in zip(starts, shares, styles, strict=True)
    ]


def _head(sheets: Sheets, columns: Sequence[_Column], names: Sequence[str]) -> None:
    for column, name in zip(columns, names, strict=True):
        sheets.put(column.x, name, _HEAD)
    sheets.y += _HEAD.leading + _ROW / 2
    sheets.rule(dark=True)
    sheets.y += _ROW


def _row(sheets: Sheets, columns: Sequence[_Column], broken: Sequence[list[str]], names: Sequence[str]) -> None:
    """On one page where it fits on one; a comment longer than a page goes on overleaf."""
    high = max(map(len, broken)) * _CELL.leading + 2 * _ROW
    if sheets.room < min(high, sheets.height / 2):
        sheets.turn()
        _head(sheets, columns, names)
    for across in zip_longest(*broken, fillvalue=""):
        if sheets.room < _CELL.leading:
            sheets.turn()
            _head(sheets, columns, names)
        for column, line in zip(columns, across, strict=True):
            sheets.put(column.x, line, column.style)
        sheets.y += _CELL.leading
    sheets.y += _ROW / 2
    sheets.rule()
    sheets.y += _ROW


def _braced(text: str) -> str:
    return text.replace("{", "{{").replace("}", "}}")
