"""The frozen audience of one run, as files: chunks one after the other, people in the order of their ids.

`0.json`, `1.json` ... hold a hundred chunks each, every chunk one line of JSON; a chunk's row says where its line is.
Each kind of chunk has files of its own; a chunk's number is that of its file and its line. `manifest.json` lists by
kind the first person id of each file, so that one person is found again without reading them all.
"""

import heapq
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import NamedTuple

import msgspec

from chalicelib import files
from chalicelib.mailings.chunk import Chunk, Recipient
from chalicelib.mailings.mailing import run_folder

CHUNKS_PER_FILE = 100
_WINDOW_BYTES = 64 * 1024

_Manifest = dict[str, list[tuple[str, int]]]

_encode = msgspec.json.Encoder().encode
_decode_line = msgspec.json.Decoder(list[Recipient]).decode


class Kind(NamedTuple):
    """What all recipients of a chunk have in common: which variant they get, and when they are due."""

    variant: str = ""
    due: int = 0

    @property
    def name(self) -> str:
        """As the manifest knows it."""
        return f"{self.variant}@{self.due}" if self.due else self.variant


class FileWriter:
    """Collects chunks and writes a file when a hundred are together. `flush` the last one, then write the manifest."""

    def __init__(self, group: str, run: str, files: Iterator[int], kind: Kind) -> None:
        self.group, self.folder, self.run, self.kind = group, run_folder(group, run), run, kind
        self.files, self.file, self.firsts = files, 0, list[tuple[str, int]]()
        self._lines: list[bytes] = []
        self._chunks: list[Chunk] = []
        self._start = 0

    @property
    def is_full(self) -> bool:
        return len(self._chunks) >= CHUNKS_PER_FILE

    def add(self, recipients: list[Recipient]) -> None:
        line = _encode(recipients)
        if not self._chunks:
            self.file = next(self.files)
            self.firsts.append((recipients[0].id, self.file))
        chunk = Chunk(
            group=self.group,
            run=self.run,
            number=self.file * CHUNKS_PER_FILE + len(self._chunks),
            variant=self.kind.variant,
            due=self.kind.due,
            size=len(recipients),
            file=self.file,
            start=self._start,
            length=len(line),
        )
        self._start += len(line) + 1
        self._lines.append(line)
        self._chunks.append(chunk)

    def flush(self) -> list[Chunk]:
        """Write the file and give its chunks, whose rows may now be written."""
        if not self._chunks:
            return []
        files.put(_key(self.folder, self._chunks[0].file), b"\n".join(self._lines), "application/json")
        written, self._chunks, self._lines, self._start = self._chunks, [], [], 0
        return written


def write_manifest(folder: str, firsts: Mapping[Kind, list[tuple[str, int]]]) -> None:
    named = {kind.name: known for kind, known in firsts.items()}
    files.put(f"{folder}/manifest.json", _encode(named), "application/json")


def recipients_of(folder: str, chunk: Chunk) -> list[Recipient]:
    return _decode_line(files.read_range(_key(folder, chunk.file), chunk.start, chunk.length))


class Reader:
    """Reads the recipients of chunks that follow each other, a window of the file at a time."""

    def __init__(self) -> None:
        self._key, self._start, self._held = "", 0, b""

    def recipients_of(self, folder: str, chunk: Chunk) -> list[Recipient]:
        key, start = _key(folder, chunk.file), chunk.start - self._start
        if key != self._key or start < 0 or start + chunk.length > len(self._held):
            self._held = files.read_range(key, chunk.start, max(_WINDOW_BYTES, chunk.length))
            self._key, self._start, start = key, chunk.start, 0
        return _decode_line(self._held[start : start + chunk.length])


def find_person(folder: str, person: str, label: str = "") -> tuple[int, int] | None:
    """In which chunk of a run (its number) a person is, and at which place; None when they are not in its audience.

    `label` is the variant that the freeze gave them.
    """
    found = (_find_in(folder, firsts, person) for firsts in _firsts(folder, label))
    return next((place for place in found if place), None)


def _find_in(folder: str, firsts: list[tuple[str, int]], person: str) -> tuple[int, int] | None:
    known = bisect_right(firsts, person, key=itemgetter(0)) - 1
    file = firsts[known][1] if known >= 0 else -1
    content = files.get(_key(folder, file)) if file >= 0 else None
    for index, line in enumerate((content or b"").splitlines()):
        for place, recipient in enumerate(_decode_line(line)):
            if recipient.id == person:
                return file * CHUNKS_PER_FILE + index, place
    return None


def each_id(folder: str, label: str = "") -> Iterator[str]:
    """The ids of all people whom the freeze gave this label, in their order."""
    return heapq.merge(*(_ids_in(folder, firsts) for firsts in _firsts(folder, label)))


def _ids_in(folder: str, firsts: list[tuple[str, int]]) -> Iterator[str]:
    for _, file in firsts:
        for line in (files.get(_key(folder, file)) or b"").splitlines():
            yield from (recipient.id for recipient in _decode_line(line))


def _firsts(folder: str, label: str) -> list[list[tuple[str, int]]]:
    """The first ids of the files of each kind with this label."""
    manifest = files.get(f"{folder}/manifest.json")
    kinds = msgspec.json.decode(manifest, type=_Manifest) if manifest else {}
    return [firsts for name, firsts in kinds.items() if name.partition("@")[0] == label]


def _key(folder: str, file: int) -> str:
    return f"{folder}/{file}.json"
