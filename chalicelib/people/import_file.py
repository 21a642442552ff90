"""The uploaded file of an import: what it seems to hold, its rows in batches, and which of them are wrong."""

from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

import msgspec

from chalicelib import files
from chalicelib.people import columns, csv_detect, csv_file
from chalicelib.people.csv_file import Dialect, Record
from chalicelib.people.import_batch import RowError
from chalicelib.people.import_store import Import

BATCH = 1000
_BIG_BATCH = 20_000
_HEAD_BYTES = 128 * 1024
_BLOCK_BYTES = 1024 * 1024
_SAMPLE = 20


class Look(NamedTuple):
    """What an uploaded file seems to hold; `meanings` are those of its columns, '' for none."""

    size: int
    dialect: Dialect
    heading: list[str]
    sample: list[list[str]]
    meanings: list[str]
    first_is_heading: bool


def key(group: str, wanted: str) -> str:
    """Where the uploaded file lies."""
    return f"imports/{group}/{wanted}.csv"


Guess = Callable[[Sequence[str], Sequence[Sequence[str]]], list[str]]


def look(group: str, wanted: str, guess: Guess = columns.guess) -> Look | str | None:
    """How to read an uploaded file; in plain words why we cannot; None when nothing was uploaded. Changes nothing."""
    size = files.size(key(group, wanted))
    if size is None:
        return None
    head = files.read_range(key(group, wanted), 0, _HEAD_BYTES) if size else b""
    dialect = csv_detect.detect(head)
    if isinstance(dialect, str):
        return dialect
    rows = [record.cells for record in islice(_head_records(head, dialect), _SAMPLE)]
    if not rows:
        return "No row of this file can be read."
    has_heading = columns.has_heading(rows[0])
    heading = rows[0] if has_heading else [f"Column {number}" for number in range(1, len(rows[0]) + 1)]
    sample = rows[1:] if has_heading else rows
    return Look(size, dialect, heading, sample, guess(heading, sample), has_heading)


def batches(work: Import) -> Iterator[list[Record]]:
    """The rows from where an import stands to the end; first, whole, the batch that was under way."""
    offset, line = work.offset, work.line
    if work.under_way:
        yield list(_records(work, offset, line, work.under_way.end))
        offset, line = work.under_way.end, work.under_way.line
    yield from _in_parts(_records(work, offset, line, work.size), BATCH)


def batches_until(work: Import, offset: int) -> Iterator[list[Record]]:
    """The rows from the beginning of the file up to this byte, where a row ends."""
    return _in_parts(_records(work, 0, 0, offset), _BIG_BATCH)


def keep_errors(work: Import, errors: list[RowError]) -> None:
    """Keep which rows were wrong, for a week."""
    files.put(_errors_key(work), msgspec.json.encode(errors), "application/json")


def errors_of(work: Import) -> list[RowError]:
    """The rows that could not be imported, in the order of the file, the first thousands of them."""
    return msgspec.json.decode(files.get(_errors_key(work)) or b"[]", type=list[RowError])


def _head_records(head: bytes, dialect: Dialect) -> Iterator[Record]:
    return (record for record in csv_file.records([head[dialect.start :]], dialect) if not record.problem)


def _records(work: Import, offset: int, line: int, until: int) -> Iterator[Record]:
    """The rows between two places in the file, the heading left out."""
    found = csv_file.records(_blocks(work, offset or work.dialect.start, until), work.dialect, offset, line)
    return islice(found, 1, None) if offset == 0 and work.first_is_heading else found


def _blocks(work: Import, start: int, until: int) -> Iterator[bytes]:
    while start < until:
        block = files.read_range(key(work.group, work.id), start, min(_BLOCK_BYTES, until - start))
        start += len(block)
        yield block


def _in_parts(records: Iterator[Record], size: int) -> Iterator[list[Record]]:
    while part := list(islice(records, size)):
        yield part


def _errors_key(work: Import) -> str:
    return f"exports/{work.group}/{work.id}/errors.json"
