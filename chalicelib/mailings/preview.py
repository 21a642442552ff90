"""A mailing as one person would get it, made by the sender's own renderer; and what stands in the way of sending it."""

from chalicelib import config
from chalicelib.mailings import content, merge, preflight, unsubscribe
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.entries import fields
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.message import Message
from chalicelib.mailings.preflight import Finding, Level, Shares
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network.group import Group
from chalicelib.people.person import Person


def message_for(mailing: Mailing, group: Group, person: Person | None, letter: str = "") -> Message:
    """What `person` would get; an invented Ada when there is nobody yet (her unsubscribe link does nothing)."""
    frozen = content.compile_for(mailing, group, letter)
    recipient = _recipient(person)
    link = unsubscribe.link(Leaver(group.id, person.id, mailing.id)) if person else f"{config.public_url()}/u/preview"
    words = merge.substitute(frozen.compiled, frozen.compiled.fill(fields(recipient, group.name, link)))
    sender_name, sender_address = content.sender_of(mailing.worded(letter), group)
    return Message(
        to=recipient.email,
        sender_name=sender_name,
        sender_address=sender_address,
        reply_to=group.reply_to,
        subject=words.subject,
        html=words.html,
        text=words.text,
        headers=unsubscribe.headers(link),
    )


def check(mailing: Mailing, group: Group, shares: Shares | None = None) -> list[Finding]:
    """What is to be said of it before it is sent; where variants differ, of which."""
    found = {
        letter: preflight.written(
            mailing.worded(letter), group, content.compile_for(mailing, group, letter).compiled, shares
        )
        for letter in mailing.letters
    }
    common = set.intersection(*(set(findings) for findings in found.values()))
    told = [
        finding if finding in common else finding._replace(words=f"{letter.upper()}: {finding.words}")
        for letter, findings in found.items()
        for finding in findings
    ]
    return list(dict.fromkeys([*told, *_the_same(mailing)]))


def _the_same(mailing: Mailing) -> list[Finding]:
    """A test of two that do not differ tells nothing."""
    seen: dict[tuple[str, ...], str] = {}
    words = "{} is the same as {}. Change one of them, or take it away."
    return [
        Finding(Level.WARN, "same", words.format(letter.upper(), first.upper()))
        for letter in mailing.letters
        if (first := seen.setdefault(_differing(mailing.worded(letter)), letter)) != letter
    ]


def _differing(worded: Mailing) -> tuple[str, ...]:
    return worded.subject, worded.sender_name, worded.sender_address, worded.body


def problems(mailing: Mailing, group: Group) -> list[str]:
    """What must be put right before it can be sent."""
    return [finding.words for finding in check(mailing, group) if finding.level == Level.BLOCK]


def warnings(mailing: Mailing, group: Group) -> list[str]:
    """What had better be put right."""
    return [finding.words for finding in check(mailing, group) if finding.level == Level.WARN]


def _recipient(person: Person | None) -> Recipient:
    if person is None:
        return Recipient("", "ada@example.org", "Ada", "Lovelace", "12345")
    return Recipient(person.id, person.email, person.given_name, person.family_name, person.zip_code)
