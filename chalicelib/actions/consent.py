"""What people agree to when they act: the lists they join, each their own choice, in a text kept by its version."""

from collections.abc import Sequence
from hashlib import sha256
from typing import NamedTuple

from chalicelib import texts
from chalicelib.actions.submission import Fields, Problem, last
from chalicelib.network.group import Group


class Consent(NamedTuple):
    """What a form offers: a line for each list (a group), and whether people must tick it themselves."""

    groups: tuple[Group, ...]
    lines: tuple[str, ...]
    closing: str
    opt_in: bool

    @property
    def text(self) -> str:
        """All that is read, and whether the boxes were ticked: that is part of what was agreed to."""
        box = "[ ]" if self.opt_in else "[x]"
        return "\n".join([*(f"{box} {line}" for line in self.lines), self.closing])

    @property
    def version(self) -> str:
        return sha256(self.text.encode()).hexdigest()[:16]


class Agreed(NamedTuple):
    """The version of the text that somebody saw ('' when none was shown), and the ids of the groups they join."""

    version: str
    joins: tuple[str, ...]


def offered(language: str, groups: Sequence[Group], *, opt_in: bool) -> Consent:
    lines = tuple(texts.say(language, "consent.list", group=group.name) for group in groups)
    return Consent(tuple(groups), lines, texts.say(language, "consent.leave"), opt_in)


def read_consent(fields: Fields, offer: Consent) -> Agreed | Problem:
    """What somebody chose. Whoever saw another text is asked again: they agreed to that, not to this."""
    seen = last(fields, "consent")
    if not seen:
        return Agreed("", () if offer.opt_in else tuple(group.id for group in offer.groups))
    if seen != offer.version:
        return Problem("consent", "consent_changed")
    return Agreed(seen, tuple(group.id for group in offer.groups if group.slug in fields.get("join", ())))
