"""Reading a file of targets or of places that an organizer uploaded: any CSV that an import of people could read."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import NamedTuple, TypeVar

from chalicelib.action_types.letter import columns
from chalicelib.action_types.letter.columns import Kind
from chalicelib.action_types.letter.target import (
    EVERYWHERE,
    MOST_AT_ONCE,
    Target,
    district,
    identify,
    keys_of,
    place,
    zip_code,
)
from chalicelib.people import csv_detect, csv_file
from chalicelib.people.csv_file import Dialect, Record
from chalicelib.people.email_address import normalise
from chalicelib.plain_text import clean

MOST_PLACES = 30
_HEAD_BYTES = 128 * 1024
_SAMPLE = 20
_MOST_TOLD = 20
_LONGEST = {"name": 120, "email": 254, "title": 80, "party": 60, "state": 60, "district": 60, "form": 300}
_MOST_ZIPS = 500
_BETWEEN_ZIPS = re.compile(r"[,;|\n]|\s{2,}|(?<=\d{5})\s")


class Look(NamedTuple):
    """What a file seems to hold; `meanings` are those of its columns, '' for none."""

    dialect: Dialect
    heading: list[str]
    sample: list[list[str]]
    meanings: list[str]
    first_is_heading: bool


class Left(NamedTuple):
    """A row that was left out, and why."""

    line: int
    why: str


class Targets(NamedTuple):
    """Targets by key and by id; `left` are the first rows that were left out, `left_out` is how many.

    `placed` is how many are found without a file of places: by ZIP codes of their own, or everywhere. Under a key lie
    no more than somebody may write to at once.
    """

    by_key: dict[str, list[Target]]
    everyone: dict[str, Target]
    placed: int
    left: list[Left]
    left_out: int

    @property
    def unreached(self) -> int:
        """How many lie under no key, since too many decide for the same place."""
        return len(self.everyone) - len({target.id for targets in self.by_key.values() for target in targets})


class Places(NamedTuple):
    """Places (`MA/5`) by ZIP code."""

    by_zip: dict[str, list[str]]
    left: list[Left]
    left_out: int


_File = TypeVar("_File", Targets, Places)


def look(content: bytes, kind: Kind) -> Look | str:
    """How to read a file; in plain words why we cannot."""
    if not content:
        return "The file is empty."
    head = content[:_HEAD_BYTES]
    dialect = csv_detect.detect(head)
    if isinstance(dialect, str):
        return dialect
    first = islice(csv_file.records([content[dialect.start :]], dialect), _SAMPLE)
    rows = [record.cells for record in first if not record.problem]
    if not rows:
        return "No row of this file can be read."
    is_heading = columns.has_heading(rows[0])
    heading = rows[0] if is_heading else [f"Column {number}" for number in range(1, len(rows[0]) + 1)]
    sample = rows[1:] if is_heading else rows
    return Look(dialect, heading, sample, columns.guess(kind, heading, sample), is_heading)


def read_targets(content: bytes, seen: Look, meanings: Sequence[str]) -> Targets:
    by_key: dict[str, dict[str, Target]] = {}
    found = Targets({}, {}, 0, [], 0)
    for record in _records(content, seen):
        told = _target(_cells(record, meanings))
        if record.problem or isinstance(told, str):
            found = _leave_out(found, record, record.problem or str(told))
            continue
        target, zip_codes = told
        found.everyone[target.id] = target
        for key in keys_of(target, zip_codes):
            by_key.setdefault(key, {})[target.id] = target
    listed = {key: list(islice(targets.values(), MOST_AT_ONCE)) for key, targets in by_key.items()}
    placed = {id for key, targets in by_key.items() if key == EVERYWHERE or key.startswith("zip:") for id in targets}
    return found._replace(by_key=listed, placed=len(placed))


def read_places(content: bytes, seen: Look, meanings: Sequence[str]) -> Places:
    by_zip: dict[str, dict[str, None]] = {}
    found = Places({}, [], 0)
    for record in _records(content, seen):
        cells = _cells(record, meanings)
        code = zip_code(cells.get("zip_code", ""))
        why = record.problem or _wrong_place(code, cells)
        there = by_zip.setdefault(code, {}) if not why else {}
        if why or len(there) >= MOST_PLACES:
            found = _leave_out(found, record, why or "This ZIP code lies in too many districts.")
            continue
        there[place(cells.get("state", ""), cells.get("district", ""))] = None
    return found._replace(by_zip={code: list(places) for code, places in by_zip.items()})


def _records(content: bytes, seen: Look) -> Iterator[Record]:
    found = csv_file.records([content[seen.dialect.start :]], seen.dialect)
    return islice(found, 1, None) if seen.first_is_heading else found


def _cells(record: Record, meanings: Sequence[str]) -> dict[str, str]:
    pairs = zip(meanings, record.cells, strict=False)
    return {meaning: _clean(cell, meaning) for meaning, cell in pairs if meaning and cell}


def _clean(cell: str, meaning: str) -> str:
    # What nearly every cell looks like; `clean` takes ten times as long.
    if cell.isascii() and cell.isprintable() and "  " not in cell:
        return cell
    return clean(cell, lines=meaning == "zip_codes")


def _target(cells: Mapping[str, str]) -> tuple[Target, list[str]] | str:
    """A target and its ZIP codes; in plain words why the row holds none."""
    name = cells.get("name") or f"{cells.get('given_name', '')} {cells.get('family_name', '')}".strip()
    if not name:
        return "There is no name."
    email = normalise(cells["email"]) if cells.get("email") else ""
    if email is None:
        return "The email address is not one."
    told = {each: cells.get(each, "") for each in ("title", "party", "form")}
    given = cells.get("district", "")
    where = {"state": cells.get("state", "").upper(), "district": district(given) if given else ""}
    if too_long := _too_long(told | where | {"name": name}):
        return too_long
    if not told["form"].startswith(("https://", "http://")):
        told["form"] = ""
    zip_codes = [zip_code(each) for each in _BETWEEN_ZIPS.split(cells.get("zip_codes", "")) if each.strip()]
    if len(zip_codes) > _MOST_ZIPS or any(len(each) > 16 for each in zip_codes):
        return f"These are not ZIP codes, or more than {_MOST_ZIPS}."
    id = identify(name, email, told["title"], *where.values())
    return Target(id=id, name=name, email=email, **told, **where), zip_codes


def _too_long(told: Mapping[str, str]) -> str:
    long = [columns.TARGETS.meanings[each] for each, text in told.items() if len(text) > _LONGEST[each]]
    return f"{long[0]} is longer than anybody's." if long else ""


def _wrong_place(code: str, cells: Mapping[str, str]) -> str:
    if not code or len(code) > 16:
        return "There is no ZIP code."
    if not (cells.get("state") or cells.get("district")):
        return "There is neither district nor state."
    too_long = any(len(cells.get(each, "")) > _LONGEST[each] for each in ("state", "district"))
    return "District or state is longer than any." if too_long else ""


def _leave_out(found: _File, record: Record, why: str) -> _File:
    if len(found.left) < _MOST_TOLD:
        found.left.append(Left(record.line, why))
    changed: _File = found._replace(left_out=found.left_out + 1)
    return changed


def each_value(targets: Iterable[Target], name: str) -> list[str]:
    """The different parties, titles ... of a list, as written, the first twenty."""
    return list(dict.fromkeys(value for target in targets if (value := str(getattr(target, name)))))[:20]
