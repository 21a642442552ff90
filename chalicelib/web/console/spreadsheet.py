"""Files for spreadsheets: CSV as RFC 4180 has it, with nothing in it that a spreadsheet would run as a formula."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import TypeVar

import msgspec
from chalice.app import Response

from chalicelib import clock
from chalicelib.web import responses

# A Lambda answers with 6 MB of JSON at most, in which a quote counts twice; and API Gateway waits 29 seconds.
MOST_BYTES = 5_000_000
MOST_SECONDS = 20

# Excel reads UTF-8 as such only behind a byte order mark; our own import knows it too.
_MARK = "\ufeff"
# What a cell must not begin with, full-width forms included: spreadsheets take it for a formula.
_FORMULA = frozenset("=+-@\t\r\n\0＝＋－＠")

Thing = TypeVar("Thing")


class TooMuch(Exception):
    """More than one answer can hold, or than can be read in time."""


def download(filename: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A CSV file to save. Raises TooMuch."""
    return responses.download(text(head, rows), filename, "text/csv; charset=utf-8")


def text(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """The content of a CSV file. Raises TooMuch."""
    lines, size, deadline = [_MARK + line(head)], 0, clock.now() + MOST_SECONDS
    for row in rows:
        lines.append(line(row))
        size += len(msgspec.json.encode(lines[-1]))
        if size > MOST_BYTES or clock.now() > deadline:
            raise TooMuch
    return "".join(lines)


def in_time(things: Iterable[Thing]) -> Iterator[Thing]:
    """Each of them while there is time: for what is read whole before the first row is written. Raises TooMuch."""
    deadline = clock.now() + MOST_SECONDS
    for thing in things:
        if clock.now() > deadline:
            raise TooMuch
        yield thing


def line(cells: Iterable[object]) -> str:
    return ",".join(_quoted(safe(str(cell))) for cell in cells) + "\r\n"


def safe(cell: str) -> str:
    """The cell as text: an apostrophe before what would begin a formula, be it after spaces."""
    start = cell.lstrip(" \u00a0\u3000")[:1] or cell[:1]
    return f"'{cell}" if start in _FORMULA and start else cell


def moment(at: float) -> str:
    """A time as spreadsheets read it: `2026-11-23 14:05:00`, in UTC."""
    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d %H:%M:%S}"


def _quoted(cell: str) -> str:
    if any(sign in cell for sign in ',"\r\n'):
        return '"' + cell.replace('"', '""') + '"'
    return cell
