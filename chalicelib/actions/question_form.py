"""The organizer's own questions as the fields of a form: `question-3-label`, `question-3-type`, and so on.

Rows are what was typed, right or wrong, so that nothing is lost on the way back; `read` makes questions of them.
"""

import re
from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from chalicelib import clock
from chalicelib.actions.question import WITH_CHOICES, Question, QuestionType
from chalicelib.actions.submission import Problem
from chalicelib.people.custom_field import CustomField
from chalicelib.plain_text import clean

MOST = 60

_FIELD = re.compile(r"question-(\d{1,3})-(\w+)")
_ID = re.compile(r"[0-9a-f]{8}")
_LONGEST = {"label": 300, "hint": 300}
_MOST_CHOICES, _LONGEST_CHOICE = 100, 150

# What is typed for one question; `choices` one in a line.
Row = dict[str, str]
_NEW: Row = {
    "id": "",
    "label": "",
    "type": str(QuestionType.SHORT),
    "required": "",
    "hint": "",
    "choices": "",
    "field": "",
    "keep": "",
}


def rows(fields: Mapping[str, str]) -> list[Row]:
    """What was typed, question by question in their order."""
    found: dict[int, Row] = {}
    for name, text in fields.items():
        if match := _FIELD.fullmatch(name):
            found.setdefault(int(match[1]), {})[match[2]] = text
    return [_NEW | found[number] for number in sorted(found)][: MOST + 1]


def rows_of(questions: Iterable[Question]) -> list[Row]:
    """Questions as they stand in the form."""
    return [
        {
            "id": each.id,
            "label": each.label,
            "type": str(each.type),
            "required": "1" if each.required else "",
            "hint": each.hint,
            "choices": "\n".join(each.choices),
            "field": each.field,
            "keep": "1" if each.field else "",
        }
        for each in questions
        if not each.removed
    ]


def row_of(field: CustomField) -> Row:
    """A question that was asked before, to be asked again."""
    told = {"id": field.id, "label": field.label, "type": field.type, "choices": "\n".join(field.choices)}
    return _NEW | told | {"field": field.id, "keep": "1"}


def arrange(typed: list[Row], command: str) -> list[Row]:
    """The rows after a button: `add`, `remove-2`, `up-2` or `down-2`, counted from 0."""
    what, _, number = command.partition("-")
    place = int(number) if number.isascii() and number.isdigit() else -1
    if what == "add" and len(typed) < MOST:
        return [*typed, _NEW]
    if not 0 <= place < len(typed):
        return typed
    others = typed[:place] + typed[place + 1 :]
    if what == "remove":
        return others
    to = max(place - 1, 0) if what == "up" else place + 1
    return [*others[:to], typed[place], *others[to:]]


def focus(arranged: list[Row], command: str) -> int:
    """The place of the question to go on with after that button; behind the last one, where there is none."""
    what, _, number = command.partition("-")
    place = int(number) if number.isascii() and number.isdigit() else len(arranged) - 1
    moved = {"up": -1, "down": 1}.get(what, 0)
    return min(max(place + moved, 0), len(arranged))


def read(fields: Mapping[str, str], before: Iterable[Question]) -> list[Question] | list[Problem]:
    """The questions as typed, and behind them, as removed, those that are gone since `before`.

    A row with nothing typed in it is no question.
    """
    typed = {
        number: row for number, row in enumerate(rows(fields)) if clean(row["label"]) or clean(row["choices"])
    }  # fmt: skip
    if len(typed) > MOST:
        return [Problem("questions", "too_many")]
    questions: list[Question] = []
    problems: list[Problem] = []
    for number, row in typed.items():
        problems += _problems(row, f"question-{number}-")
        questions.append(_question(row, {question.id for question in questions}))
    return problems or _with_removed(questions, before)


def _question(row: Row, taken: set[str]) -> Question:
    kind = QuestionType(row["type"]) if row.get("type") in set(QuestionType) else QuestionType.SHORT
    # A question asked again has the id that it had: it may still be on this page, kept with nobody any more.
    is_known = _ID.fullmatch(row["id"]) and row["id"] not in taken
    own_id = row["id"] if is_known else clock.new_id()[-8:]
    field = row["field"] if _ID.fullmatch(row["field"]) else own_id
    return Question(
        id=own_id,
        field=field if row["keep"] else "",
        label=clean(row.get("label", "")),
        type=kind,
        required=bool(row.get("required")),
        hint=clean(row.get("hint", "")),
        choices=_choices(row) if kind in WITH_CHOICES else (),
    )


def _choices(row: Row) -> tuple[str, ...]:
    lines = (clean(line) for line in row.get("choices", "").replace("\r", "\n").split("\n"))
    return tuple(dict.fromkeys(line for line in lines if line))


def _problems(row: Row, field: str) -> list[Problem]:
    problems = [] if clean(row.get("label", "")) else [Problem(f"{field}label", "missing")]
    problems += [
        Problem(f"{field}{name}", "too_long") for name, most in _LONGEST.items() if len(row.get(name, "")) > most
    ]
    if row.get("type") in set(map(str, WITH_CHOICES)):
        choices = _choices(row)
        if len(choices) < 2:
            problems.append(Problem(f"{field}choices", "missing"))
        if len(choices) > _MOST_CHOICES or any(len(choice) > _LONGEST_CHOICE for choice in choices):
            problems.append(Problem(f"{field}choices", "too_long"))
    return problems


def _with_removed(questions: list[Question], before: Iterable[Question]) -> list[Question]:
    """Forms that are open now may still answer what is not asked any more."""
    kept = {question.id for question in questions}
    gone = [replace(question, removed=True) for question in before if question.id not in kept]
    return [*questions, *gone[-MOST:]]
