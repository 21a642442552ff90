"""What came of a page: how often each answer was given, and how people came to it."""

from collections.abc import Iterable, Mapping
from operator import attrgetter
from typing import NamedTuple

from chalicelib import counters
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.question import COUNTED_NUMBERS, OTHER_NUMBER, WITH_CHOICES, Question, QuestionType, counter_of
from chalicelib.people import store as people
from chalicelib.people.person import Person

# Whoever shares a link may put any code into it: what is read and shown has an end.
_MOST_ROWS = 4000
_MOST_WAYS = 20
_GONE = "No longer offered"


class Bar(NamedTuple):
    """An answer, how many gave it, and how long its bar is (0 to 100)."""

    label: str
    value: int
    share: float


class Chart(NamedTuple):
    """A question and its answers, `total` the answers given; `mean` for numbers, where there are any."""

    question: Question
    bars: list[Bar]
    total: int
    mean: float | None = None


class Way(NamedTuple):
    """A source, referrer code or website that led here; of a referrer, who it is, where they are one of the group's."""

    code: str
    actions: int
    new_people: int
    person: Person | None = None


def charts(page: ActionPage, questions: Iterable[Question]) -> list[Chart]:
    """Of every question whose answers can be counted, whether it is still asked or not."""
    counted = counters.read(f"answers#{page.id}")
    found = []
    for question in questions:
        if question.type in WITH_CHOICES:
            found.append(_choices_chart(question, counted))
        elif question.type == QuestionType.NUMBER:
            found.append(_number_chart(question, counted))
    return [chart for chart in found if chart.total or not chart.question.removed]


def ways(page: ActionPage) -> dict[str, list[Way]]:
    """By `source`, `referrer` and `website`: the most frequent twenty of each."""
    found: dict[str, list[Way]] = {"source": [], "referrer": [], "website": []}
    for span, counts in counters.read_spans(f"ways#{page.id}", _MOST_ROWS).items():
        way, _, code = span.partition(":")
        found[way].append(Way(code, counts.get("actions", 0), counts.get("new_people", 0)))
    most = {way: sorted(codes, key=attrgetter("actions"), reverse=True)[:_MOST_WAYS] for way, codes in found.items()}
    named = [way._replace(person=people.find_by_referrer_code(page.group, way.code)) for way in most["referrer"]]
    return most | {"referrer": named}


def _choices_chart(question: Question, counted: counters.Counts) -> Chart:
    """Answers that were chosen while they were offered stay counted, though what they said is not known here."""
    offered = _counts(question, question.choices, counted)
    ever = sum(count for name, count in counted.items() if name.startswith(f"{question.id}_") and count > 0)
    gone = ever - sum(offered.values())
    return _chart(question, offered | ({_GONE: gone} if gone > 0 else {}))


def _counts(question: Question, answers: Iterable[str], counted: counters.Counts) -> dict[str, int]:
    return {answer: max(counted.get(counter_of(question.id, answer), 0), 0) for answer in answers}


def _chart(question: Question, values: Mapping[str, int]) -> Chart:
    most = max(values.values(), default=0) or 1
    bars = [Bar(label, value, 100 * value / most) for label, value in values.items()]
    return Chart(question, bars, sum(values.values()))


def _number_chart(question: Question, counted: counters.Counts) -> Chart:
    whole = _chart(question, _counts(question, (*COUNTED_NUMBERS, OTHER_NUMBER), counted))
    given = [bar for bar in whole.bars if bar.value]
    numbers = [(int(bar.label), bar.value) for bar in given if bar.label != OTHER_NUMBER]
    people = sum(count for _, count in numbers)
    mean = sum(number * count for number, count in numbers) / people if people else None
    return whole._replace(bars=given, mean=mean)
