"""Who got what: SES's own book beside the rows, person by person."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import NamedTuple

from chalicelib.mailings import audience_files, chunk_store
from chalicelib.mailings.mailing import Mailing

# Whoever leaves is not written to a second later.
_GRACE = 1.0


class Book(NamedTuple):
    """Email addresses behind each number. `wrong_sums` says where a total differs from what it adds up."""

    lost: set[str]
    doubled: set[str]
    unknown: set[str]
    after_leaving: set[str]
    wrong_sums: list[str]

    @property
    def clean(self) -> bool:
        return not (self.lost or self.doubled or self.after_leaving or self.wrong_sums)


def book(mailing: Mailing, inbox: Path, left: Mapping[str, float]) -> Book:
    """`left` tells when each address was gone: unsubscribed or deleted, seconds since 1970."""
    sent_at, times = _inbox(inbox)
    ends = _ends(mailing)
    frozen = set().union(*ends.values())
    written_off = ends["suppressed"] | ends["refused"] | ends["unknown"]
    return Book(
        lost=frozen - set(times) - written_off,
        doubled={address for address, count in times.items() if count > 1},
        unknown=ends["unknown"],
        after_leaving={address for address, at in left.items() if sent_at.get(address, 0) > at + _GRACE},
        wrong_sums=_wrong_sums(mailing, ends, set(times)),
    )


def _inbox(path: Path) -> tuple[dict[str, float], Counter[str]]:
    with closing(sqlite3.connect(path)) as db:
        rows = db.execute("SELECT recipient, max(sent_at), count(*) FROM emails GROUP BY recipient").fetchall()
    return {address: at for address, at, _ in rows}, Counter({address: count for address, _, count in rows})


def _ends(mailing: Mailing) -> dict[str, set[str]]:
    ends: dict[str, set[str]] = {end: set() for end in ("sent", "refused", "suppressed", "unknown", "open")}
    reader = audience_files.Reader()
    for chunk in chunk_store.each(mailing.run_name):
        recipients = reader.recipients_of(mailing.folder, chunk)
        for end, places in chunk.ends().items():
            ends[end] |= {recipients[place].email for place in places}
        ends["open"] |= {recipients[place].email for place in chunk.open}
    return ends


def _wrong_sums(mailing: Mailing, ends: Mapping[str, set[str]], mailed: set[str]) -> list[str]:
    wrong = [
        f"{end}: {len(people)} in the rows, {getattr(mailing, end)} on the mailing"
        for end, people in ends.items()
        if end != "open" and len(people) != getattr(mailing, end)
    ]
    if (total := sum(map(len, ends.values()))) != mailing.size:
        wrong.append(f"{total} people in the rows, {mailing.size} frozen")
    if ends["open"]:
        wrong.append(f"{len(ends['open'])} people without an end")
    if never := ends["sent"] - mailed:
        wrong.append(f"{len(never)} people said to be sent whom SES does not know")
    return wrong
