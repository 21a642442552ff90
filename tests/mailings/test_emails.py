"""Our own emails: right words, right links, and nothing in them that a stranger could have put there."""

import pytest

from chalicelib import config
from chalicelib.actions.action_page import ActionPage
from chalicelib.mailings import emails, unsubscribe
from chalicelib.network.group import Group
from chalicelib.people.person import Person, person_id

URL = "https://muster.example"
SALT = "ab" * 16

pytestmark = pytest.mark.usefixtures("installation")


@pytest.fixture
def installation(monkeypatch):
    monkeypatch.setattr(config, "secret", lambda: b"a secret of the installation")
    monkeypatch.setenv("MAIL_FROM", "muster@example.org")


def thank(group=None, page=None, person=None):
    group = Group(
        **{"id": "1" * 32, "slug": "library", "name": "Friends of the Library", "salt": SALT, "created": 0}
        | (group or {})
    )
    page = ActionPage(
        **{
            "id": "2" * 32,
            "group": group.id,
            "type": "petition",
            "slug": "save",
            "title": "Save the library",
            "created": 0,
        }
        | (page or {})
    )
    known = {
        "id": person_id(SALT, "ada@example.org"),
        "group": group.id,
        "email": "ada@example.org",
        "given_name": "Ada",
    }
    return emails.thank_you(group, page, Person(**known | (person or {})), URL)


def test_ada_is_thanked_for_what_she_signed():
    message = thank()
    assert message.to == "ada@example.org"
    assert message.subject == "Thank you for signing “Save the library”"
    assert (message.sender_name, message.sender_address) == ("Friends of the Library", "muster@example.org")
    for part in (message.html, message.text):
        assert "Save the library" in part


def test_her_share_link_credits_her():
    message, person = thank(), Person(id=person_id(SALT, "ada@example.org"), group="1", email="")
    assert f"{URL}/library/save?referrer={person.referrer_code}&source=email" in message.text
    assert f"{URL}/library/save?referrer={person.referrer_code}&amp;source=email" in message.html
    assert f"{URL}/library/save/thanks?code={person.referrer_code}" in message.html


def test_she_can_leave_with_one_click():
    message = thank()
    link = message.headers["List-Unsubscribe"].strip("<>")
    leaver = unsubscribe.read(link.removeprefix(f"{URL}/u/"))
    assert leaver == ("1" * 32, person_id(SALT, "ada@example.org"), "")
    assert message.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert link in message.html
    assert link in message.text


def test_what_ada_typed_stands_nowhere():
    """Anyone can type anyone's address: such an email must not carry the typist's words."""
    typed = {"given_name": "BUY-NOW", "family_name": "http://evil.example", "zip_code": "SPAM"}
    message = thank(person=typed)
    for part in (message.html, message.text, message.subject):
        for word in typed.values():
            assert word not in part


def test_a_spanish_petition_thanks_in_spanish():
    message = thank(page={"language": "es", "title": "Salvemos la biblioteca"})
    assert message.subject == "Gracias por firmar «Salvemos la biblioteca»"
    assert '<html lang="es"' in message.html
    assert "Tu enlace:" in message.text


@pytest.mark.parametrize("evil", ["a\r\nBcc: bob@example.org", "a\nX: y", "a\x00b", "a\u2028b", "a\u202eb"])
def test_no_line_break_reaches_a_header(evil):
    message = thank(group={"name": evil, "sender_name": evil, "reply_to": evil}, page={"title": evil})
    for header in (message.subject, message.sender_name, message.reply_to, *message.headers.values()):
        assert header.isprintable()


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "Fish & chips", "{{ secret }}", "{title}"])
def test_a_title_is_only_a_title(title):
    message = thank(page={"title": title})
    assert "<script>" not in message.html
    assert title in message.text


def test_a_postal_address_that_names_the_group_does_not_name_it_twice():
    message = thank(group={"postal_address": "Friends of the Library, 1 Main St"})
    for part in (message.html, message.text):
        assert "Friends of the Library, Friends of the Library" not in part


def test_where_the_group_can_be_written_to_is_said():
    assert "1 Main St" in thank(group={"postal_address": "1 Main St"}).text
    assert "1 Main St" in thank(group={"postal_address": "1 Main St"}).html


@pytest.mark.parametrize("accent", ["#ffd400", 'red"><script>', ""])
def test_any_colour_gives_a_readable_button(accent):
    html = thank(group={"accent": accent}).html
    assert "<script>" not in html
    assert ("color: #000" if accent == "#ffd400" else "color: #fff") in html


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Your link to sign in"), ("es", "Tu enlace para entrar"), ("xx", "Your link to sign in")],
)
def test_bob_gets_a_link_to_sign_in(language, subject):
    message = emails.sign_in_link("bob@example.org", f"{URL}/console/sign-in/abc", language)
    assert message.to == "bob@example.org"
    assert message.subject == subject
    assert message.sender_address == "muster@example.org"
    for part in (message.html, message.text):
        assert f"{URL}/console/sign-in/abc" in part
        assert "10 minut" in part
    assert message.headers == {}


def test_an_email_has_one_button_and_is_small():
    for message in (thank(), emails.sign_in_link("bob@example.org", URL, "en")):
        assert message.html.count("bgcolor=") == 1
        assert len(message.html.encode()) < 10_000
        assert "<img" not in message.html
        assert "{" not in message.text
