"""Ada leaves by the link in an email: a GET only asks, a POST acts, and nobody else can leave for her."""

import pytest

from chalicelib import signing
from chalicelib.mailings import unsubscribe
from chalicelib.mailings.unsubscribe import Leaver
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id

ONE_CLICK = b"List-Unsubscribe=One-Click"


@pytest.fixture
def link(group, ada):
    return f"/u/{unsubscribe.token(Leaver(group.id, ada.id, ''))}"


@pytest.fixture
def standing(group, ada):
    return lambda: people.find(group.id, ada.id, consistent=True).subscription


def test_the_page_asks_and_changes_nothing(browser, link, snapshot):
    before = snapshot()
    for _ in range(2):
        answer = browser.get(link)
        assert answer.status_code == 200
        assert "Unsubscribe from Friends of the Library?" in answer.text
    assert snapshot() == before


def test_the_page_does_not_give_the_address_away(browser, link):
    text = browser.get(link).text
    assert "a***@example.org" in text
    assert "ada@" not in text


def test_the_page_goes_nowhere(browser, link):
    headers = browser.get(link).headers
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cache-Control"] == "no-store"
    assert headers["X-Robots-Tag"] == "noindex"


def test_ada_presses_the_button(browser, link, standing):
    answer = browser.post(link, {})
    assert answer.status_code == 200
    assert "You will get no more email from Friends of the Library." in answer.text
    assert standing() == "unsubscribed"


def test_leaving_twice_is_leaving_once(browser, link, standing, snapshot):
    browser.post(link, {})
    before = snapshot()
    assert browser.post(link, {}).status_code == 200
    assert standing() == "unsubscribed"
    assert snapshot() == before


def test_who_has_left_is_told_so(browser, link):
    browser.post(link, {})
    text = browser.get(link).text
    assert "You are unsubscribed" in text
    assert "Get email from Friends of the Library again" in text


def test_ada_changes_her_mind(browser, link, standing):
    browser.post(link, {})
    answer = browser.post(link, {"back": "1"})
    assert "You are on the list again" in answer.text
    assert standing() == "subscribed"


MULTIPART = b'--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("application/x-www-form-urlencoded", ONE_CLICK),
        ("multipart/form-data; boundary=x", MULTIPART),
        ("multipart/form-data", ONE_CLICK),
        ("text/plain", ONE_CLICK),
        ("application/json", b"{}"),
        ("", ONE_CLICK),
        ("application/x-www-form-urlencoded", b""),
        ("application/x-www-form-urlencoded", b"\xff" * 70_000),
    ],
)
def test_a_mail_programs_own_button(browser, link, standing, content_type, body):
    answer = browser.post(link, body=body, content_type=content_type, sec_fetch_site="cross-site")
    assert answer.status_code == 200
    assert "Location" not in answer.headers
    assert "Set-Cookie" not in answer.headers
    assert standing() == "unsubscribed"


def test_a_changed_link_does_nothing(browser, link, standing):
    for place in range(len("/u/"), len(link), 7):
        other = "A" if link[place] != "A" else "B"
        changed = link[:place] + other + link[place + 1 :]
        assert browser.get(changed).status_code == 404
        assert browser.post(changed, {}).status_code == 404
    assert standing() == "subscribed"


@pytest.mark.parametrize("token", ["x", "%00", "%ff%fe", "a" * 5000, "é", "AAAA====", "..%2f..", "<script>"])
def test_nonsense_gets_a_page(browser, token):
    answer = browser.get(f"/u/{token}", accept_language="es")
    assert answer.status_code == 404
    assert "Este enlace no funciona" in answer.text


def test_a_link_for_something_else_is_no_good(browser, group, ada, standing):
    token = signing.sign("recognise", bytes.fromhex(group.id + ada.id))
    assert browser.post(f"/u/{token}", {}).status_code == 404
    assert standing() == "subscribed"


def test_a_link_of_a_group_that_is_gone(browser, ada):
    token = unsubscribe.token(Leaver("0" * 32, ada.id, ""))
    assert browser.get(f"/u/{token}").status_code == 404


def test_whom_the_group_no_longer_knows_gets_no_email(browser, group):
    token = unsubscribe.token(Leaver(group.id, "0" * 32, ""))
    for answer in (browser.get(f"/u/{token}"), browser.post(f"/u/{token}", {})):
        assert answer.status_code == 200
        assert "You will get no more email from" in answer.text


def test_leaving_bobs_group_does_not_leave_charlies(browser, link, aws):
    charlies = network.create_group(f"charlies-{link[-8:].lower().replace('_', '-')}", "Charlie's")
    there = Person(id=person_id(charlies.salt, "ada@example.org"), group=charlies.id, email="ada@example.org")
    people.upsert(there, at=1)
    browser.post(link, {})
    assert people.find(charlies.id, there.id).subscription == "subscribed"


def test_ada_is_spoken_to_in_her_language(browser, group, ada):
    people.change(group.id, ada.id, language="es")
    token = unsubscribe.token(Leaver(group.id, ada.id, ""))
    assert "Darme de baja" in browser.get(f"/u/{token}", accept_language="en").text
