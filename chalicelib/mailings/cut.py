"""Cutting an audience: into chunks of fifty who all get the same, each kind of chunk in files of its own."""

from itertools import count

from chalicelib.mailings.audience_files import FileWriter, write_manifest
from chalicelib.mailings.chunk import Chunk, Recipient
from chalicelib.mailings.mailing import CHUNK, Mailing


class Cut:
    """Takes recipients in the order of their ids and gives chunks whose rows may now be written."""

    def __init__(self, mailing: Mailing) -> None:
        self.mailing, self.size, self.chunks = mailing, 0, 0
        self._files, self._writers, self._open = count(), dict[str, FileWriter](), dict[str, list[Recipient]]()

    def add(self, recipient: Recipient) -> list[Chunk]:
        label = self.mailing.label_of(recipient.id)
        together = self._open.setdefault(label, [])
        together.append(recipient)
        self.size += 1
        return self._close(label) if len(together) == CHUNK else []

    def finish(self) -> list[Chunk]:
        """The last ones; then everything is written."""
        written = [chunk for label in sorted(self._open) for chunk in self._close(label)]
        for label in sorted(self._writers):
            written += self._writers[label].flush()
        firsts = {label: writer.firsts for label, writer in self._writers.items()}
        write_manifest(self.mailing.folder, firsts)
        return written

    def _close(self, label: str) -> list[Chunk]:
        recipients = self._open.pop(label)
        writer = self._writers.setdefault(
            label, FileWriter(self.mailing.group, self.mailing.run_name, self._files, label)
        )
        writer.add(recipients)
        self.chunks += 1
        return writer.flush() if writer.is_full else []
