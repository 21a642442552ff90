"""A question that an organizer puts on a page, and how an answer to it is read."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from enum import StrEnum
from hashlib import sha256

import msgspec

from chalicelib.plain_text import clean

Answer = str | tuple[str, ...]

# Numbers that are shown as a chart; what lies outside is one bar.
COUNTED_NUMBERS = tuple(str(number) for number in range(101))
OTHER_NUMBER = "other"

LONGEST_SHORT, LONGEST_LONG = 300, 5000

_NUMBER = re.compile(r"-?\d{1,15}(\.\d{1,6})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_THOUSANDS = re.compile(r"-?\d{1,3}([., '’]\d{3})+")


class QuestionType(StrEnum):
    SHORT = "short"
    LONG = "long"
    SINGLE = "single"
    MULTIPLE = "multiple"
    DROPDOWN = "dropdown"
    NUMBER = "number"
    DATE = "date"


WITH_CHOICES = frozenset((QuestionType.SINGLE, QuestionType.MULTIPLE, QuestionType.DROPDOWN))


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """`field`: the custom field that an answer is also kept in with the person ('' for none).

    `removed`: no page asks it any more, but a form that was open then may still answer it.
    """

    id: str
    label: str
    type: QuestionType = QuestionType.SHORT
    required: bool = False
    hint: str = ""
    choices: tuple[str, ...] = ()
    field: str = ""
    removed: bool = False

    @property
    def name(self) -> str:
        """The name of its field in a form."""
        return f"question-{self.id}"


class Wrong(Exception):
    """Not an answer; `reason` is `missing`, `choice`, `number`, `date` or `too_long`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def read_answer(question: Question, given: Sequence[str]) -> Answer:
    """What was answered, '' or () for nothing. Raises Wrong."""
    texts = [text for text in (clean(each, lines=question.type == QuestionType.LONG) for each in given) if text]
    if not texts:
        if question.required and not question.removed:
            raise Wrong("missing")
        return () if question.type == QuestionType.MULTIPLE else ""
    if question.type in WITH_CHOICES:
        return _chosen(question, texts)
    return _typed(question.type, texts[-1])


def tally(questions: Iterable[Question], answers: Mapping[str, Answer]) -> frozenset[str]:
    """The counters (`counter_of`) that these answers belong to: one for each choice, and for each whole number."""
    return frozenset(
        counter_of(question.id, text)
        for question in questions
        if question.type in WITH_CHOICES or question.type == QuestionType.NUMBER
        for text in _countable(question, answers.get(question.id, ""))
    )


def for_fields(questions: Iterable[Question], answers: Mapping[str, Answer]) -> dict[str, str]:
    """What is kept with the person, by custom field; of several choices, each in a line."""
    kept = {question.field: answers[question.id] for question in questions if question.field and question.id in answers}
    return {field: answer if isinstance(answer, str) else "\n".join(answer) for field, answer in kept.items()}


def counter_of(question: str, answer: str) -> str:
    """The name of the counter of an answer: what people choose may be of any length and script."""
    return f"{question}_{sha256(answer.encode()).hexdigest()[:12]}"


def _countable(question: Question, answer: Answer) -> Iterable[str]:
    if question.type != QuestionType.NUMBER:
        return answer if isinstance(answer, tuple) else ((answer,) if answer else ())
    return (str(answer) if str(answer) in COUNTED_NUMBERS else OTHER_NUMBER,) if answer else ()


def _chosen(question: Question, texts: list[str]) -> Answer:
    if not set(texts) <= set(question.choices):
        raise Wrong("choice")
    if question.type == QuestionType.MULTIPLE:
        return tuple(choice for choice in question.choices if choice in texts)
    return texts[-1]


def _typed(kind: QuestionType, text: str) -> str:
    if kind == QuestionType.NUMBER:
        return _number(text)
    if kind == QuestionType.DATE:
        return _date(text)
    if len(text) > (LONGEST_LONG if kind == QuestionType.LONG else LONGEST_SHORT):
        raise Wrong("too_long")
    return text


def _number(text: str) -> str:
    """`1,200`, `1.200` and `1 200` are twelve hundred; otherwise a comma is a decimal point."""
    plain = re.sub(r"[., '’]", "", text) if _THOUSANDS.fullmatch(text) else text.replace(",", ".")
    if not plain.isascii() or not _NUMBER.fullmatch(plain):
        raise Wrong("number")
    return plain


def _date(text: str) -> str:
    if not _DATE.fullmatch(text):
        raise Wrong("date")
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise Wrong("date") from None
