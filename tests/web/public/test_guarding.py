"""What a risky form is asked for: nothing typed is lost, nobody is refused, and everyone gets the same answer."""

import json
import random
import re
from html import unescape

import altcha
import pytest

from chalicelib import clock, signing
from chalicelib.actions import find_page, store, take_action
from chalicelib.guard import budgets, form_token, proof_of_work
from chalicelib.mailings import deliver
from chalicelib.mailings.autoresponse_store import DAY_SECONDS
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Person, person_id

TRAPPED = {"homepage": "https://evil.example"}


@pytest.fixture
def easy(monkeypatch):
    monkeypatch.setattr(proof_of_work, "_COST", 10)


@pytest.fixture
def form():
    email = f"ada-{clock.new_id()[-10:]}@example.org"
    return {"email": email, "name": "Ada Lovelace", "zip_code": "02139"}


def carried(text):
    """The fields of a page's form, as a browser would send them."""
    pairs = re.findall(r'<input type="hidden" name="([^"]*)" value="([^"]*)">', text)
    return {unescape(name): unescape(value) for name, value in pairs}


def solved(text):
    puzzle = altcha.Challenge.from_dict(json.loads(unescape(re.search(r'data-challenge="([^"]+)"', text)[1])))
    return altcha.Payload(puzzle, altcha.solve_challenge(puzzle)).to_base64()


def token(petition, age=60):
    return form_token.mint(petition.id, clock.now() - age)


def test_every_form_says_when_its_page_was_made_and_has_a_field_that_nobody_sees(browser, petition, address):
    text = browser.get(address).text
    made = re.search(r'name="form_token" value="([^"]+)"', text)[1]
    assert form_token.doubts(petition.id, made, clock.now() + 60) == frozenset()
    assert re.search(r'<div aria-hidden="true"[^>]*>.*name="homepage" tabindex="-1" autocomplete="off"', text)


def test_a_form_that_is_sent_back_keeps_its_token(browser, petition, address):
    old = token(petition, age=3600)
    answer = browser.post(address, {"email": "no address", "form_token": old})
    assert (answer.status_code, f'value="{old}"' in answer.text) == (422, True)


@pytest.mark.parametrize(
    "odd",
    [
        {},
        {"form_token": "forged"},
        {"form_token": "x" * 5000},
        {"form_token": "\0é"},
        {"form_token": ["", "A" * 43]},
    ],
)
def test_whoever_has_lost_the_token_acts_all_the_same(browser, address, form, accepted, odd):
    assert browser.post(address, form | odd).status_code == 303
    assert len(accepted()) == 1


def test_a_trapped_form_is_asked_for_a_proof_and_loses_nothing(browser, address, form, accepted, easy):
    answer = browser.post(address, form | TRAPPED | {"consent": "", "join": "library"})
    assert answer.status_code == 403
    assert answer.headers["Cache-Control"] == "no-store"
    assert "One more step" in answer.text
    assert accepted() == []
    assert carried(answer.text) | {"altcha": ""} == form | TRAPPED | {"consent": "", "join": "library", "altcha": ""}


def test_with_the_proof_it_is_accepted_once(browser, address, form, accepted, easy):
    answer = browser.post(address, form | TRAPPED)
    proof = carried(answer.text) | {"altcha": solved(answer.text)}
    assert browser.post(address, proof).status_code == 303
    assert browser.post(address, proof).status_code == 303  # a double click
    assert {one["person"] for one in accepted()} == {accepted_person(form, address)}


def accepted_person(form, address):
    public = find_page.find(*address.strip("/").split("/"))
    return person_id(public.group.salt, form["email"])


def test_a_proof_that_somebody_used_is_no_good_for_others(browser, address, form, accepted, easy):
    answer = browser.post(address, form | TRAPPED)
    proof = carried(answer.text) | {"altcha": solved(answer.text)}
    browser.post(address, proof)
    replay = browser.post(address, proof | {"email": f"x{form['email']}"})
    assert replay.status_code == 403
    assert "data-send" not in replay.text  # it waits for its person
    assert len(accepted()) == 1


def test_two_lines_and_markup_travel_through_the_step_unchanged(browser, address, form, easy):
    typed = {"comment": "Two\r\nlines <script>\"'&", "name": "“Ada” O'Neill & co <b>"}
    answer = browser.post(address, form | TRAPPED | typed)
    got = carried(answer.text)
    assert {name: got[name] for name in typed} == typed
    assert "<script>" not in answer.text


def test_the_step_loads_its_script_and_no_other_page_does(browser, address, form, easy):
    answer = browser.post(address, form | TRAPPED)
    assert re.findall(r'<script src="/static/[0-9a-f]+/(\S+)"', answer.text) == ["proof.js"]
    assert "altcha" not in browser.get(address).text
    assert len(answer.body) < 20_000


def test_a_busy_network_alone_troubles_nobody(browser, address, form, accepted, petition):
    for number in range(40):
        filled = form | {"email": f"{number}{form['email']}", "form_token": token(petition)}
        assert browser.post(address, filled).status_code == 303
    assert len(accepted()) == 40


def test_programs_on_a_busy_network_are_asked(browser, address, form):
    """Without the token that every browser sends."""
    answers = [browser.post(address, form | {"email": f"{number}{form['email']}"}) for number in range(40)]
    assert [answer.status_code for answer in answers] == [303] * 30 + [403] * 10


def test_only_that_network_is_busy(browser, address, form):
    edge = {"x_muster_edge": signing.sign(signing.EDGE, b"")}
    for number in range(40):
        filled = form | {"email": f"{number}{form['email']}"}
        browser.post(address, filled, x_forwarded_for="203.0.113.9, 10.0.0.1", **edge)
    for spoofed in ("198.51.100.7, 10.0.0.1", "203.0.113.9, 198.51.100.7, 10.0.0.1"):
        assert browser.post(address, form, x_forwarded_for=spoofed, **edge).status_code == 303


def test_an_address_that_comes_too_often_is_asked_whether_it_is_known_or_not(browser, group, address, form, ada, easy):
    known, unknown = form | {"email": ada.email}, form

    def answers(filled):
        budgets.forget()
        return [browser.post(address, filled) for _ in range(12)]

    pages = []
    for filled in (known, unknown):
        came = answers(filled)
        assert [answer.status_code for answer in came] == [303] * 10 + [403] * 2
        text = came[-1].text.replace(filled["email"], "EMAIL")
        pages.append(re.sub(r'data-challenge="[^"]+"', "", text))
    assert pages[0] == pages[1]


def test_other_spellings_of_an_inbox_are_the_same_address(browser, address, form):
    spelled = ["ada.b@gmail.com", "adab+1@gmail.com", "a.d.a.b@googlemail.com", "adab@gmail.com"]
    answers = [browser.post(address, form | {"email": spelled[number % 4]}) for number in range(12)]
    assert [answer.status_code for answer in answers[-2:]] == [403, 403]


def from_anywhere():
    """Links are counted by network: each of these asks from one of its own."""
    return f"100.{random.randrange(64, 128)}.{random.randrange(256)}.1"


@pytest.fixture
def link(browser, aws, address, form):
    """Ada's browser runs no scripts: she has asked for a link, and it came."""
    aws.handle("mail", deliver.deliver_all)
    asked = form | TRAPPED | {"by_email": "1", "name": "Buy at evil dot example"}
    answer = browser.post(address, asked, x_forwarded_for=from_anywhere())
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/inbox")
    assert "Look into your inbox" in browser.get(f"{address}/inbox").text
    aws.handle("mail", deliver.deliver_all)
    [email] = aws.inbox(form["email"])
    assert "evil" not in json.dumps(email)
    return re.search(r"https?://[^/]+(/\S+/confirm/\S+)", email["text"])[1]


def test_without_scripts_a_link_by_email_is_the_way_through(browser, aws, link, address, form, accepted):
    for _ in range(3):  # scanners
        page = browser.get(link)
        browser.head(link)
    assert (page.status_code, accepted()) == (200, [])
    assert "Buy at evil dot example" in page.text
    assert browser.post(address, carried(page.text)).status_code == 303
    assert [one["email"] for one in accepted()] == [form["email"]]


def test_the_link_confirms_that_address_only(browser, link, address, form, accepted):
    sent = carried(browser.get(link).text)
    assert browser.post(address, sent | {"email": f"x{form['email']}"}).status_code == 403
    assert accepted() == []


@pytest.mark.parametrize("change", ["x", "", "%2F..", "%00", "a" * 3000])
def test_a_changed_link_leads_nowhere(browser, link, change):
    changed = link.rsplit("/", 1)[0] + "/" + change if change == "" else link + change
    assert browser.get(changed).status_code == 404


def test_a_link_gets_too_old(browser, link, monkeypatch):
    later = clock.now() + 3 * 86400
    monkeypatch.setattr(clock, "now", lambda: later)
    assert browser.get(link).status_code == 404


def test_whoever_asks_for_links_again_gets_one_email_and_the_same_answer(browser, aws, link, address, form):
    for _ in range(5):
        answer = browser.post(address, form | TRAPPED | {"by_email": "1"})
        assert (answer.status_code, answer.headers["Location"]) == (303, f"{address}/inbox")
    aws.handle("mail", deliver.deliver_all)
    assert len(aws.inbox(form["email"])) == 1


def test_three_links_ever_until_one_is_used(browser, aws, link, address, form, monkeypatch):
    now = clock.now()

    def ask_on_day(number):
        monkeypatch.setattr(clock, "now", lambda: now + number * (DAY_SECONDS + 60))
        budgets.forget()
        browser.post(address, form | TRAPPED | {"by_email": "1"}, x_forwarded_for=from_anywhere())
        aws.handle("mail", deliver.deliver_all)
        return len(aws.inbox(form["email"]))

    assert [ask_on_day(number) for number in range(1, 5)] == [2, 3, 3, 3]
    newest = re.search(r"https?://[^/]+(/\S+/confirm/\S+)", aws.inbox(form["email"])[-1]["text"])[1]
    monkeypatch.setattr(clock, "now", lambda: now + 2 * (DAY_SECONDS + 60))
    assert browser.post(address, carried(browser.get(newest).text)).status_code == 303
    assert ask_on_day(6) == 4


def test_whoever_has_left_gets_no_link(browser, aws, group, address, form):
    person = Person(id=person_id(group.salt, form["email"]), group=group.id, email=form["email"])
    people.upsert(person, at=clock.now())
    subscription.unsubscribe(group.id, person.id)
    browser.post(address, form | TRAPPED | {"by_email": "1"})
    aws.handle("mail", deliver.deliver_all)
    assert aws.inbox(form["email"]) == []


@pytest.mark.parametrize("name", ["Buy at evil.example", "https://evil", "www.evil", "Ada evil.com/x"])
def test_a_name_is_not_a_link(browser, address, form, accepted, name):
    answer = browser.post(address, form | {"name": name})
    assert (answer.status_code, "without a web address" in answer.text, accepted()) == (422, True, [])


@pytest.mark.parametrize(
    "name", ["Mary St.John", "J.R.R. Tolkien", "Ada", "ada@example.org", "Sammy Davis, Jr.", "李小龍"]
)
def test_whatever_people_are_called_is_a_name(browser, address, form, name):
    assert browser.post(address, form | {"name": name}).status_code == 303


def test_ten_thousand_posts_for_one_address_cause_one_email(browser, aws, group, publish, monkeypatch, form):
    """From a thousand networks, over twenty pages, through Lambdas that each see a little of it."""
    pages = [publish(slug=f"p{number}", title=f"Page {number}") for number in range(20)]
    monkeypatch.setattr(proof_of_work, "challenge", lambda page, now: "{}")
    statuses = []
    for number in range(10_000):
        if number % 500 == 0:
            budgets.forget()
        page, network = pages[number % 20], f"10.{number % 1000 // 250}.{number % 250}.9, 10.9.9.9"
        answer = browser.post(f"/{group.slug}/{page.slug}", form, x_forwarded_for=network)
        statuses.append(answer.status_code)
        if number % 2500 == 0:
            aws.handle("submissions", take_action.record_all)
            aws.handle("mail", deliver.deliver_all)
    aws.handle("submissions", take_action.record_all)
    aws.handle("mail", deliver.deliver_all)
    assert len(aws.inbox(form["email"])) == 1
    assert statuses.count(303) < 100
    assert set(statuses) == {303, 403}
    assert store.find_action(pages[0].id, person_id(group.salt, form["email"]))
