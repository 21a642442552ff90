"""CSV files as people have them: any usual encoding and delimiter, quotes with line breaks in them, and broken ones.

A file is read as a stream of records in flat memory. Each record says the byte offset behind it, so that reading can
go on from there. A broken record costs itself and no other: reading goes on in the line below the one it began in.
"""

import codecs
import csv
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import AnyStr, NamedTuple

import msgspec

LONGEST_RECORD = 64 * 1024
MOST_COLUMNS = 200

_SHOWN = 300
_TOO_LONG = "This row is too long."
_TOO_WIDE = f"This row has more than {MOST_COLUMNS} columns."
_UNCLOSED = "A quote in this row is not closed."
_NOT_TEXT = "There is something in this row that is not text."
_UNREADABLE = "This row cannot be read."


class Dialect(msgspec.Struct, frozen=True):
    """How to read a file. Its first row begins at byte `start`, below `line` lines; `newline` ends a line."""

    encoding: str
    delimiter: str
    start: int = 0
    line: int = 0
    newline: str = "\n"


class Record(NamedTuple):
    """One row: its cells, its first and last line in the file, the byte offset behind it.

    `problem` says why it is broken; its one cell is then what it begins with.
    """

    cells: list[str]
    line: int
    last_line: int
    end: int
    problem: str = ""


def records(blocks: Iterable[bytes], dialect: Dialect, offset: int = 0, line: int = 0) -> Iterator[Record]:
    """The rows of a file from byte `offset` on (0: its beginning), below `line` lines. Empty rows are passed over."""
    feed = _Feed(_lines(blocks, dialect, offset or dialect.start, line or dialect.line))
    reader = csv.reader(feed, delimiter=dialect.delimiter)
    while feed.has_more():
        cells, problem = _read(reader, feed)
        if problem:
            feed.give_back()
            cells = [feed.taken[0].text.strip()[:_SHOWN]]
        if problem or any(cells):
            yield Record(cells, feed.taken[0].number, feed.taken[-1].number, feed.taken[-1].end, problem)


class _Line(NamedTuple):
    text: str
    size: int
    number: int
    end: int


class _Feed:
    """Hands lines to the CSV reader, and remembers which of them make up the record under way."""

    def __init__(self, lines: Iterator[_Line]) -> None:
        self._lines, self._again = lines, deque[_Line]()
        self.taken: list[_Line] = []
        self._size, self.starved = 0, False

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if self._size > LONGEST_RECORD or not (self._again or self._fetch()):
            self.starved = True
            raise StopIteration
        line = self._again.popleft()
        self.taken.append(line)
        self._size += line.size
        return line.text

    def has_more(self) -> bool:
        """Begin a record; False at the end of the file."""
        self.taken, self._size, self.starved = [], 0, False
        return bool(self._again) or self._fetch()

    def give_back(self) -> None:
        """Read all but the first line of this record again, as records of their own."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]

    def _fetch(self) -> bool:
        self._again.extend(line for line in [next(self._lines, None)] if line)
        return bool(self._again)


def _read(reader: Iterator[list[str]], feed: _Feed) -> tuple[list[str], str]:
    """The next record's cells, and what is wrong with it."""
    try:
        cells, problem = [cell.strip() for cell in next(reader)], ""
    except csv.Error:
        cells, problem = [], _UNREADABLE
    if feed.taken[0].size > LONGEST_RECORD:
        return [], _TOO_LONG
    if feed.starved:
        return [], _UNCLOSED
    if any("\0" in line.text for line in feed.taken):
        return [], _NOT_TEXT
    return (cells, problem) if len(cells) <= MOST_COLUMNS else ([], _TOO_WIDE)


def _lines(blocks: Iterable[bytes], dialect: Dialect, end: int, number: int) -> Iterator[_Line]:
    for text, size in _wide(blocks, dialect) if dialect.encoding.startswith("utf-16") else _narrow(blocks, dialect):
        number += 1
        end += size
        yield _Line(text, size, number, end)


def _narrow(blocks: Iterable[bytes], dialect: Dialect) -> Iterator[tuple[str, int]]:
    for raw, size in _split(blocks, dialect.newline.encode(), len):
        yield _text(raw, dialect.encoding), size


def _wide(blocks: Iterable[bytes], dialect: Dialect) -> Iterator[tuple[str, int]]:
    """Lines of UTF-16, where a byte of one letter and one of the next may look like the end of a line."""
    decode = codecs.getincrementaldecoder(dialect.encoding)("surrogatepass").decode
    texts = (decode(block) for block in blocks)
    return _split(texts, dialect.newline, lambda text: len(text.encode(dialect.encoding, "surrogatepass")))


def _split(blocks: Iterable[AnyStr], newline: AnyStr, measure: Callable[[AnyStr], int]) -> Iterator[tuple[AnyStr, int]]:
    """Whole lines with their ends, and their sizes; of one that is too long only the beginning is kept."""
    held, gone = newline[:0], 0
    for block in blocks:
        lines = (held + block).split(newline)
        held = lines.pop()
        for line in lines:
            yield line + newline, gone + measure(line + newline)
            gone = 0
        if len(held) > LONGEST_RECORD:
            gone += measure(held[LONGEST_RECORD:])
            held = held[:LONGEST_RECORD]
    if held:
        yield held, gone + measure(held)


def _text(raw: bytes, encoding: str) -> str:
    """A file may begin in ASCII and turn out to be Latin-1 far below, or hold both: each line is read for itself."""
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")
