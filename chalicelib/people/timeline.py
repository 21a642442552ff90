"""What a person did and what they received, newest first."""

from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

from chalicelib.action_types import of
from chalicelib.actions import consent_store
from chalicelib.actions import store as actions
from chalicelib.mailings import email_store, received
from chalicelib.people.person import Person, Subscription


class Kind(StrEnum):
    JOINED = "joined"
    STANDING = "standing"
    ACTION = "action"
    MAILING = "mailing"
    EMAIL = "email"
    LETTER = "letter"


class Moment(NamedTuple):
    """`about` is the id of the page or mailing ('' for none) and `title` its name; `what` is the standing, the outcome,
    the state of an email, or the source they came by; `said` their comment, or whom their letter went to; `agreed` the
    text that they agreed to."""

    at: float
    kind: Kind
    about: str = ""
    title: str = ""
    what: str = ""
    said: str = ""
    agreed: str = ""
    did: str = ""


def timeline(person: Person) -> list[Moment]:
    # Of what happened at the same moment, the cause comes last: the list is read upwards.
    moments = [*_mailings(person), *_done(person), *_standing(person)]
    return sorted(moments, key=lambda moment: moment.at, reverse=True)


def _standing(person: Person) -> Iterator[Moment]:
    yield Moment(person.created, Kind.JOINED, what=person.source)
    if person.subscription != Subscription.SUBSCRIBED or person.subscription_since > person.created:
        yield Moment(person.subscription_since, Kind.STANDING, what=str(person.subscription))


def _done(person: Person) -> Iterator[Moment]:
    taken = [action for action in actions.actions_of(person.id) if action.group == person.group]
    pages = {page: actions.find_page(person.group, page) for page in {action.page for action in taken}}
    titles = {page: found.title for page, found in pages.items() if found}
    agreed = consent_store.texts_of(person.group, {action.consent for action in taken})
    for action in taken:
        found = pages[action.page]
        yield Moment(
            action.at,
            Kind.ACTION,
            action.page,
            titles.get(action.page, ""),
            action.source,
            action.comment,
            agreed.get(action.consent, ""),
            did=of(found.type).words.did if found else "Acted on",
        )
    thanks = (email for email in email_store.emails_of(person.id, "thanks-"))
    for email in thanks:
        page = email.id.removeprefix("thanks-")
        yield Moment(email.at, Kind.EMAIL, page, titles.get(page, ""), email.state)
    for name, letter in email_store.prepared_of(person.id, "letter-").items():
        page = name.split("-")[1]
        yield Moment(letter.at, Kind.LETTER, page, titles.get(page, ""), letter.state, letter.said["name"])


def _mailings(person: Person) -> Iterator[Moment]:
    for mailing, outcome, at in received.mailings_of(person.group, person.id):
        yield Moment(at, Kind.MAILING, mailing.id, mailing.subject, outcome)
