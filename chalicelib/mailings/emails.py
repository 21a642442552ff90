"""Every email we send on our own account: one function each, giving a message. Words in `texts/`, shape in templates.

Nothing that a supporter typed stands in those that go to an address which someone else may have entered: it must not
carry their words. Only `notice` tells what they wrote, to whom the organizer named.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from chalicelib import action_types, config, rendering, texts
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.store import Action
from chalicelib.mailings import unsubscribe
from chalicelib.mailings.message import Message
from chalicelib.mailings.outbox import PageNews
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network import accent
from chalicelib.network.group import Group
from chalicelib.people.person import Person
from chalicelib.plain_text import clean


class Parts(NamedTuple):
    """What a mail program may show; each is written, neither made from the other."""

    html: str
    text: str


def thank_you(group: Group, page: ActionPage, person: Person, url: str) -> Message | None:
    """To someone who took action, in the language of the page. `url` is where this installation is found.

    None where the page's type has nothing to thank for any more.
    """
    names = {
        "subject": f"{page.type}.email_subject",
        "heading": f"{page.type}.thanks",
        "text": f"{page.type}.email_text",
    }
    own = action_types.of(page.type).thank_you(group, page, person)
    if own is None:
        return None
    # The organizer's own words thank for what was done; where the type has other news, they would be wrong.
    theirs = {} if "subject" in own else {"subject_words": page.email_subject, "words": page.email_text}
    everything = {"words": ""} | names | theirs | own
    return _to_supporter(group, page, person, template="thank_you", own=everything, url=url)


def page_news(group: Group, page: ActionPage, person: Person, news: PageNews, url: str) -> Message | None:
    """To someone who took action, what the page's type has to tell; None when it is not true any more."""
    own = action_types.of(page.type).told(group, page, person, news.news, news.about)
    return None if own is None else _to_supporter(group, page, person, template="page_news", own=own, url=url)


def _to_supporter(
    group: Group, page: ActionPage, person: Person, *, template: str, own: dict[str, Any], url: str
) -> Message:
    address, code = f"{url}/{group.slug}/{page.slug}", person.referrer_code
    leave_link = f"{url}/u/{unsubscribe.token(Leaver(group.id, person.id))}"
    subject = own.get("subject_words") or clean(texts.say(page.language, own["subject"], title=page.title))
    values = own | {
        "group": group,
        "page": page,
        "page_link": address,
        "share_link": f"{address}?referrer={code}&source=email",
        "thanks_link": f"{address}/thanks?code={code}",
        "leave_link": leave_link,
    }
    parts = _parts(page.language, template, subject, group.accent, values)
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
    asked, results = action_types.of(page.type).questions(page), f"{config.public_url()}/console/actions/{page.id}"
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


def confirm(group: Group, page: ActionPage, to: str, link: str) -> Message:
    """To an address that somebody entered where it looked risky. Only the organizer's own words stand in it."""
    subject = clean(texts.say(page.language, "email.confirm.subject", title=page.title))
    values = {"group": group, "page": page, "link": link}
    parts = _parts(page.language, "confirm", subject, group.accent, values)
    return Message(
        to=to,
        sender_name=clean(group.from_name),
        sender_address=clean(group.mail_address),
        subject=subject,
        html=parts.html,
        text=parts.text,
    )


class GiftWords(NamedTuple):
    """What an email about a gift says, in the donor's language. `rows`: labels and what stands beside them."""

    subject: str
    heading: str
    text: str
    rows: Sequence[tuple[str, str]]
    button: str
    link: str
    small: str


def gift(group: Group, language: str, to: str, words: GiftWords) -> Message:
    """To a donor: a receipt, or what became of what they give. Whoever gave is owed it, whatever they subscribe to."""
    subject = clean(words.subject)
    parts = _parts(language, "gift", subject, group.accent, {"group": group, "words": words})
    return Message(
        to=to,
        sender_name=clean(group.from_name),
        sender_address=clean(group.mail_address),
        reply_to=clean(group.reply_to),
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
    everything = rendering.in_language(language) | values | look
    return Parts(*(rendering.render(f"email/{template}.{kind}", **everything) for kind in ("html", "txt")))
