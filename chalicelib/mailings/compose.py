"""Composing single emails: for each kind that may stand on the `mail` queue, the email as it is now, or none.

Who may be written to is looked up here, and what is no longer true is not said.
"""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, NamedTuple

import msgspec

from chalicelib import action_types, clock, config
from chalicelib.actions import notice_store
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage
from chalicelib.mailings import store
from chalicelib.mailings.message import Message
from chalicelib.mailings.outbox import (
    Confirm,
    GiftNews,
    Letters,
    Notice,
    PageNews,
    SignInLink,
    SingleEmail,
    TestSend,
    ThankYou,
)
from chalicelib.mailings.outbox import Letter as SupporterLetter
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people.email_address import mailbox
from chalicelib.people.person import Person, Subscription, person_id
from chalicelib.people.subscription import address_hash

# A thank-you of a type that `writes_to_all` holds what people need, such as where to come: of those, three a day.
_NEEDED_A_DAY = 3


class Letter(NamedTuple):
    """An email ready to go: `to` and `id` name its row, `group` is '' for organizers.

    `looked` is when we began to ask whether they may be written to. `answers` names the inbox that it answers to by
    itself, `at_most` how many such emails that inbox may get in a day.
    """

    to: str
    id: str
    group: str
    message: Message
    looked: float
    answers: str = ""
    at_most: int = 1


def compose(email: SingleEmail) -> Letter | None:
    """The letter, ready to go; None where nobody is to be written to."""
    return _writers[type(email)](email)


class _Reader(NamedTuple):
    """Somebody who acted on a page, and may be written to."""

    group: Group
    page: ActionPage
    person: Person


def _thank_you(email: ThankYou) -> Letter | None:
    """Nobody is thanked who does not want mail, or whose address must not be mailed."""
    from chalicelib.mailings import emails  # noqa: PLC0415  (templates are only needed to write)

    looked = clock.now()
    reader = _reader(email)
    message = emails.thank_you(*reader, config.public_url()) if reader else None
    if reader is None or message is None:
        return None
    name = f"thanks-{email.page}" + (f"-{email.again}" if email.again else "")
    inbox = person_id(reader.group.salt, mailbox(reader.person.email))
    most = _NEEDED_A_DAY if action_types.of(reader.page.type).writes_to_all else 1
    return Letter(email.person, name, email.group, message, looked, inbox, most)


def _confirm(email: Confirm) -> Letter | None:
    """Whoever has left, or must not be mailed, gets none: they can act where their browser does the calculation."""
    from chalicelib.mailings import emails  # noqa: PLC0415

    looked = clock.now()
    group, page = network.find_group(email.group), actions.find_page(email.group, email.page)
    if group is None or page is None or people.suppressed([address_hash(email.email)]):
        return None
    person = people.find(group.id, person_id(group.salt, email.email), consistent=True)
    if person and not _may_be_mailed(person, {Subscription.SUBSCRIBED, Subscription.OUTSIDE}):
        return None
    link = f"{config.public_url()}/{group.slug}/{page.slug}/confirm/{email.token}"
    name = f"confirm-{page.id}-{sha256(email.token.encode()).hexdigest()[:16]}"
    message = emails.confirm(group, page, email.email, link)
    inbox = person_id(group.salt, mailbox(email.email))
    return Letter(person_id(group.salt, email.email), name, group.id, message, looked, inbox)


def _page_news(email: PageNews) -> Letter | None:
    """Nor is anybody told what is no longer true."""
    from chalicelib.mailings import emails  # noqa: PLC0415

    looked = clock.now()
    reader = _reader(email)
    message = emails.page_news(*reader, email, config.public_url()) if reader else None
    if message is None:
        return None
    return Letter(email.person, f"{email.news}-{email.page}-{email.about}", email.group, message, looked)


def _reader(email: ThankYou | PageNews) -> _Reader | None:
    group, page = network.find_group(email.group), actions.find_page(email.group, email.page)
    person = people.find(email.group, email.person, consistent=True)
    if group is None or page is None or person is None:
        return None
    wants = {Subscription.SUBSCRIBED}
    if action_types.of(page.type).writes_to_all:
        wants.add(Subscription.OUTSIDE)
    return _Reader(group, page, person) if _may_be_mailed(person, wants) else None


def _sign_in_link(email: SignInLink) -> Letter | None:
    """Only organizers get one; who is not an organizer gets nothing, and the asker cannot tell the difference."""
    from chalicelib.mailings import emails  # noqa: PLC0415

    looked = clock.now()
    if not network.groups_of(email.email):
        return None
    link = f"{config.public_url()}/console/sign-in/{email.token}"
    name = "signin-" + sha256(email.token.encode()).hexdigest()[:32]
    return Letter(address_hash(email.email), name, "", emails.sign_in_link(email.email, link, email.language), looked)


def _notice(email: Notice) -> Letter | None:
    """Nobody is told any more whom the organizer has taken off since, nor of people who are gone."""
    from chalicelib.mailings import emails  # noqa: PLC0415

    looked = clock.now()
    group, page = network.find_group(email.group), actions.find_page(email.group, email.page)
    whom = address_hash(email.to)
    if group is None or page is None or email.to not in page.notify or people.suppressed([whom]):
        return None
    window = notice_store.find(email.page, email.window)
    known = people.find_many(group.id, sorted(window.people)[: notice_store.MOST_NAMED])
    taken = [(known[action.person], action) for action in actions.find_many(page.id, known)]
    told = emails.Told(taken, len(window.people) - len(known), window.more)
    message = emails.notice(group, page, email.to, told)
    return Letter(whom, f"notice-{page.id}-{email.window}", group.id, message, looked)


def _test_send(email: TestSend) -> Letter | None:
    from chalicelib.mailings import preview  # noqa: PLC0415

    looked = clock.now()
    mailing, group = store.find_mailing(email.group, email.mailing), network.find_group(email.group)
    if mailing is None or group is None:
        return None
    person = people.find(email.group, email.person) if email.person else None
    message = preview.message_for(mailing, group, person, email.variant)
    test = msgspec.structs.replace(message, to=email.to, subject=f"[Test] {message.subject}")
    return Letter(address_hash(email.to), f"test-{email.id}", "", test, looked)


def _gift_news(email: GiftNews) -> Letter | None:
    """Whoever gave is owed a receipt, on the list or not. Only an address that takes no mail gets none."""
    from chalicelib.giving import write  # noqa: PLC0415

    looked = clock.now()
    message = write.message(email)
    if message is None or people.suppressed([address_hash(message.to)]).get(address_hash(message.to)) == "bounced":
        return None
    name = f"gift-{email.news}-{email.donation}" + (f"-{email.about}" if email.about else "")
    return Letter(email.person, name, email.group, message, looked)


def _letters(email: Letters) -> None:
    from chalicelib.action_types.letter import send  # noqa: PLC0415  (most emails are others)

    send.prepare(email)


def _supporter_letter(email: SupporterLetter) -> Letter | None:
    """A letter goes whatever its writer's subscription is: it is they who write."""
    from chalicelib.action_types.letter import send  # noqa: PLC0415

    looked = clock.now()
    message = send.write(email)
    return (
        Letter(email.person, send.email_id(email.page, email.target), email.group, message, looked) if message else None
    )


_writers: dict[type, Callable[[Any], Letter | None]] = {
    ThankYou: _thank_you,
    PageNews: _page_news,
    SignInLink: _sign_in_link,
    Confirm: _confirm,
    TestSend: _test_send,
    Notice: _notice,
    GiftNews: _gift_news,
    Letters: _letters,
    SupporterLetter: _supporter_letter,
}


def _may_be_mailed(person: Person, wants: set[Subscription]) -> bool:
    return person.subscription in wants and not people.suppressed([address_hash(person.email)])
