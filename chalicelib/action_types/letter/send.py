"""From a supporter's letters to emails: one to each target, once, and to none of them more in a minute than it bears.

Each letter has a row among the single emails, written before it goes: what it says stays as it was first sent, and
however often a form, a submission or a message comes, the row is claimed once (`mailings/deliver.py`). Each target of a
group has a row of turns. A letter takes its turn, and its message waits on the queue until then.
"""

from chalicelib import clock, config, queues, texts
from chalicelib.action_types.letter import write as writing
from chalicelib.action_types.letter.target import Target
from chalicelib.action_types.letter.version import filled
from chalicelib.action_types.letter.write import Written
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage
from chalicelib.mailings import email_store, pace
from chalicelib.mailings.email_store import Prepared
from chalicelib.mailings.message import Message
from chalicelib.mailings.outbox import Letter, Letters
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people import store as people
from chalicelib.people.person import Person
from chalicelib.people.subscription import address_hash
from chalicelib.plain_text import clean

USUAL_PACE = 20
# Whoever is due so soon need not go back to the queue.
_SOON_SECONDS = 1.0
_LONGEST_WAIT = 900.0
_LONGEST_LABEL = 200


def prepare(letters: Letters) -> None:
    """Write down each letter that somebody sent, and put it on the queue. Repeating it sends nothing twice."""
    page, person = actions.find_page(letters.group, letters.page), people.find(letters.group, letters.person)
    action = actions.find_action(letters.page, letters.person)
    if page is None or person is None or action is None:
        return
    written = [(each, target) for each in writing.decode(action.own) for target in each.targets]
    for each, target in written:
        email_store.prepare(
            person.id, email_id(page.id, target.id), _said(page, person, each, target), counted(page.id), _span(target)
        )
    queues.send_many("mail", [Letter(page.group, page.id, person.id, target.id) for _, target in written])


def write(letter: Letter) -> Message | None:
    """The email, when its turn has come; else it goes back to the queue. None also when it will never go."""
    email = email_id(letter.page, letter.target)
    prepared = email_store.find_prepared(letter.person, email)
    if prepared is None or prepared.state not in ("later", "claimed"):
        return None
    group, page = network.find_group(letter.group), actions.find_page(letter.group, letter.page)
    person = people.find(letter.group, letter.person, consistent=True)
    if group is None or page is None or person is None or people.suppressed([address_hash(prepared.said["email"])]):
        email_store.give_up(letter.person, email)
        return None
    wait = _turn(letter, page, prepared) - clock.now()
    if wait > _SOON_SECONDS:
        queues.send("mail", letter, delay=min(wait, _LONGEST_WAIT))
        return None
    return _message(group, page, person, prepared)


def email_id(page: str, target: str) -> str:
    """The row of a letter, among the emails of whoever wrote it."""
    return f"letter-{page}-{target}"


def counted(page: str) -> str:
    """Where the letters of a page are counted, target by target."""
    return f"letters#{page}"


def _turn(letter: Letter, page: ActionPage, prepared: Prepared) -> float:
    """When it may go, in epoch seconds."""
    if prepared.due is not None:
        return prepared.due
    apart = 60 / (page.own.get("pace") or USUAL_PACE)
    begins = pace.turn(f"{letter.group}/{address_hash(prepared.said['email'])}", apart)
    return email_store.take_turn(letter.person, email_id(letter.page, letter.target), begins)


def _said(page: ActionPage, person: Person, written: Written, target: Target) -> dict[str, str]:
    dear = texts.say(page.language, "letter.dear", name=target.called)
    where = [clean(person.street), clean(f"{person.city} {person.zip_code}")]
    signed = [
        texts.say(page.language, "letter.sincerely"),
        clean(person.full_name) or person.email,
        *filter(None, where),
    ]
    return {
        "email": target.email,
        "name": target.called,
        "subject": clean(filled(written.subject, target)),
        "text": "\n\n".join((dear, clean(filled(written.text, target), lines=True), "\n".join(signed))),
    }


def _message(group: Group, page: ActionPage, person: Person, prepared: Prepared) -> Message:
    address = f"{config.public_url()}/{group.slug}/{page.slug}"
    name = clean(person.full_name) or person.email
    through = texts.say(page.language, "letter.through", name=name, group=clean(group.name), address=address)
    return Message(
        to=prepared.said["email"],
        sender_name=name,
        sender_address=clean(group.mail_address),
        reply_to=person.email,
        subject=prepared.said["subject"],
        html="",
        text=f"{prepared.said['text']}\n\n-- \n{through}\n",
    )


def _span(target: Target) -> str:
    """By what a target is counted; it carries their name, for lists change and letters stay."""
    about = f"{target.called} ({target.about})" if target.about else target.called
    return f"{target.id}:{about[:_LONGEST_LABEL]}"
