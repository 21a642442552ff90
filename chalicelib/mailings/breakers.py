"""Breakers: when a mailing pauses itself, because its list is doing harm to everybody who sends from this account.

Judged by what was sent, as SES itself does. Bounces are told within seconds and deliveries in a file a minute later, so
a rate among those heard of would be far too high at first. What SES did not send at all, because the address stands on
the account's own suppression list, says nothing new and is left out.

The audience lies in the order of random ids, so its beginning is a fair sample of all of it. Judged after every email,
a list with 1 % bad addresses is paused without need in 3 of 100 mailings, one with 4 % never gets beyond a few hundred.
With 2 complaints in 10,000 the former happens in 5 of 100, with 30 it is paused after the first thousand.
"""

from typing import NamedTuple

import msgspec

from chalicelib.mailings.chunk import Chunk, hard


class Tally(msgspec.Struct, frozen=True):
    """What is known of a mailing: how many emails SES took, how many came back, how many were complained of."""

    sent: int = 0
    hard_bounced: int = 0
    complained: int = 0

    def plus(self, chunk: Chunk) -> "Tally":
        return Tally(
            self.sent + len(chunk.ends()["sent"]),
            self.hard_bounced + len(hard(chunk.bounced)),
            self.complained + len(chunk.complained),
        )

    def since(self, earlier: "Tally") -> "Tally":
        return Tally(
            max(0, self.sent - earlier.sent),
            max(0, self.hard_bounced - earlier.hard_bounced),
            max(0, self.complained - earlier.complained),
        )


class Limit(NamedTuple):
    """Trips at `rate` of those sent; before `sent` of them and `cases` such it would be chance."""

    rate: float
    sent: int
    cases: int

    def is_reached(self, cases: int, sent: int) -> bool:
        return sent >= self.sent and cases >= self.cases and cases >= self.rate * sent


BOUNCES, COMPLAINTS = "bounces", "complaints"
LIMITS = {BOUNCES: Limit(0.03, 100, 5), COMPLAINTS: Limit(0.0008, 1000, 3)}

_WORDS = {
    BOUNCES: "{cases:,} of {sent:,} emails ({rate:.1f} %) came back because there is no such "
    "address. From 3 % on, mailbox providers take all your mail for spam. Find out where these addresses come from",
    COMPLAINTS: "{cases:,} of {sent:,} emails ({rate:.2f} %) were reported as spam. From 0.08 % on, "
    "mailbox providers take all your mail for spam. Make sure that these people asked to hear from you",
}


def verdict(told: Tally, accepted: Tally | None) -> str:
    """Which breaker trips (`bounces` or `complaints`), or ''.

    What an organizer has accepted is not held against them again: it judges what came since, and not before as many
    more have been sent. So a mailing asks a few times at most, however long it is.
    """
    since = told.since(accepted) if accepted else told
    if accepted and since.sent < accepted.sent:
        return ""
    return next((name for name, limit in LIMITS.items() if limit.is_reached(_cases(name, since), since.sent)), "")


def in_words(reason: str, tripped: Tally | None) -> str:
    """Why it paused, with the numbers it was paused for; '' when no breaker did."""
    if reason not in LIMITS:
        return ""
    return f"It paused itself: {_told(reason, tripped or Tally())}, and stop the mailing if you cannot."


def afterwards(told: Tally) -> str:
    """What is to be said of a mailing that was over before a breaker could pause it; '' when all is well."""
    reason = verdict(told, None)
    return f"{_told(reason, told)} before you write to them again." if reason else ""


def _told(reason: str, tally: Tally) -> str:
    cases = _cases(reason, tally)
    return _WORDS[reason].format(cases=cases, sent=tally.sent, rate=100 * cases / max(1, tally.sent))


def _cases(name: str, tally: Tally) -> int:
    return tally.hard_bounced if name == BOUNCES else tally.complained
