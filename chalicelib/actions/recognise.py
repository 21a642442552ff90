"""Recognising who came by a link in one of a group's emails: what a page tells them, and what goes with their form.

What we know of a person is filled in behind their back and never shown, neither in an answer nor in a form that comes
back. It is also never replaced: see `take_action.record`.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from chalicelib import clock
from chalicelib.action_types import of
from chalicelib.actions import store
from chalicelib.actions.action_page import PARTICULARS, Ask
from chalicelib.actions.draft import asked_of
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Fields, Problem, last, read_answers
from chalicelib.people import recognition, subscription
from chalicelib.people import store as people
from chalicelib.people.person import Person, Subscription, person_id
from chalicelib.plain_text import clean

# The name of the field that carries the token.
FIELD = "known"

_NEVER_MAILED = (Subscription.BOUNCED, Subscription.COMPLAINED)


class Sender(NamedTuple):
    """Who sends a form. `fields` are what the rules read, `shown` what may stand in the form when it comes back.

    `masked`: the address of somebody whom we recognised, as far as they may see it. `over`: they came with a token
    that is good for nothing (any more).
    """

    fields: Fields
    shown: Fields
    masked: str = ""
    over: bool = False


def tell(public: PublicPage, token: str) -> dict[str, Any]:
    """What a page may know of whom a token names: masked, with the names of fields they need not fill in; or {}.

    `saved`: what they said to a page before is among these. `choices`: what is theirs to choose from, by field.
    """
    kind = of(public.page.type)
    person = find(public, token) if kind.takes_submissions and kind.takes(public.page) else None
    if person is None:
        return {}
    saved, choices = kind.knows(public, person), kind.choices_for(public, person)
    return {
        "name": recognition.masked_name(person),
        "email": recognition.masked_email(person),
        # Who gave may give again, and it counts again.
        "acted": not kind.takes_money(public) and store.find_action(public.page.id, person.id) is not None,
        "knows": [*_particulars(public, person), *saved],
        **({"saved": True} if saved else {}),
        **({"choices": choices} if choices else {}),
    }


def sender(public: PublicPage, fields: Fields) -> Sender:
    """Whose form this is. Whoever types an address stands for themselves: nothing of anybody else goes with that."""
    typed = {name: values for name, values in fields.items() if name != FIELD}
    token = last(fields, FIELD)
    if not token or clean(last(fields, "email")):
        return Sender(typed, typed)
    person = find(public, token)
    if person is None:
        return Sender(typed, typed, over=True)
    known = {**_particulars(public, person), **of(public.page.type).knows(public, person)}
    filled = {name: [text] for name, text in known.items()}
    return Sender(typed | filled, fields, recognition.masked_email(person))


def said(sender: Sender, problems: Sequence[Problem]) -> list[Problem]:
    """The same problems; who came by a link that is over is told so where their address is missing."""
    return [
        Problem("email", "known_over") if sender.over and problem.field == "email" else problem for problem in problems
    ]


def find(public: PublicPage, token: str) -> Person | None:
    """Whom a token names, if it is good on this group's pages and they may be written to.

    Nobody where a gift goes to other groups too: what this group knows of them is not for the others.
    """
    known = recognition.read(token, clock.now())
    if known is None or known.group != public.group.id or public.recipients:
        return None
    person = people.find(known.group, known.person)
    # Only under the id that follows from their address will they be the one who acts.
    if person is None or person_id(public.group.salt, person.email) != person.id:
        return None
    never = person.subscription in _NEVER_MAILED or people.suppressed([subscription.address_hash(person.email)])
    return None if never else person


def _particulars(public: PublicPage, person: Person) -> Mapping[str, str]:
    """By field, what the page asks and need not ask this person: where we know it, and the page would take it."""
    asks = asked_of(public)
    asked = [name for name in PARTICULARS if asks[name] != Ask.NO and name not in of(public.page.type).asks_anew]
    told = {"email": person.email} | {name: _of_person(person, name) for name in asked}
    read = read_answers({name: [text] for name, text in told.items()}, asks, ())
    wrong = {problem.field for problem in read} if isinstance(read, list) else set()
    return {name: text for name, text in told.items() if text and name not in wrong}


def _of_person(person: Person, name: str) -> str:
    return person.full_name if name == "name" else str(getattr(person, name))
