"""A chunk: fifty recipients claimed and sent together, and what became of each of them.

A recipient is known by their place in the chunk (0 to 49). Outcomes are sets and maps by place, so adding one twice, or
in any order, ends the same.
"""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

import msgspec

from chalicelib.mailings import clicks
from chalicelib.mailings.clicks import Click

# Whoever claims a chunk has it for so long.
CLAIM_SECONDS = 120


class State(StrEnum):
    PENDING = "p"
    CLAIMED = "c"
    DONE = "d"


class Recipient(msgspec.Struct, frozen=True, array_like=True):
    """A person as frozen for one mailing: what the merge fields need, and the address.

    `told`: what else the mailing says of them, by merge field, in its own words (`asks.py`).
    """

    id: str
    email: str
    given_name: str = ""
    family_name: str = ""
    zip_code: str = ""
    told: Mapping[str, str] = {}


class Chunk(msgspec.Struct, frozen=True, kw_only=True):
    """`run` is `<mailing>.<run>`; the recipients are `length` bytes from `start` on in the run's file number `file`.

    Nobody is written to before `due` (epoch seconds, 0 for at once).
    `tries` is the latest time that some of them were to be written to again, `again` who: which time, after which end.
    """

    run: str
    number: int
    size: int
    file: int
    start: int
    length: int
    group: str = ""
    variant: str = ""
    due: int = 0
    state: State = State.PENDING
    token: str = ""
    deadline: float = 0
    attempts: int = 0
    tries: int = 0
    again: Mapping[int, tuple[int, str]] = {}
    sent: frozenset[int] = frozenset()
    refused: Mapping[int, str] = {}
    suppressed: Mapping[int, str] = {}
    unknown: frozenset[int] = frozenset()
    delivered: frozenset[int] = frozenset()
    bounced: Mapping[int, str] = {}
    complained: frozenset[int] = frozenset()
    opened: frozenset[int] = frozenset()
    unsubscribed: frozenset[int] = frozenset()
    clicks: frozenset[int] = frozenset()

    @property
    def open(self) -> list[int]:
        """Places of the recipients who have met no end yet."""
        settled = self.sent | self.refused.keys() | self.suppressed.keys() | self.unknown
        return [place for place in range(self.size) if place not in settled]

    def is_outdated(self, place: int, end: str, tries: int) -> bool:
        """True when to be told of this end, met at the time `tries`, says nothing about a recipient written to again.

        Who was refused then was not sent anything; who was unknown may be told to have got it all the same.
        """
        latest, before = self.again.get(place, (0, ""))
        return tries < latest and (end == "refused" or (end == "sent" and before == "refused"))

    def with_facts(self, told: "Outcome") -> "Chunk":
        """The same, with more known."""
        return msgspec.structs.replace(
            self,
            sent=self.sent | told.sent,
            unknown=self.unknown | told.unknown,
            refused={**self.refused, **told.refused},
            suppressed={**self.suppressed, **told.suppressed},
            delivered=self.delivered | told.delivered,
            bounced={**self.bounced, **told.bounced},
            complained=self.complained | told.complained,
            opened=self.opened | told.opened,
            unsubscribed=self.unsubscribed | told.unsubscribed,
            clicks=self.clicks | told.clicks,
        )

    @property
    def human_clicks(self) -> set[Click]:
        return clicks.human(self.clicks, self.deadline - CLAIM_SECONDS) if self.clicks else set()

    @property
    def measured(self) -> dict[str, int]:
        """What a variant is judged by."""
        told = self.numbers() | self.reactions()
        return {name: told[name] for name in _MEASURED}

    @property
    def machine_clicks(self) -> int:
        return len(self.clicks) - len(self.human_clicks)

    @property
    def clicked(self) -> set[int]:
        """Places of the people who followed a link, machines left out."""
        return {click.place for click in self.human_clicks}

    @property
    def people_by_link(self) -> Counter[str]:
        """How many people followed each link, by the link's name among the counters."""
        followed = {(click.name, click.place) for click in self.human_clicks}
        return Counter(name for name, _ in followed)

    def ends(self) -> dict[str, set[int]]:
        """Each recipient under the one end they met; those who are open under none."""
        refused, suppressed = set(self.refused), set(self.suppressed)
        sent = self.sent - refused
        return {
            "sent": set(sent),
            "refused": refused,
            "suppressed": suppressed - sent - refused,
            "unknown": set(self.unknown - sent - refused - suppressed),
        }

    def numbers(self) -> dict[str, int]:
        """How many met each end, and how many each thing happened to afterwards."""
        ends = {name: len(places) for name, places in self.ends().items()}
        afterwards = {name: len(getattr(self, name)) for name in _AFTERWARDS}
        return ends | afterwards | {"hard_bounced": len(hard(self.bounced))}

    def reactions(self) -> dict[str, int]:
        """What recipients did, which is counted as it comes and not summed from the rows. Machines open emails too."""
        return {
            "opened": len(self.opened),
            "unsubscribed": len(self.unsubscribed),
            "clicked": len(self.clicked),
            "machine_clicks": self.machine_clicks,
        }


class Outcome(msgspec.Struct, frozen=True, kw_only=True):
    """Facts about recipients of one chunk, by place. `refused`, `suppressed` and `bounced` say why."""

    sent: frozenset[int] = frozenset()
    refused: Mapping[int, str] = {}
    suppressed: Mapping[int, str] = {}
    unknown: frozenset[int] = frozenset()
    delivered: frozenset[int] = frozenset()
    bounced: Mapping[int, str] = {}
    complained: frozenset[int] = frozenset()
    opened: frozenset[int] = frozenset()
    unsubscribed: frozenset[int] = frozenset()
    clicks: frozenset[int] = frozenset()

    def news(self, before: Chunk) -> dict[str, int]:
        """How much each number of the mailing grows by these facts, those already known left out.

        Less than nothing when somebody moves to another end (what SES took and could not render was not sent), and when
        a click turns out to be one of many that a machine made.
        """
        after = before.with_facts(self)
        numbers, numbers_before = after.numbers(), before.numbers()
        if self.clicks or self.opened or self.unsubscribed:
            numbers, numbers_before = numbers | after.reactions(), numbers_before | before.reactions()
        grown = {name: count - numbers_before[name] for name, count in numbers.items()}
        if before.variant:
            grown |= {f"{before.variant}_{name}": grown[name] for name in _MEASURED if name in grown}
        return {name: count for name, count in grown.items() if count}


def hard(bounced: Mapping[int, str]) -> set[int]:
    """Those who bounced for good."""
    return {place for place, why in bounced.items() if is_hard(why)}


def is_hard(why: str) -> bool:
    """True for a bounce that will not mend, when SES tried: not of those whom it knew already, and never tried."""
    return why.startswith("Permanent") and ON_SUPPRESSION_LIST not in why


NOTHING = Outcome()
# SES's word for an address that stands on the account's own list: it sent nothing.
ON_SUPPRESSION_LIST = "OnAccountSuppressionList"

_MEASURED = ("sent", "opened", "clicked", "unsubscribed", "complained")
_AFTERWARDS = ("delivered", "bounced", "complained")


class Hint(msgspec.Struct, frozen=True):
    """Stands on the `sends` queue: this chunk may be waiting. Only its row knows whether it is.

    `wave` is the mailing's when the hint was given: hints of an earlier one are left behind, as each going on hints at
    everything anew. None stands in every wave.
    """

    group: str
    mailing: str
    run: int
    chunk: int
    size: int
    wave: int | None = None

    @property
    def name(self) -> str:
        """What its mailing is called where several share the rate."""
        return f"{self.group}/{self.mailing}"

    @property
    def whose(self) -> str:
        """By which SQS is fair: no mailing keeps the others waiting."""
        return self.mailing
