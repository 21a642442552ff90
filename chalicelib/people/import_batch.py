"""One batch of an import: who the rows are about, what is new about them, and writing that down."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from hashlib import sha256
from typing import NamedTuple, TypeVar

import msgspec

from chalicelib import config
from chalicelib.network.group import Group
from chalicelib.people import columns, store
from chalicelib.people.csv_file import Record
from chalicelib.people.import_store import Counts, Import
from chalicelib.people.person import Person, Subscription, person_id
from chalicelib.people.subscription import address_hash

MOST_ERRORS = 5000

_MOST_TAGS = 50
_LONGEST_ROW = 300
# What DynamoDB takes in one call, and calls at the same time: what one Lambda can keep busy.
_A_CALL = 100
_AT_ONCE = 10

_NAMES = ("given_name", "family_name", "zip_code", "language")

_Part = TypeVar("_Part")
_Answer = TypeVar("_Answer")


class RowError(msgspec.Struct, frozen=True):
    """A row that cannot be imported, and why. `cells` are cut where the row is long."""

    line: int
    problem: str
    cells: list[str]


class Seen:
    """What a pass has met in the file so far: ids and words (eight bytes of each), and the rows that are wrong."""

    def __init__(self) -> None:
        self._ids: set[int] = set()
        self._words: Counter[int] = Counter()
        self.errors: list[RowError] = []

    def for_the_first_time(self, person: str) -> bool:
        before = len(self._ids)
        self._ids.add(int(person[:16], 16))
        return len(self._ids) > before

    def before(self, words: str) -> int:
        """How often these words were met before."""
        key = int.from_bytes(sha256(words.encode()).digest()[:8])
        self._words[key] += 1
        return self._words[key] - 1

    def wrong(self, record: Record, problem: str) -> None:
        if len(self.errors) < MOST_ERRORS:
            self.errors.append(RowError(record.line, str(problem), _cut(record.cells)))


class Told(NamedTuple):
    """What rows say: people by id, who of them is met for the first time, how many rows are wrong or repeat someone."""

    people: dict[str, Person]
    first: set[str]
    invalid: int
    repeated: int


class Found(NamedTuple):
    """What rows mean for the list: people as they shall be, and the numbers."""

    new: list[Person]
    changed: list[Person]
    counts: Counts


def read(work: Import, group: Group, records: Iterable[Record], seen: Seen) -> Told:
    """What rows say of whom. Changes nothing but what has been seen."""
    people: dict[str, Person] = {}
    first: set[str] = set()
    invalid = repeated = 0
    tags = frozenset([work.tag] if work.tag else [])
    for record in records:
        row = columns.read_row(record.cells, work.meanings) if not record.problem else columns.Wrong(record.problem)
        if isinstance(row, columns.Wrong):
            seen.wrong(record, row)
            invalid += 1
            continue
        person = _person(work, group, row, tags)
        if seen.for_the_first_time(person.id):
            first.add(person.id)
        else:
            repeated += 1
        people[person.id] = _merged(people[person.id], person) if person.id in people else person
    return Told(people, first, invalid, repeated)


def compare(work: Import, told: Told) -> Found:
    """What rows would change on the list. Changes nothing."""
    known = known_people(work.group, told.people)
    new = [person for who, person in told.people.items() if who not in known]
    changed = [person for who, person in told.people.items() if who in known and _differs(person, known[who])]
    new, suppressed = _with_standing(new)
    first = told.first
    counts = Counts(
        new=sum(person.id in first for person in new),
        updated=sum(person.id in first for person in changed),
        unchanged=len(first & known.keys()) - sum(person.id in first for person in changed),
        invalid=told.invalid,
        repeated=told.repeated,
        unsubscribed=sum(known[who].subscription != Subscription.SUBSCRIBED for who in first & known.keys()),
        suppressed=len(suppressed & first),
    )
    return Found(new, changed, counts)


def write(work: Import, found: Found) -> Counts:
    """Write what was found; by what its counts were wrong: who came to the list meanwhile, by signing, stays as they
    are on it."""
    beaten = add_people(work, found.new)
    at_once(partial(store.update_people, at=work.created), hundreds([*beaten, *found.changed]))
    return Counts(new=-len(beaten), updated=len(beaten))


def news(counts: Counts) -> dict[str, int]:
    """What of it the group's own numbers grow by."""
    return {"people": counts.new, "subscribed": counts.new - counts.suppressed}


def add_people(work: Import, people: Sequence[Person]) -> list[Person]:
    """Write people who are new on the list; those found there meanwhile are given back, as they were told."""
    add = partial(store.add_new_people, at=work.created, source=f"import:{work.id}")
    return [person for part in at_once(add, hundreds(people)) for person in part]


def _person(work: Import, group: Group, row: dict[str, str], tags: frozenset[str]) -> Person:
    if own := row.get("tags"):
        names = [tag.strip()[:64].strip() for tag in own.replace(";", ",").replace("|", ",").split(",")]
        tags |= frozenset([name for name in names if name][:_MOST_TAGS])
    return Person(
        id=person_id(group.salt, row["email"]),
        group=group.id,
        email=row["email"],
        given_name=row.get("given_name", ""),
        family_name=row.get("family_name", ""),
        zip_code=row.get("zip_code", "").upper(),
        language=columns.language(row["language"]) if "language" in row else "",
        tags=tags,
        created=work.created,
    )


def _merged(before: Person, later: Person) -> Person:
    """Two rows about one person: the later one tells, where it says anything."""
    told = {name: getattr(later, name) or getattr(before, name) for name in _NAMES}
    return msgspec.structs.replace(later, tags=before.tags | later.tags, **told)


def _differs(told: Person, known: Person) -> bool:
    """True when the row says something of a person that the list does not."""
    news = any(getattr(told, name) and getattr(told, name) != getattr(known, name) for name in _NAMES)
    return news or not told.tags <= known.tags


def known_people(group: str, people: Iterable[str]) -> dict[str, Person]:
    """By id, those who are on the list."""
    parts = at_once(partial(store.find_many, group), hundreds(list(people)))
    return {who: person for part in parts for who, person in part.items()}


def _with_standing(people: list[Person]) -> tuple[list[Person], set[str]]:
    """New people with the subscription that they shall have; and the ids of those whose address must not be mailed."""
    secret = config.secret()
    hashes = {person.id: address_hash(person.email, secret) for person in people}
    parts = at_once(store.suppressed, hundreds(list(hashes.values())))
    reasons = {address: reason for part in parts for address, reason in part.items()}
    standing = {who: Subscription(reasons[address]) for who, address in hashes.items() if address in reasons}
    changed = [
        msgspec.structs.replace(person, subscription=standing[person.id]) if person.id in standing else person
        for person in people
    ]
    return changed, set(standing)


def hundreds(many: Sequence[_Part]) -> list[Sequence[_Part]]:
    return [many[start : start + _A_CALL] for start in range(0, len(many), _A_CALL)]


def at_once(ask: Callable[[_Part], _Answer], parts: Sequence[_Part]) -> list[_Answer]:
    """Ask for all parts, several at a time: each waits for DynamoDB most of its time."""
    if len(parts) < 2:
        return [ask(part) for part in parts]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        return list(pool.map(ask, parts))


def _cut(cells: Iterable[str]) -> list[str]:
    left, kept = _LONGEST_ROW, []
    for cell in cells:
        kept.append(cell[:left])
        left = max(0, left - len(cell))
    return kept
