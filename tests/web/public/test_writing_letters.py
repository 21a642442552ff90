"""Ada writes to those who decide where she lives: first who she is, then the letter; nothing is sent that she has not seen."""

import json
import re
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.action_types.letter import store, upload
from chalicelib.action_types.letter.columns import PLACES, TARGETS
from chalicelib.actions import find_page
from chalicelib.actions import store as actions
from chalicelib.network import store as network

TARGETS_FILE = b"""name,email,title,party,state,district,contact form
Grace Hopper,grace@senate.example,Senator,Democrat,MA,,
Emmy Noether,emmy@senate.example,Senator,Republican,MA,,
Edsger Dijkstra,edsger@house.example,Representative,Democrat,MA,5,
Barbara Liskov,barbara@house.example,Representative,Democrat,MA,7,
Alan Turing,,Representative,,GA,2,https://turing.example/write
Ida Rhodes,ida@senate.example,Senator,,GA,,
"""
PLACES_FILE = (Path(__file__).parents[2] / "action_types" / "zip-districts.csv").read_bytes()
VERSION = {"id": "aaaaaaaa", "subject": "Keep it open", "text": "We need it.\n\nAll of us.", "editable": True}
ADA = {"email": "ada@example.org", "name": "Ada Lovelace", "zip_code": "02138", "street": "1 Main St"}


@pytest.fixture
def target_list(group):
    made = upload.begin(group.id, "Congress")
    for kind, content in ((TARGETS, TARGETS_FILE), (PLACES, PLACES_FILE)):
        upload.keep(made, kind, content)
        made = upload.take(made, kind, upload.look(made, kind).meanings)
    return made


@pytest.fixture
def campaign(publish, target_list):
    def make(*versions, **words):
        own = {"targets": target_list.id, "versions": list(versions or [VERSION])}
        return publish(type="letter", slug="letters", title="Save the library", own=own, **words)

    return make


@pytest.fixture
def address(group, campaign):
    return f"/{group.slug}/{campaign().slug}"


class Form:
    """A page's form as a browser would send it: every field with what stands in it."""

    def __init__(self, answer):
        html = answer.text[answer.text.index("<form") : answer.text.index("</form>")]
        self.fields = {}
        for tag in re.findall(r"<input[^>]*>", html):
            name, value, kind = (self._part(tag, part) for part in ("name", "value", "type"))
            if name and (kind not in ("radio", "checkbox") or " checked" in tag):
                self.fields[name] = value
        for name, text in re.findall(r'<textarea[^>]*name="([^"]*)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL):
            self.fields[name] = unescape(text)

    def _part(self, tag, part):
        found = re.search(rf' {part}="([^"]*)"', tag)
        return unescape(found[1]) if found else ""


def sent(submission):
    return json.loads(submission["own"]["letters"])


def names(submission):
    return {each["subject"]: [target["name"] for target in each["targets"]] for each in sent(submission)}


def test_she_reads_the_letter_before_she_says_who_she_is(browser, address):
    text = browser.get(address).text
    assert "Keep it open" in text
    assert "Grace Hopper" not in text
    assert '<button name="back"' not in text


def test_what_the_letter_will_say_of_its_reader_stands_there_in_words(browser, group, campaign):
    page = campaign(VERSION | {"text": "As {{ target_title }} of {{target_place}} you decide, {{ target_name }}."})
    text = browser.get(f"/{group.slug}/{page.slug}").text
    assert "As [their office] of [their district] you decide, [their name]." in text


def test_her_zip_code_tells_whom_she_writes_to(browser, address, accepted):
    answer = browser.post(address, ADA)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    for name in ("Senator Grace Hopper", "Senator Emmy Noether", "Representative Edsger Dijkstra"):
        assert name in answer.text
    assert "Liskov" not in answer.text
    assert accepted() == []


def test_she_sends_what_she_made_of_it(browser, address, accepted):
    form = Form(browser.post(address + "?source=flyer", ADA)).fields
    assert form["letter-aaaaaaaa-text"] == VERSION["text"]
    answer = browser.post(address + "?source=flyer", form | {"letter-aaaaaaaa-text": "In my words.\r\nAda"})
    assert answer.status_code == 303
    [submission] = accepted()
    assert names(submission) == {"Keep it open": ["Grace Hopper", "Emmy Noether", "Edsger Dijkstra"]}
    assert sent(submission)[0]["text"] == "In my words.\nAda"
    assert (submission["street"], submission["source"], submission["zip_code"]) == ("1 Main St", "flyer", "02138")


def test_a_zip_code_of_two_districts_asks_for_hers(browser, address, accepted):
    asked = browser.post(address, ADA | {"zip_code": "02139"})
    assert (asked.status_code, "Which district do you live in?" in asked.text) == (200, True)
    assert "MA-5: Representative Edsger Dijkstra" in asked.text
    again = browser.post(address, Form(asked).fields)
    assert (again.status_code, "Choose your district" in again.text) == (422, True)
    strange = browser.post(address, Form(again).fields | {"place": "GA/2"})
    assert strange.status_code == 422
    shown = browser.post(address, Form(strange).fields | {"place": "MA/7"})
    assert ("Liskov" in shown.text, "Dijkstra" in shown.text) == (True, False)
    assert browser.post(address, Form(shown).fields).status_code == 303
    assert names(accepted()[0])["Keep it open"] == ["Grace Hopper", "Emmy Noether", "Barbara Liskov"]


def test_a_zip_code_without_anyone_is_told_and_nothing_is_lost(browser, address, accepted):
    answer = browser.post(address, ADA | {"zip_code": "99999"})
    assert (answer.status_code, "We know nobody to write to" in answer.text) == (409, True)
    assert 'value="Ada Lovelace"' in answer.text
    assert accepted() == []


def test_each_target_gets_the_first_letter_that_is_for_them(browser, group, campaign, accepted):
    page = campaign(
        VERSION
        | {"id": "bbbbbbbb", "subject": "To Republicans", "to": "party", "which": "republican", "editable": False},
        VERSION | {"id": "cccccccc", "subject": "To Edsger", "to": "name", "which": "Edsger Dijkstra"},
        VERSION,
    )
    at = f"/{group.slug}/{page.slug}"
    form = Form(browser.post(at, ADA)).fields
    assert "letter-bbbbbbbb-text" not in form
    browser.post(at, form | {"letter-bbbbbbbb-subject": "Mine", "letter-bbbbbbbb-text": "Mine"})
    assert names(accepted()[0]) == {
        "To Republicans": ["Emmy Noether"],
        "To Edsger": ["Edsger Dijkstra"],
        "Keep it open": ["Grace Hopper"],
    }


def test_whoever_takes_no_email_is_named_with_their_own_form(browser, address, accepted):
    answer = browser.post(address, ADA | {"zip_code": "31701"})
    assert 'href="https://turing.example/write"' in answer.text
    browser.post(address, Form(answer).fields)
    assert names(accepted()[0]) == {"Keep it open": ["Ida Rhodes"]}


@pytest.mark.parametrize(
    ("part", "typed", "said"),
    [
        ("subject", "", "Write a subject"),
        ("subject", "x" * 151, "150 letters at most"),
        ("text", " \n ", "Write the letter"),
        ("text", "x" * 8001, "8,000 letters at most"),
    ],
)
def test_what_is_wrong_with_a_letter_is_said_and_the_rest_is_kept(browser, address, accepted, part, typed, said):
    form = Form(browser.post(address, ADA)).fields | {"letter-aaaaaaaa-text": "My own words"}
    answer = browser.post(address, form | {f"letter-aaaaaaaa-{part}": typed})
    assert (answer.status_code, answer.text.count(said)) == (422, 2)
    assert Form(answer).fields["name"] == "Ada Lovelace"
    if part == "subject":
        assert "My own words" in answer.text
    assert accepted() == []


def test_going_back_keeps_her_words_and_does_not_send(browser, address, accepted):
    form = Form(browser.post(address, ADA)).fields | {"letter-aaaaaaaa-text": "My own words"}
    back = browser.post(address, form | {"back": "1"})
    assert (back.status_code, 'value="02138"' in back.text) == (200, True)
    moved = browser.post(address, Form(back).fields | {"zip_code": "31701"})
    assert "Ida Rhodes" in moved.text
    assert Form(moved).fields["letter-aaaaaaaa-text"] == "My own words"
    assert accepted() == []


def test_nothing_is_sent_to_anyone_she_has_not_seen(browser, address, target_list, accepted):
    form = Form(browser.post(address, ADA)).fields
    upload.keep(target_list, TARGETS, TARGETS_FILE.replace(b"Grace Hopper,grace", b"Ada Yonath,yonath"))
    upload.take(target_list, TARGETS, upload.look(target_list, TARGETS).meanings)
    answer = browser.post(address, form | {"letter-aaaaaaaa-text": "My own words"})
    assert (answer.status_code, "Ada Yonath" in answer.text, "My own words" in answer.text) == (200, True, True)
    assert browser.post(address, form | {"zip_code": "31701"}).status_code == 200
    assert accepted() == []


def test_a_fixed_letter_that_was_changed_meanwhile_is_shown_again(browser, group, campaign, accepted):
    page = campaign(VERSION | {"editable": False})
    at = f"/{group.slug}/{page.slug}"
    form = Form(browser.post(at, ADA)).fields
    actions.change_page(group.id, page.id, own=page.own | {"versions": [VERSION | {"editable": False, "text": "New"}]})
    find_page._lately.clear()
    assert browser.post(at, form).status_code == 200
    assert accepted() == []


def test_when_we_cannot_take_it_her_words_stay(browser, address, monkeypatch):
    form = Form(browser.post(address, ADA)).fields | {"letter-aaaaaaaa-text": "My own words"}
    monkeypatch.setattr(store, "find", lambda *_: 1 / 0)
    answer = browser.post(address, form)
    assert (answer.status_code, "It did not go through" in answer.text) == (503, True)
    assert Form(answer).fields["letter-aaaaaaaa-text"] == "My own words"


def test_another_groups_list_leads_to_nobody(browser, group, publish):
    other = network.create_group(f"g{clock.new_id()}", "Another group")
    theirs = upload.begin(other.id, "Theirs")
    upload.keep(theirs, TARGETS, b"name,email\nEveryone,everyone@example.gov\n")
    upload.take(theirs, TARGETS, ["name", "email"])
    page = publish(type="letter", slug="stolen", own={"targets": theirs.id, "versions": [VERSION]})
    answer = browser.post(f"/{group.slug}/{page.slug}", ADA)
    assert (answer.status_code, "Everyone" in answer.text) == (409, False)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    more=st.dictionaries(
        st.sampled_from(["place", "letter-for", "back", "letter-aaaaaaaa-text", "letter-x", '"><script>']),
        st.text(max_size=20),
    )
)
def test_no_field_breaks_the_page_or_gets_through_unescaped(browser, address, more):
    answer = browser.post(address, ADA | more)
    assert answer.status_code in (200, 422)
    assert "<script>" not in answer.text.replace('<script src="', "")


def test_in_spanish(browser, group, campaign):
    page = campaign(language="es")
    answer = browser.post(f"/{group.slug}/{page.slug}", ADA)
    assert "Enviar mi carta" in answer.text
