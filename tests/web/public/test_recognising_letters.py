"""Ada comes to a letter campaign by an email: who she is travels through all its steps, and none of them shows it."""

import pytest
from test_writing_letters import Form, address, campaign, sent, target_list  # noqa: F401

from chalicelib import clock
from chalicelib.people import recognition
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id
from chalicelib.people.recognition import Known

SECRETS = ("Ada", "Lovelace", "ada@", "1 Main", "Springfield")


@pytest.fixture
def ada(group):
    email = "ada@example.org"
    told = {"given_name": "Ada", "family_name": "Lovelace", "street": "1 Main St", "city": "Springfield"}
    person = Person(id=person_id(group.salt, email), group=group.id, email=email, zip_code="02138", **told)
    people.upsert(person, at=clock.now())
    return person


@pytest.fixture
def token(group, ada):
    return recognition.token(Known(group.id, ada.id), clock.now())


def told(answer, token):
    """What the answer gives away, with what stands around it."""
    text = answer.text.replace(token, "")
    return [text[max(0, text.find(secret) - 40) :][:80] for secret in SECRETS if secret in text]


def test_where_ada_lives_is_asked_because_the_letters_would_tell(browser, address, token):  # noqa: F811
    assert browser.post(f"{address}/known", {"known": token}).text.endswith('"knows":["email","name","street","city"]}')
    answer = browser.post(address, {"known": token})
    assert answer.status_code == 422
    assert "Enter your ZIP code" in answer.text
    assert told(answer, token) == []


def test_ada_writes_her_letter_and_no_step_shows_who_she_is(browser, address, ada, token, accepted):  # noqa: F811
    letters = browser.post(address, {"known": token, "zip_code": "02138"})
    assert letters.status_code == 200
    assert "a…@e…" in letters.text
    assert told(letters, token) == []
    back = browser.post(address, Form(letters).fields | {"back": "1"})
    assert f'name="known" value="{token}"' in back.text
    assert told(back, token) == []
    assert browser.post(address, Form(letters).fields).status_code == 303
    [submission] = accepted()
    assert (submission["person"], submission["given_name"], submission["street"]) == (ada.id, "Ada", "1 Main St")
    assert sent(submission)


def test_a_token_that_is_over_at_the_last_step_asks_who_she_is(browser, address, ada, token, accepted):  # noqa: F811
    letters = browser.post(address, {"known": token, "zip_code": "02138"})
    people.forget(ada.group, ada.id)
    answer = browser.post(address, Form(letters).fields)
    assert answer.status_code == 422
    assert "The link that you came by has expired" in answer.text
    assert 'value="02138"' in answer.text
    assert accepted() == []
