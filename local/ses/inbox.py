"""Everything that was sent, in one SQLite file: who got what, and how many, whatever the size.

One thread writes, gathering what arrived into one transaction; the text of a mailing is stored once and each email
keeps only its data, so a million emails cost some hundred bytes each. Reading renders. When only counting, emails
themselves are not kept.
"""

import json
import queue
import sqlite3
import threading
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from local.ses.answer import Accepted
from local.ses.content import Content

JsonObject = dict[str, Any]
Row = sqlite3.Row

SCHEMA = """
CREATE TABLE IF NOT EXISTS contents (id INTEGER PRIMARY KEY, digest BLOB UNIQUE, parts TEXT);
CREATE TABLE IF NOT EXISTS emails (
    id INTEGER PRIMARY KEY, recipient TEXT COLLATE NOCASE, content INTEGER,
    data TEXT, headers TEXT, message_id TEXT, sent_at REAL);
CREATE INDEX IF NOT EXISTS emails_by_recipient ON emails (recipient);
CREATE TABLE IF NOT EXISTS recipients (address TEXT PRIMARY KEY, emails INTEGER) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS repeated ON recipients (emails) WHERE emails > 1;
CREATE TABLE IF NOT EXISTS totals (emails INTEGER, recipients INTEGER, numbers INTEGER, account TEXT);
INSERT INTO totals SELECT 0, 0, 0, '{}' WHERE NOT EXISTS (SELECT 1 FROM totals);
"""
EMAILS = (
    "SELECT emails.id, recipient, data, headers, message_id, sent_at, parts"
    " FROM emails JOIN contents ON contents.id = emails.content"
)
WAITING = 2_000  # calls not written yet, before senders have to wait
CACHED_CONTENTS = 256


class Inbox:
    def __init__(self, path: Path | str, counting: bool = False) -> None:
        self.path, self.counting = str(path), counting
        self._db = _open(self.path)
        self._db.executescript(SCHEMA)
        self._contents: dict[bytes, int] = {}
        self._waiting: queue.Queue[list[Accepted] | threading.Event] = queue.Queue(WAITING)
        self._writer = threading.Thread(target=self._write_forever, name="inbox", daemon=True)
        self._writer.start()

    def keep(self, messages: list[Accepted]) -> None:
        """Write these down soon; `flush` tells when it is done."""
        self._waiting.put(messages)

    def flush(self) -> None:
        done = threading.Event()
        self._waiting.put(done)
        done.wait()

    def summary(self) -> JsonObject:
        self.flush()
        with closing(_open(self.path)) as db:
            emails, recipients = db.execute("SELECT emails, recipients FROM totals").fetchone()
            most = db.execute("SELECT max(emails) FROM recipients WHERE emails > 1").fetchone()[0]
        return {"emails": emails, "recipients": recipients, "most_to_one_recipient": most or min(emails, 1)}

    def each(self, to: str | None = None, after: int = 0) -> Iterator[Row]:
        """Oldest first, read as they are asked for."""
        self.flush()
        where, values = ("AND recipient = ?", (after, to)) if to else ("", (after,))
        yield from _rows(self.path, f"{EMAILS} WHERE emails.id > ? {where} ORDER BY emails.id", values)

    def newest(self, limit: int, to: str | None = None, before: int = 1 << 62) -> list[Row]:
        """Newest first."""
        self.flush()
        where, values = ("AND recipient = ?", (before, to, limit)) if to else ("", (before, limit))
        sql = f"{EMAILS} WHERE emails.id < ? {where} ORDER BY emails.id DESC LIMIT ?"
        return list(_rows(self.path, sql, values))

    def find(self, number: int) -> Row | None:
        self.flush()
        return next(_rows(self.path, f"{EMAILS} WHERE emails.id = ?", (number,)), None)

    def last_number(self) -> int:
        with closing(_open(self.path)) as db:
            return int(db.execute("SELECT numbers FROM totals").fetchone()[0])

    def saved_account(self) -> JsonObject:
        with closing(_open(self.path)) as db:
            return dict(json.loads(db.execute("SELECT account FROM totals").fetchone()[0]))

    def save_account(self, account: JsonObject) -> None:
        with closing(_open(self.path)) as db, db:
            db.execute("UPDATE totals SET account = ?", (json.dumps(account),))

    def _write_forever(self) -> None:
        db = _open(self.path)
        while True:
            batch = self._gather()
            messages = [message for each in batch if isinstance(each, list) for message in each]
            if messages:
                with db:
                    self._write(db, messages)
            for each in batch:
                if isinstance(each, threading.Event):
                    each.set()

    def _gather(self) -> list[list[Accepted] | threading.Event]:
        batch = [self._waiting.get()]
        while len(batch) < WAITING and not self._waiting.empty():
            batch.append(self._waiting.get())
        return batch

    def _write(self, db: sqlite3.Connection, messages: list[Accepted]) -> None:
        sent = [message for message in messages if message.fate.sent]
        counts = Counter(address.lower() for message in sent for address in message.recipients)
        added = db.executemany("INSERT OR IGNORE INTO recipients VALUES (?, 0)", [(a,) for a in counts]).rowcount
        changes = [(number, address) for address, number in counts.items()]
        db.executemany("UPDATE recipients SET emails = emails + ? WHERE address = ?", changes)
        db.execute(
            "UPDATE totals SET emails = emails + ?, recipients = recipients + ?, numbers = ?",
            (counts.total(), max(added, 0), messages[-1].number),
        )
        if not self.counting:
            self._write_emails(db, sent)

    def _write_emails(self, db: sqlite3.Connection, sent: Iterable[Accepted]) -> None:
        sql = "INSERT INTO emails (recipient, content, data, headers, message_id, sent_at) VALUES (?, ?, ?, ?, ?, ?)"
        db.executemany(sql, list(self._email_rows(db, sent)))

    def _email_rows(self, db: sqlite3.Connection, sent: Iterable[Accepted]) -> Iterator[tuple[Any, ...]]:
        digests: dict[int, int] = {}
        for message in sent:
            key = id(message.content)
            content = digests.get(key) or digests.setdefault(key, self._content_id(db, message.content))
            headers = json.dumps(message.headers)
            for address in message.recipients:
                yield address, content, message.data, headers, message.message_id, message.at

    def _content_id(self, db: sqlite3.Connection, content: Content) -> int:
        digest = content.digest
        if digest not in self._contents:
            if len(self._contents) >= CACHED_CONTENTS:
                self._contents.clear()
            parts = json.dumps([*content[:-1], sorted(content.holes)])
            db.execute("INSERT OR IGNORE INTO contents (digest, parts) VALUES (?, ?)", (digest, parts))
            found = db.execute("SELECT id FROM contents WHERE digest = ?", (digest,)).fetchone()
            self._contents[digest] = int(found[0])
        return self._contents[digest]


def _open(path: str) -> sqlite3.Connection:
    db = sqlite3.connect(path, timeout=60, check_same_thread=False)  # each is used by one thread at a time
    db.row_factory = sqlite3.Row
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("PRAGMA synchronous = OFF")  # a power cut may lose the inbox; a crash of ours does not
    return db


def _rows(path: str, sql: str, values: tuple[Any, ...]) -> Iterator[Row]:
    with closing(_open(path)) as db:
        yield from db.execute(sql, values)
