"""Every email we send on our own account: one function each, giving a message. Words in `texts/`, shape in templates.

Nothing that a supporter typed stands in those that go to an address which someone else may have entered: it must not
carry their words. Only `notice` tells what they wrote, to whom the organizer named.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chalicelib import config, rendering, texts
from chalicelib.action_types import of
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.store import Action
from chalicelib.mailings import unsubscribe
from chalicelib.mailings.message import Message
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network import accent
from chalicelib.network.group import Group
from chalicelib.people.person import Person
from chalicelib.plain_text import clean


class Parts(NamedTuple):
    """What a mail program may show; each is written, neither made from the other."""

    html: str
    text: str


def thank_you(group: Group, page: ActionPage, person: Person, url: str) -> Message:
    """To someone who took action, in the language of the page. `url` is where this installation is found."""
    address, code = f"{url}/{group.slug}/{page.slug}", person.referrer_code
    leave_link = f"{url}/u/{unsubscribe.token(Leaver(group.id, person.id))}"
    subject = page.email_subject or clean(texts.say(page.language, f"{page.type}.email_subject", title=page.title))
    values = {
        "group": group,
        "page": page,
        "share_link": f"{address}?referrer={code}&source=email",
        "thanks_link": f"{address}/thanks?code={code}",
        "leave_link": leave_link,
    }
    parts = _parts(page.language, "thank_you", subject, group.accent, values)
    return Message(
        to=person.email,
        sender_name=clean(group.from_name),
        sender_address=clean(group.mail_address),
        reply_to=clean(group.reply_to),
        subject=subject,
        html=parts.html,
        text=parts.text,
        headers=unsubscribe.headers(leave_link),
    )


class Told(NamedTuple):
    """Who acted in some minutes and how, how many `others` did, and whether even more came than were counted."""

    taken: Sequence[tuple[Person, Action]]
    others: int
    more: bool


def notice(group: Group, page: ActionPage, to: str, told: Told) -> Message:
    """To somebody whom an organizer wants told who acted."""
    count = len(told.taken) + told.others
    subject = clean(texts.say_count(page.language, "email.notice.subject", count, title=page.title))
    asked, results = of(page.type).questions(page), f"{config.public_url()}/console/actions/{page.id}"
    values = {"group": group, "page": page, "asked": asked, "results": results, **told._asdict()}
    parts = _parts(page.language, "notice", subject, group.accent, values)
    return Message(
        to=to,
        sender_name=clean(group.from_name),
        sender_address=clean(group.mail_address),
        subject=subject,
        html=parts.html,
        text=parts.text,
    )


def sign_in_link(email: str, url: str, language: str) -> Message:
    """To an organizer who asked to sign in. `url` is the link itself."""
    subject = texts.say(language, "email.sign_in.subject")
    parts = _parts(language, "sign_in_link", subject, accent.DEFAULT, {"link": url})
    return Message(
        to=email,
        sender_name="Muster",
        sender_address=config.mail_from(),
        subject=subject,
        html=parts.html,
        text=parts.text,
    )


def _parts(language: str, template: str, subject: str, colour: str, values: dict[str, Any]) -> Parts:
    colour = accent.usable(colour)
    look = {"subject": subject, "accent": colour, "on_accent": accent.on_accent(colour)}
    everything = rendering.in_language(language) | look | values
    return Parts(*(rendering.render(f"email/{template}.{kind}", **everything) for kind in ("html", "txt")))
