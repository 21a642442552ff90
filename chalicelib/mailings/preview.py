"""A mailing as one person would get it, made by the sender's own renderer; and what stands in the way of sending it."""

from chalicelib import config, markup
from chalicelib.mailings import content, merge, unsubscribe
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.entries import fields
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.message import Message
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network.group import Group
from chalicelib.people.person import Person

# Gmail cuts an email at about 102 kB, and the unsubscribe link with it.
_MOST_BYTES = 95_000
_MANY_BYTES = 80_000

_NO_ADDRESS = "Add your group’s postal address in Settings: the law wants it in every mailing."
_GAP = '“{}” leaves a gap for people who have not told you theirs. Fill it: {{{{ {} | default: "friend" }}}}.'


def message_for(mailing: Mailing, group: Group, person: Person | None) -> Message:
    """What `person` would get; an invented Ada when there is nobody yet (her unsubscribe link does nothing)."""
    frozen = content.compile_for(mailing, group)
    recipient = _recipient(person)
    link = unsubscribe.link(Leaver(group.id, person.id, mailing.id)) if person else f"{config.public_url()}/u/preview"
    words = merge.substitute(frozen.compiled, frozen.compiled.fill(fields(recipient, group.name, link)))
    return Message(
        to=recipient.email,
        sender_name=group.from_name,
        sender_address=group.mail_address,
        reply_to=group.reply_to,
        subject=words.subject,
        html=words.html,
        text=words.text,
        headers=unsubscribe.headers(link),
    )


def problems(mailing: Mailing, group: Group) -> list[str]:
    """What must be put right before it can be sent."""
    missing = {
        "Write a subject.": not mailing.subject.strip(),
        "Write what you want to say.": markup.is_empty(mailing.body),
        _NO_ADDRESS: not group.postal_address.strip(),
    }
    found = [problem for problem, is_missing in missing.items() if is_missing]
    for words in _words(mailing):
        found += [problem for problem in merge.problems(words) if problem not in found]
    size = _size(mailing, group)
    if size > _MOST_BYTES:
        found.append(f"The email has {size // 1000} kB; above {_MOST_BYTES // 1000} kB mail programs cut it off.")
    return found


def warnings(mailing: Mailing, group: Group) -> list[str]:
    """What had better be put right."""
    found = [_GAP.format(merge.FIELDS[name], name) for name in merge.without_default(" ".join(_words(mailing)))]
    if _MANY_BYTES < (size := _size(mailing, group)) <= _MOST_BYTES:
        found.append(f"The email has {size // 1000} kB. Shorter ones arrive better.")
    if "<img" in mailing.body and 'alt=""' in mailing.body:
        found.append("A picture has no text for people who cannot see it.")
    return found


def _words(mailing: Mailing) -> tuple[str, str, str]:
    return mailing.subject, mailing.preheader, mailing.body


def _size(mailing: Mailing, group: Group) -> int:
    return len(content.compile_for(mailing, group).compiled.html.encode())


def _recipient(person: Person | None) -> Recipient:
    if person is None:
        return Recipient("", "ada@example.org", "Ada", "Lovelace", "12345")
    return Recipient(person.id, person.email, person.given_name, person.family_name, person.zip_code)
