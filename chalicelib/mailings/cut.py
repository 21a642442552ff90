"""Cutting an audience: into chunks of fifty who get the same at the same time, each kind in files of its own."""

from collections.abc import Callable
from itertools import count

from chalicelib.mailings.audience_files import FileWriter, Kind, write_manifest
from chalicelib.mailings.chunk import Chunk, Recipient
from chalicelib.mailings.mailing import CHUNK, Mailing


class Cut:
    """Takes recipients in the order of their ids and gives chunks whose rows may now be written."""

    def __init__(self, mailing: Mailing, due_of: Callable[[Recipient], int]) -> None:
        self.mailing, self.due_of, self.size, self.chunks = mailing, due_of, 0, 0
        self._files, self._writers, self._open = count(), dict[Kind, FileWriter](), dict[Kind, list[Recipient]]()

    def add(self, recipient: Recipient) -> list[Chunk]:
        kind = Kind(self.mailing.label_of(recipient.id), self.due_of(recipient))
        together = self._open.setdefault(kind, [])
        together.append(recipient)
        self.size += 1
        return self._close(kind) if len(together) == CHUNK else []

    def finish(self) -> list[Chunk]:
        """The last ones; then everything is written."""
        written = [chunk for kind in sorted(self._open) for chunk in self._close(kind)]
        for kind in sorted(self._writers):
            written += self._writers[kind].flush()
        write_manifest(self.mailing.folder, {kind: writer.firsts for kind, writer in self._writers.items()})
        return written

    def _close(self, kind: Kind) -> list[Chunk]:
        recipients = self._open.pop(kind)
        writer = self._writers.get(kind)
        if writer is None:
            writer = FileWriter(self.mailing.group, self.mailing.run_name, self._files, kind)
            self._writers[kind] = writer
        writer.add(recipients)
        self.chunks += 1
        return writer.flush() if writer.is_full else []
