"""A mailing: one email written to many, and where it stands."""

from enum import StrEnum

import msgspec

from chalicelib.audiences.query import EVERYONE, Query
from chalicelib.mailings.breakers import Tally
from chalicelib.mailings.variant import LETTERS, REST, TEST, Trial, Variant, label_of

UNDO_SECONDS = 60
CHUNK = 50
# Why a mailing waits whose next recipients are not due yet.
ZONES = "zones"

# The numbers that the sweeper sums from the rows of the chunks: the four ends, and what came after.
SUMMED = ("sent", "refused", "suppressed", "unknown", "delivered", "bounced", "hard_bounced", "complained")


class Status(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    COUNTING = "counting"
    SENDING = "sending"
    PAUSED = "paused"
    WAITING = "waiting"
    FINISHED = "finished"
    STOPPED = "stopped"


def run_folder(group: str, run_name: str) -> str:
    return f"audiences/{group}/{run_name.replace('.', '/')}"


class Excluded(msgspec.Struct, frozen=True):
    """Whom the query found and the freeze left out, by reason."""

    outside: int = 0
    unsubscribed: int = 0
    bounced: int = 0
    hard_bounced: int = 0
    complained: int = 0

    @property
    def total(self) -> int:
        return self.outside + self.unsubscribed + self.bounced + self.complained


class Mailing(msgspec.Struct, frozen=True, kw_only=True):
    """`body` is sanitised HTML; `run` counts freezes, so hints of an undone one mean nothing; times are epoch seconds.

    `swept` is how many chunks were done when the sweeper last looked; `planning_until` is a planner's sign of life.
    `surveyed` is when the chunks were read that `sent` and the like were summed from, 0 while they are out of date.
    `released` is written by the first sender when `release_at` is over: from then on nothing can be undone.
    `size` is the frozen audience, `chunks` how it was cut, `hinted` how many chunks have been put on the queue in this
    `wave`: a new one each time that the mailing goes on, or that `among`, the number of mailings which share the rate,
    is another. `moved` is when the sweeper last saw it get on.
    `tries` counts how often some were written to again, `retrying` is the end they had met while the sweeper still
    looks for them; `closed` means that it was stopped before, so that nobody but they are written to.
    `tripped` is what a breaker paused it for, `accepted` what an organizer has accepted of that.
    `variants` are those beside the mailing itself, `dropped` the letters of those that did badly; the rest of the
    audience waits until `decide_at` for the `winner`. `sender_name` and `sender_address` are the group's own if empty.
    `own_time` (`2026-11-24T09:00`, or empty) is when it comes on each recipient's own wall; while it waits for the next
    of them to be due, it does so until `resumes_at`.
    Once finished, `sent + refused + suppressed + unknown == size`.
    """

    id: str
    group: str
    created: float
    subject: str = ""
    preheader: str = ""
    body: str = ""
    query: Query = EVERYONE
    status: Status = Status.DRAFT
    reason: str = ""
    edited: float = 0
    send_at: float = 0
    own_time: str = ""
    resumes_at: float = 0
    release_at: float = 0
    released: bool = False
    run: int = 0
    size: int = 0
    chunks: int = 0
    hinted: int = 0
    wave: int = 0
    among: int = 0
    moved: float = 0
    swept: int = -1
    planning_until: float = 0
    excluded: Excluded = Excluded()
    tries: int = 0
    retrying: str = ""
    closed: bool = False
    tripped: Tally | None = None
    accepted: Tally | None = None
    sender_name: str = ""
    sender_address: str = ""
    variants: list[Variant] = []
    trial: Trial = Trial()
    dropped: list[str] = []
    decide_at: float = 0
    winner: str = ""
    decided_at: float = 0
    finished_at: float = 0
    surveyed: float = 0
    sent: int = 0
    refused: int = 0
    suppressed: int = 0
    unknown: int = 0
    delivered: int = 0
    bounced: int = 0
    hard_bounced: int = 0
    complained: int = 0

    @property
    def name(self) -> str:
        """What it is called where several share the rate."""
        return f"{self.group}/{self.id}"

    @property
    def run_name(self) -> str:
        """What the rows and files of this freeze are known by."""
        return f"{self.id}.{self.run}"

    @property
    def folder(self) -> str:
        """Where the frozen audience and the compiled content lie in the files bucket."""
        return run_folder(self.group, self.run_name)

    @property
    def is_summed(self) -> bool:
        """It is at rest, and since then its rows have been summed."""
        return self.status in (Status.PAUSED, Status.FINISHED, Status.STOPPED) and self.surveyed > 0

    @property
    def tally(self) -> Tally:
        """What the breakers judge by, as it was last summed."""
        return Tally(self.sent, self.hard_bounced, self.complained)

    @property
    def awaits_test(self) -> bool:
        """Its variants have gone out, and nothing is sent before one of them is chosen."""
        return self.status == Status.WAITING and self.reason == TEST

    @property
    def letters(self) -> list[str]:
        """What its variants are known by; one that is none ('') when there are not several."""
        return list(LETTERS[: len(self.variants) + 1]) if self.variants else [""]

    def label_of(self, person: str) -> str:
        """Which variant a person gets, or the rest."""
        return label_of(self.id, person, len(self.letters), self.trial.share)

    def words_for(self, label: str) -> str:
        """The letter of what those with this label get; '' while there is none for those who wait."""
        return self.winner if label == REST or label in self.dropped else label

    def worded(self, letter: str) -> "Mailing":
        """This mailing as one of its variants."""
        if letter not in self.letters[1:]:
            return self
        told = msgspec.structs.asdict(self.variants[self.letters.index(letter) - 1])
        return msgspec.structs.replace(self, **{name: value for name, value in told.items() if value})

    def can_be_edited(self) -> bool:
        return self.status == Status.DRAFT

    def can_be_undone(self, now: float) -> bool:
        """Before the first email has left: for a minute, or until it is time for somebody."""
        held = self.status in (Status.COUNTING, Status.SENDING) and now < self.release_at
        return self.status == Status.SCHEDULED or ((held or self.status == Status.WAITING) and not self.released)


class Progress(msgspec.Struct, frozen=True):
    """The live numbers of a mailing under way. Added to after the rows are written, they may miss a crash."""

    sent: int = 0
    refused: int = 0
    suppressed: int = 0
    unknown: int = 0
    done: int = 0
    delivered: int = 0
    bounced: int = 0
    hard_bounced: int = 0
    complained: int = 0
    opened: int = 0
    unsubscribed: int = 0
    clicked: int = 0
    machine_clicks: int = 0

    @property
    def tally(self) -> Tally:
        """What the breakers judge by."""
        return Tally(self.sent, self.hard_bounced, self.complained)

    @property
    def settled(self) -> int:
        """How many recipients have met one of the four ends."""
        return self.sent + self.refused + self.suppressed + self.unknown

    def with_sums(self, mailing: Mailing) -> "Progress":
        """The numbers as they are in the rows, when nothing moves; and else no less than when they were last read."""
        summed = {name: getattr(mailing, name) for name in SUMMED}
        if not mailing.is_summed:
            summed = {name: max(count, getattr(self, name)) for name, count in summed.items()}
        return msgspec.structs.replace(self, **summed)
