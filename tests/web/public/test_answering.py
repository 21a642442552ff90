"""Ada answers questions of Bob's own; what she wrote is never lost, and what came of it is counted right."""

import json

import pytest

from chalicelib import clock
from chalicelib.actions import results, store, take_action
from chalicelib.actions.action_page import Ask
from chalicelib.actions.question import Question, QuestionType

OFTEN = Question(id="a" * 8, label="How often?", type=QuestionType.SINGLE, choices=("Daily", "Never"), required=True)
BOOKS = Question(id="b" * 8, label="How many books?", type=QuestionType.NUMBER, hint="A month")
MISSING = Question(id="c" * 8, label="What is missing?", type=QuestionType.MULTIPLE, choices=("Hours", "Café", "Wifi"))
GONE = Question(id="d" * 8, label="Asked before", required=True, removed=True)


@pytest.fixture
def survey(publish):
    return publish(type="survey", slug="survey", title="Our library", questions=(OFTEN, BOOKS, MISSING, GONE))


@pytest.fixture
def address(group, survey):
    return f"/{group.slug}/{survey.slug}"


def answers(**more):
    return {"email": "ada@example.org", OFTEN.name: "Daily"} | more


def counted(page):
    charts = results.charts(page, page.questions)
    return {chart.question.label: {bar.label: bar.value for bar in chart.bars} for chart in charts}


def test_questions_are_asked_before_the_email_address(browser, address):
    text = browser.get(address).text
    assert text.index("How often?") < text.index("What is missing?") < text.index('name="email"')
    assert "Asked before" not in text


def test_every_answer_arrives_and_is_counted_once(browser, aws, group, survey, address):
    given = [(BOOKS.name, "1,200"), (MISSING.name, "Café"), (MISSING.name, "Hours")]
    body = "&".join(f"{name}={value}" for name, value in [*answers().items(), *given]).encode()
    assert browser.post(address, body=body).status_code == 303
    aws.handle("submissions", take_action.record_all)
    [action] = store.each_of_page(survey.id)
    assert action.answers == {OFTEN.id: "Daily", BOOKS.id: "1200", MISSING.id: ("Hours", "Café")}
    assert counted(survey)["What is missing?"] == {"Hours": 1, "Café": 1, "Wifi": 0}


def test_whoever_answers_anew_takes_the_old_answer_back(browser, aws, survey, address):
    for often in ("Daily", "Never", "Never"):
        browser.post(address, answers(**{OFTEN.name: often}))
        aws.handle("submissions", take_action.record_all)
    assert counted(survey)["How often?"] == {"Daily": 0, "Never": 1}


def test_of_two_in_the_wrong_order_the_later_one_counts(aws, browser, survey, address, accepted):
    browser.post(address, answers())
    browser.post(address, answers(**{OFTEN.name: "Never"}))
    first, later = accepted()
    records = [{"messageId": str(number), "body": json.dumps(one)} for number, one in enumerate((later, first))]
    for record in [*records, *records]:
        take_action.record_all([record])
    assert counted(survey)["How often?"] == {"Daily": 0, "Never": 1}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({OFTEN.name: ""}, "Answer “How often?”"),
        ({OFTEN.name: "Sometimes"}, "Choose one of the answers to “How often?”"),
        ({BOOKS.name: "many"}, "Answer “How many books?” with a number"),
        ({MISSING.name: "<b>"}, "Choose one of the answers to “What is missing?”"),
    ],
)
def test_what_is_no_answer_is_said_and_the_others_are_kept(browser, address, accepted, given, said):
    answer = browser.post(address, answers(**{MISSING.name: "Café"} | given))
    assert answer.status_code == 422
    assert answer.text.count(said) == 2
    assert 'value="ada@example.org"' in answer.text
    if MISSING.name not in given:
        assert 'value="Café" checked' in answer.text
    assert accepted() == []


def test_a_form_opened_before_a_question_was_removed_loses_nothing(browser, address, accepted):
    browser.post(address, answers(**{GONE.name: "Still here"}))
    assert accepted()[0]["answers"][GONE.id] == "Still here"


def test_a_question_added_since_the_form_was_opened_is_asked(browser, group, publish):
    page = publish(type="form", slug="form", questions=(OFTEN,))
    answer = browser.post(f"/{group.slug}/{page.slug}", {"email": "ada@example.org", "name": "Ada"})
    assert (answer.status_code, "Answer “How often?”" in answer.text) == (422, True)
    assert 'value="Ada"' in answer.text


def test_what_is_asked_about_the_person(browser, group, publish, accepted):
    asks = {"name": Ask.NO, "phone": Ask.REQUIRED, "street": Ask.OPTIONAL, "city": Ask.OPTIONAL, "zip_code": Ask.NO}
    page = publish(type="form", slug=f"f{clock.new_id()}"[:20], asks=asks)
    path = f"/{group.slug}/{page.slug}"
    assert "First and last name" not in browser.get(path).text
    assert "Enter your phone number" in browser.post(path, {"email": "ada@example.org"}).text
    assert "like 555 123 4567" in browser.post(path, {"email": "ada@example.org", "phone": "call me"}).text
    browser.post(path, {"email": "ada@example.org", "phone": "+1 (555) 123-4567", "street": "1 Main St", "name": "Ada"})
    [submission] = accepted()
    assert (submission["phone"], submission["street"], submission.get("given_name", "")) == (
        "+1 (555) 123-4567", "1 Main St", "",
    )  # fmt: skip
