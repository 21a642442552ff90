"""Questions of an organizer's own: what is an answer, what is not, and how answers are counted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.actions import question_form
from chalicelib.actions.question import Question, QuestionType, Wrong, counter_of, read_answer, tally
from chalicelib.actions.submission import Problem

CHOICES = ("Every day", "Every week", "Never")
KINDS = st.sampled_from(list(QuestionType))


def question(kind: str, **more: object) -> Question:
    choices = CHOICES if kind in ("single", "multiple", "dropdown") else ()
    return Question(**{"id": "0a1b2c3d", "label": "?", "type": QuestionType(kind), "choices": choices} | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("kind", "given", "answer"),
    [
        ("short", [" A  café\u202e "], "A café"),
        ("long", ["One\r\ntwo "], "One\ntwo"),
        ("single", ["Never"], "Never"),
        ("multiple", ["Never", "Every day"], ("Every day", "Never")),
        ("multiple", ["Never", "Never"], ("Never",)),
        ("dropdown", ["Every week"], "Every week"),
        ("number", ["12"], "12"),
        ("number", ["-3.50"], "-3.50"),
        ("number", ["3,5"], "3.5"),
        ("number", ["1,200"], "1200"),
        ("number", ["1.200.000"], "1200000"),
        ("date", ["2026-02-28"], "2026-02-28"),
        ("short", [], ""),
        ("single", [""], ""),
        ("multiple", [], ()),
    ],
)
def test_what_is_an_answer(kind: str, given: list[str], answer: object) -> None:
    assert read_answer(question(kind), given) == answer


@pytest.mark.parametrize(
    ("kind", "given", "reason"),
    [
        ("short", ["x" * 301], "too_long"),
        ("long", ["x" * 5001], "too_long"),
        ("single", ["Sometimes"], "choice"),
        ("multiple", ["Never", "<b>"], "choice"),
        ("dropdown", ["never"], "choice"),
        ("number", ["twelve"], "number"),
        ("number", ["1e9"], "number"),
        ("number", ["٣"], "number"),
        ("number", ["9" * 16], "number"),
        ("date", ["2026-02-30"], "date"),
        ("date", ["28.02.2026"], "date"),
        ("date", ["20260228"], "date"),
        ("date", ["2026-W01-1"], "date"),
    ],
)
def test_what_is_not(kind: str, given: list[str], reason: str) -> None:
    with pytest.raises(Wrong) as wrong:
        read_answer(question(kind), given)
    assert wrong.value.reason == reason


@pytest.mark.parametrize("kind", QuestionType)
def test_an_answer_may_be_needed(kind: str) -> None:
    with pytest.raises(Wrong):
        read_answer(question(kind, required=True), [" "])
    assert not read_answer(question(kind, required=True, removed=True), [])


@given(KINDS, st.lists(st.text(max_size=400), max_size=5))
def test_whatever_is_sent_is_an_answer_or_wrong(kind: QuestionType, sent: list[str]) -> None:
    asked = question(kind)
    try:
        answer = read_answer(asked, sent)
    except Wrong:
        return
    assert all(name.replace("_", "").isalnum() for name in tally([asked], {asked.id: answer}))


def test_how_answers_are_counted() -> None:
    asked = [question("multiple", id="a" * 8), question("number", id="b" * 8), question("short", id="c" * 8)]
    given_answers = {"a" * 8: ("Never", "Every day"), "b" * 8: "7", "c" * 8: "A café"}
    counted = {counter_of("a" * 8, "Never"), counter_of("a" * 8, "Every day"), counter_of("b" * 8, "7")}
    assert tally(asked, given_answers) == counted
    assert tally(asked, {"b" * 8: "3.5"}) == tally(asked, {"b" * 8: "101"}) == {counter_of("b" * 8, "other")}


FORM = {
    "question-0-label": "How often?",
    "question-0-type": "single",
    "question-0-choices": "Every day\r\n\r\nNever\nNever",
    "question-0-required": "1",
    "question-2-label": "Why?",
    "question-2-id": "0a1b2c3d",
    "question-7-label": " ",
}


def test_questions_as_they_are_typed() -> None:
    often, why = question_form.read(FORM, ())
    assert isinstance(often, Question)
    assert isinstance(why, Question)
    assert (often.label, often.choices, often.required) == ("How often?", ("Every day", "Never"), True)
    assert (why.label, why.type, why.id) == ("Why?", "short", "0a1b2c3d")


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ({"question-0-choices": "Only one"}, Problem("question-0-choices", "missing")),
        ({"question-0-choices": "\n".join(map(str, range(101)))}, Problem("question-0-choices", "too_long")),
        ({"question-0-choices": "a\n" + "b" * 151}, Problem("question-0-choices", "too_long")),
        ({"question-0-label": ""}, Problem("question-0-label", "missing")),
        ({"question-2-label": "x" * 301}, Problem("question-1-label", "too_long")),
    ],
)
def test_what_is_wrong_with_a_question(typed: dict[str, str], problem: Problem) -> None:
    assert question_form.read(FORM | typed, ()) == [problem]


def test_what_is_wrong_is_said_of_the_question_that_it_is_about_empty_ones_before_it_or_not() -> None:
    typed = {"question-0-label": " ", "question-1-label": "Which?", "question-1-type": "single"}
    assert question_form.read(typed, ()) == [Problem("question-1-choices", "missing")]


def test_a_question_asked_again_beside_itself_is_another_one() -> None:
    rows = [
        {"id": "0a1b2c3d", "label": "Size?"},
        {"id": "0a1b2c3d", "label": "Size?", "field": "0a1b2c3d", "keep": "1"},
    ]
    typed = {f"question-{number}-{name}": text for number, row in enumerate(rows) for name, text in row.items()}
    first, again = question_form.read(typed, ())
    assert isinstance(first, Question)
    assert isinstance(again, Question)
    assert (first.id, first.field, again.field) == ("0a1b2c3d", "", "0a1b2c3d")
    assert again.id != first.id


def test_sixty_questions_are_enough() -> None:
    many = {f"question-{number}-label": "?" for number in range(61)}
    assert question_form.read(many, ()) == [Problem("questions", "too_many")]


def test_a_question_that_is_gone_can_still_be_answered() -> None:
    before = [question("short", id="1" * 8, required=True), question("short", id="0a1b2c3d")]
    questions = question_form.read(FORM, before)
    assert [(each.id, each.removed) for each in questions if isinstance(each, Question)][1:] == [
        ("0a1b2c3d", False),
        ("1" * 8, True),
    ]


@pytest.mark.parametrize(
    ("command", "left"),
    [("up-1", "ba"), ("down-0", "ba"), ("up-0", "ab"), ("down-1", "ab"), ("remove-0", "b"), ("remove-9", "ab"),
     ("", "ab"), ("up-x", "ab"), ("remove--1", "ab"), ("up-²", "ab")],
)  # fmt: skip
def test_arranging(command: str, left: str) -> None:
    typed = question_form.rows({"question-0-label": "a", "question-1-label": "b"})
    assert "".join(row["label"] for row in question_form.arrange(typed, command)) == left


@pytest.mark.parametrize(
    ("command", "focus"),
    [("add", 2), ("ask-again", 2), ("up-1", 0), ("up-0", 0), ("down-0", 1), ("remove-0", 0), ("remove-2", 2)],
)
def test_after_a_button_the_keyboard_goes_on_where_it_was(command: str, focus: int) -> None:
    typed = question_form.rows({"question-0-label": "a", "question-1-label": "b"})
    if command == "remove-2":
        typed.append(typed[0])
    arranged = question_form.arrange(typed, command)
    if command == "ask-again":
        arranged.append(typed[0])
    assert question_form.focus(arranged, command) == focus


@given(st.dictionaries(st.from_regex(r"question-\d{1,4}-(id|label|type|choices|hint)", fullmatch=True), st.text()))
def test_whatever_is_typed_is_questions_or_problems(fields: dict[str, str]) -> None:
    read = question_form.read(fields, ())
    assert len({type(each) for each in read}) <= 1
    typed = question_form.rows(fields)
    assert len(question_form.arrange(typed, "add")) <= max(len(typed), question_form.MOST)
