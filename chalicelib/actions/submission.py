"""What somebody sent through a page: checked once, here, before it is accepted."""

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import msgspec

from chalicelib.actions.action_page import PARTICULARS, Ask
from chalicelib.actions.question import Answer, Question, Wrong, read_answer
from chalicelib.people.email_address import normalise
from chalicelib.plain_text import clean, holds_link

# A form as a browser sends it: checkboxes of one name send a value each.
Fields = Mapping[str, Sequence[str]]

_LONGEST = {"name": 120, "phone": 32, "street": 120, "city": 80, "zip_code": 16}
_PHONE = re.compile(r"\+?[\d ().-]{7,}")


class Submission(msgspec.Struct, frozen=True, kw_only=True):
    """Accepted but not yet recorded. `at` is epoch seconds; `referrer` another person's code; `website` a host name.

    `answers` are by question id, and `tally` (`question.tally`) is how those with choices are counted; `own` is what
    the page's type adds; `fields` what is kept with the person, by custom field. `consent` is the version of the text
    that was agreed to, `joins` the ids of the groups whose lists they join (None: the page's own). `tags` are what the
    page tags people with; `thank`, `notify`: whether to write to them, or to those who are to be told. `recognised`:
    only a link said who they are, and that may have been passed on; so nothing that is known of them is replaced.
    `network`: where a gift comes from, as a keyed hash; '' for everything else. `confirmed`: a gift that is sent by a
    link in their inbox.
    """

    id: str
    group: str
    page: str
    type: str
    person: str
    at: float
    email: str
    given_name: str = ""
    family_name: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    zip_code: str = ""
    language: str = ""
    answers: Mapping[str, Answer] = {}
    tally: frozenset[str] = frozenset()
    own: Mapping[str, str] = {}
    fields: Mapping[str, str] = {}
    tags: tuple[str, ...] = ()
    consent: str = ""
    joins: tuple[str, ...] | None = None
    thank: bool = True
    notify: bool = False
    recognised: bool = False
    source: str = ""
    referrer: str = ""
    website: str = ""
    network: str = ""
    confirmed: bool = False

    @property
    def joined(self) -> tuple[str, ...]:
        return (self.group,) if self.joins is None else self.joins


class Problem(NamedTuple):
    """What is wrong with one field; `reason` names a text. `about`: the label of the question, where it is one."""

    field: str
    reason: str
    about: str = ""


class Answers(msgspec.Struct, frozen=True, kw_only=True):
    """What a form said, cleaned; `questions` holds answers by question id, those left empty aside."""

    email: str
    name: str = ""
    phone: str = ""
    street: str = ""
    city: str = ""
    zip_code: str = ""
    questions: Mapping[str, Answer] = {}


def read_answers(fields: Fields, asks: Mapping[str, Ask], questions: Iterable[Question]) -> Answers | list[Problem]:
    """Check a form. Fields we did not ask for are ignored; nothing is cut short silently."""
    typed = clean(last(fields, "email"))
    email = normalise(typed)
    problems = [Problem("email", "email_wrong" if typed else "email_missing")] if email is None else []
    particulars, wrong = _particulars(fields, asks)
    answers, unanswered = _answers(fields, questions)
    problems += wrong + unanswered
    return problems if problems or email is None else Answers(email=email, **particulars, questions=answers)


def last(fields: Fields, name: str) -> str:
    """The last value of a name, '' when there is none."""
    return (fields.get(name) or [""])[-1]


def short_code(text: str) -> str:
    """A source or referrer code as it may stand in a link: letters, digits and `-_.:`, at most 64."""
    return "".join(letter for letter in text[:64] if letter.isascii() and (letter.isalnum() or letter in "-_.:"))


def _particulars(fields: Fields, asks: Mapping[str, Ask]) -> tuple[dict[str, str], list[Problem]]:
    asked = [name for name in PARTICULARS if asks.get(name, Ask.NO) != Ask.NO]
    told = {name: clean(last(fields, name)) for name in asked}
    problems = [Problem(name, f"{name}_missing") for name in asked if asks[name] == Ask.REQUIRED and not told[name]]
    problems += [Problem(name, "too_long") for name, text in told.items() if len(text) > _LONGEST[name]]
    if holds_link(told.get("name", "")):
        problems.append(Problem("name", "name_link"))  # a name stands in greetings and senders of emails
    if (phone := told.get("phone", "")) and not _PHONE.fullmatch(phone):
        problems.append(Problem("phone", "phone_wrong"))
    if "zip_code" in told:
        told["zip_code"] = told["zip_code"].upper()
    return told, problems


def _answers(fields: Fields, questions: Iterable[Question]) -> tuple[dict[str, Answer], list[Problem]]:
    answers: dict[str, Answer] = {}
    problems = []
    for question in questions:
        try:
            answer = read_answer(question, fields.get(question.name, ()))
        except Wrong as wrong:
            problems.append(Problem(question.name, f"answer_{wrong.reason}", question.label))
        else:
            answers |= {question.id: answer} if answer else {}
    return answers, problems
