"""Bob asks a question whose answers stay with the person, asks it again elsewhere, and sees them on each record."""

import csv
import io
import re

from organizers import Organizer, published, saved, written

from chalicelib.actions import take_action
from chalicelib.actions.find_page import read
from chalicelib.actions.submission import Answers
from chalicelib.people import field_store
from chalicelib.people import store as people
from chalicelib.people.person import person_id

SIZE = {
    "title": "Volunteers",
    "question-0-label": "Size of your shirt",
    "question-0-type": "multiple",
    "question-0-choices": "S\nM\nL",
    "question-0-keep": "1",
}


def answer(bob: Organizer, page_id: str, question: str, *given: str) -> None:
    """Ada fills in a form, and it is recorded."""
    public = read(bob.group.id, page_id)
    assert public
    answers = Answers(email="ada@example.org", name="Ada Lovelace", questions={question: given})
    submission = take_action.accept_later(public, take_action.Sent(answers), {})
    take_action.record(submission)  # type: ignore[arg-type]


def test_an_answer_is_kept_with_the_person(bob: Organizer) -> None:
    page = published(bob, written(bob, "form", **SIZE))
    [question] = page.questions
    [field] = field_store.fields_of(bob.group.id)
    assert (field.id, field.label, field.type, field.choices) == (
        question.id,
        "Size of your shirt",
        "multiple",
        ("S", "M", "L"),
    )
    answer(bob, page.id, question.id, "M", "L")
    ada = person_id(bob.group.salt, "ada@example.org")
    assert "Size of your shirt M; L" in bob.get(f"/console/people/{ada}").text
    [row] = csv.DictReader(io.StringIO(bob.get("/console/people/export").html[1:], newline=""))
    assert row["Size of your shirt"] == "M; L"


def test_a_question_is_asked_again_with_its_answers(bob: Organizer) -> None:
    first = written(bob, "form", **SIZE)
    second = written(bob, "survey", title="Winter")
    [question] = first.questions
    assert "Size of your shirt" in bob.get(f"/console/actions/{second.id}/edit").text
    asked = bob.post(f"/console/actions/{second.id}/arrange", {"do": "ask-again", "again": question.field})
    assert 'value="Size of your shirt"' in asked.html
    typed = dict(re.findall(r'type="hidden" name="(question-0-\w+)" value="([^"]*)"', asked.html))
    fields = SIZE | typed | {"title": "Winter", "opened": repr(second.edited)}
    assert bob.post(f"/console/actions/{second.id}/edit", fields).status == 303
    assert saved(second).questions[0].field == question.field
    assert len(field_store.fields_of(bob.group.id)) == 1


def test_a_field_keeps_its_kind(bob: Organizer) -> None:
    page = written(bob, "form", **SIZE)
    [question] = page.questions
    changed = SIZE | {"question-0-id": question.id, "question-0-field": question.field, "question-0-type": "number"}
    answered = bob.post(f"/console/actions/{page.id}/edit", changed | {"opened": repr(page.edited)})
    assert (answered.status, "keeps its kind" in answered.text) == (422, True)
    assert saved(page).questions == page.questions


def test_one_form_does_not_take_away_what_another_keeps(bob: Organizer) -> None:
    size = published(bob, written(bob, "form", **SIZE))
    diet = {"question-0-label": "What do you not eat?", "question-0-keep": "1", "question-0-choices": "Meat\nFish"}
    food = published(bob, written(bob, "form", title="Food", **{**diet, "question-0-type": "multiple"}))
    answer(bob, size.id, size.questions[0].id, "M")
    answer(bob, food.id, food.questions[0].id, "Fish")
    ada = people.find(bob.group.id, person_id(bob.group.salt, "ada@example.org"), consistent=True)
    assert ada
    assert sorted(ada.fields.values()) == ["Fish", "M"]


def test_charlie_cannot_ask_bobs_questions(bob: Organizer, charlie: Organizer) -> None:
    [question] = written(bob, "form", **SIZE).questions
    theirs = written(charlie, "form", title="Ours")
    asked = charlie.post(f"/console/actions/{theirs.id}/arrange", {"do": "ask-again", "again": question.field})
    assert "Size of your shirt" not in asked.text
