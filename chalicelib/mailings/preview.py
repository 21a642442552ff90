"""A mailing as one person would get it, made by the sender's own renderer; and what stands in the way of sending it."""

from chalicelib import config
from chalicelib.giving import terms
from chalicelib.mailings import asks, content, merge, preflight, unsubscribe
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.entries import fields
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.message import Message
from chalicelib.mailings.preflight import Finding, Level, Shares
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network.group import Group
from chalicelib.people.person import Gifts, Person


def message_for(mailing: Mailing, group: Group, person: Person | None, letter: str = "") -> Message:
    """What `person` would get; an invented Ada when there is nobody yet (her unsubscribe link does nothing)."""
    frozen = content.compile_for(mailing, group, letter)
    recipient = _recipient(person, group)
    link = unsubscribe.link(Leaver(group.id, person.id, mailing.id)) if person else f"{config.public_url()}/u/preview"
    words = merge.substitute(frozen.compiled, frozen.compiled.fill(fields(recipient, group.name, link)))
    sender_name, sender_address = content.sender_of(mailing.worded(letter), group)
    return Message(
        to=recipient.email,
        sender_name=sender_name,
        sender_address=sender_address,
        reply_to=group.reply_to,
        subject=words.subject,
        html=asks.led(words.html, frozen.home, recipient),
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


def _recipient(person: Person | None, group: Group) -> Recipient:
    shown = person or _invented(group)
    known = (shown.id, shown.email, shown.given_name, shown.family_name, shown.zip_code)
    return Recipient(*known, asks.teller(group, asks.FIELDS)(shown))


def _invented(group: Group) -> Person:
    return Person(
        id="",
        group=group.id,
        email="ada@example.org",
        given_name="Ada",
        family_name="Lovelace",
        zip_code="12345",
        gifts=Gifts(currency=terms.of(group).currency, highest=5000, last=2500),
    )
