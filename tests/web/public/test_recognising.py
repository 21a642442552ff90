"""Ada comes by a link in Bob's email and acts in one step; whoever else holds her link learns and changes nothing."""

import json

import msgspec
import pytest

from chalicelib import clock
from chalicelib.actions import find_page, recognise, take_action
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import Ask, Status
from chalicelib.actions.question import Question
from chalicelib.network import store as network
from chalicelib.people import recognition, subscription
from chalicelib.people import store as people
from chalicelib.people.person import Person, Subscription, person_id
from chalicelib.people.recognition import Known

SECRETS = ("Ada", "Lovelace", "ada@", "example.org", "12345", "1 Main", "555")
MASKED = {"name": "A… L…", "email": "a…@e…"}


@pytest.fixture
def ada(group):
    """A supporter of whom Bob's group knows all but the city."""
    email = "ada@example.org"
    told = {"given_name": "Ada", "family_name": "Lovelace", "phone": "555 123 4567", "street": "1 Main St"}
    person = Person(id=person_id(group.salt, email), group=group.id, email=email, zip_code="12345", **told)
    people.upsert(person, at=clock.now())
    return look(person)


@pytest.fixture
def token(group, ada):
    return recognition.token(Known(group.id, ada.id), clock.now())


@pytest.fixture
def handle(aws, accepted):
    """Whatever was accepted is recorded."""
    return lambda: aws.handle("submissions", take_action.record_all)


def look(person):
    return people.find(person.group, person.id, consistent=True)


def ask(browser, address, token, **headers):
    return browser.post(f"{address}/known", {"known": token}, **headers)


def told(*answer):
    return json.loads(ask(*answer).text)


# What a page is told


def test_a_page_is_told_masked_data_and_nothing_else(browser, address, token):
    answer = ask(browser, address, token)
    assert json.loads(answer.text) == MASKED | {"acted": False, "knows": ["email", "name", "zip_code"]}
    assert not any(secret in answer.text for secret in SECRETS)
    assert (answer.headers["Cache-Control"], answer.headers["Content-Type"]) == ("no-store", "application/json")
    assert "Set-Cookie" not in answer.headers
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_it_says_which_fields_need_not_be_filled_in_by_name_alone(browser, group, publish, token):
    asks = {"name": Ask.NO, "phone": Ask.OPTIONAL, "city": Ask.REQUIRED, "street": Ask.REQUIRED}
    page = publish(slug="asks", asks=asks)
    assert told(browser, f"/{group.slug}/{page.slug}", token)["knows"] == ["email", "phone", "street", "zip_code"]


def test_what_the_page_would_not_take_is_asked(browser, address, group, ada, token):
    people.change(group.id, ada.id, zip_code="1" * 30, given_name="", family_name="")
    assert told(browser, address, token)["knows"] == ["email"]
    assert told(browser, address, token)["name"] == ""


def test_who_has_acted_is_told_so(browser, address, token, handle):
    browser.post(address, {"known": token})
    handle()
    assert told(browser, address, token)["acted"] is True


def test_every_token_that_is_no_good_gets_the_same_answer(browser, group, address, petition, publish, ada, token):
    charlies = network.create_group(f"c{group.slug}"[:40], "Charlie's group")
    now = clock.now()
    publish(slug="draft", status=Status.DRAFT)
    publish(slug="closed", status=Status.CLOSED)
    publish(slug="only-leads", type="campaign")
    strange = {
        address: [
            "",
            "x",
            "é",
            token[:-1],
            token + "A",
            token.swapcase(),
            "A" * 2000,
            recognition.token(Known(group.id, ada.id), now - recognition.SECONDS - 1),
            recognition.token(Known(charlies.id, ada.id), now),
            recognition.token(Known(charlies.id, person_id(charlies.salt, ada.email)), now),
            recognition.token(Known(group.id, "0" * 32), now),
        ],
        **{f"/{group.slug}/{slug}": [token] for slug in ("draft", "closed", "only-leads", "nothing-there")},
        f"/{charlies.slug}/{petition.slug}": [token],
    }
    answers = [ask(browser, place, each) for place, tokens in strange.items() for each in tokens]
    answers.append(browser.post(f"{address}/known", body=b"\xff&known=\xfe"))
    answers.append(browser.post(f"{address}/known", body=b"known=" + token.encode() + b"&x=" + b"x" * 2000))
    answers.append(ask(browser, address, token, sec_fetch_site="cross-site"))
    assert {(answer.status_code, answer.text, answer.headers["Cache-Control"]) for answer in answers} == {
        (200, "{}", "no-store")
    }


@pytest.mark.parametrize("gone", ["forgotten", "bounced", "complained", "complained elsewhere"])
def test_whoever_may_not_be_written_to_is_not_recognised(browser, group, address, ada, token, gone):
    ways = {
        "forgotten": lambda: people.forget(group.id, ada.id),
        "bounced": lambda: people.change_subscription(
            group.id, ada.id, Subscription.BOUNCED, clock.now(), out_of=[Subscription.SUBSCRIBED]
        ),
        "complained": lambda: people.change_subscription(
            group.id, ada.id, Subscription.COMPLAINED, clock.now(), out_of=[Subscription.SUBSCRIBED]
        ),
    }
    email = f"{clock.new_id()}@example.org"
    if gone == "complained elsewhere":
        other = Person(id=person_id(group.salt, email), group=group.id, email=email)
        people.upsert(other, at=clock.now())
        people.suppress(subscription.address_hash(email), "complained", clock.now())
        token = recognition.token(Known(group.id, other.id), clock.now())
    else:
        ways[gone]()
    assert told(browser, address, token) == {}


def test_asking_changes_nothing_and_an_address_never_holds_a_token(browser, address, token, snapshot):
    before = snapshot()
    ask(browser, address, token)
    assert snapshot() == before
    assert browser.get(f"{address}/known").status_code in (403, 404, 405)
    assert "method" not in browser.get(address).text.split("<form")[1].split(">")[0].replace('method="post"', "")


def test_the_page_is_the_same_bytes_for_everyone(browser, address, token, ada):
    plain = browser.get(address)
    for path in (f"{address}?known={token}", f"{address}?k={token}&source=mailing-1"):
        assert browser.get(path).body == plain.body
    assert browser.get(address, cookie=f"known={token}").body == plain.body
    assert "s-maxage" in plain.headers["Cache-Control"]


def test_a_person_is_recognised_in_their_own_group_and_under_their_own_id_alone(browser, group, address, ada, token):
    public = find_page.find(*address.strip("/").split("/"))
    assert recognise.find(public, token) == ada
    # Were two groups to share a salt, a token of the one would still be no good for the other.
    charlies = msgspec.structs.replace(group, id="c" * 32)
    assert recognise.find(public._replace(group=charlies), token) is None
    strange = msgspec.structs.replace(ada, id="e" * 32)
    people.upsert(strange, at=clock.now())
    assert recognise.find(public, recognition.token(Known(group.id, strange.id), clock.now())) is None


# Acting


def test_ada_acts_in_one_step(browser, address, group, petition, ada, token, accepted):
    answer = browser.post(address, {"known": token, "source": "mailing-1"})
    assert answer.headers["Location"] == f"{address}/thanks?code={ada.referrer_code}"
    [submission] = accepted()
    assert (submission["person"], submission["email"], submission["recognised"]) == (ada.id, ada.email, True)
    assert (submission["given_name"], submission["zip_code"], submission["source"]) == ("Ada", "12345", "mailing-1")


def test_another_name_typed_renames_nobody(browser, address, petition, ada, token, accepted):
    browser.post(address, {"known": token, "name": "Mallory Evil", "zip_code": "99999", "phone": "555 000 0000"})
    [submission] = accepted()
    assert (submission["given_name"], submission["zip_code"], submission.get("phone", "")) == ("Ada", "12345", "")
    take_action.record_all([{"messageId": "1", "body": json.dumps(submission)}])
    after = look(ada)
    assert (after.full_name, after.zip_code, after.phone) == ("Ada Lovelace", "12345", "555 123 4567")
    assert actions.find_action(petition.id, ada.id)


def test_what_was_lacking_is_kept_and_stays(browser, group, publish, ada, token, handle):
    page = publish(slug="city", asks={"city": Ask.REQUIRED})
    path = f"/{group.slug}/{page.slug}"
    assert browser.post(path, {"known": token}).text.count("Enter your city") == 2
    for city in ("Boston", "Springfield"):
        assert browser.post(path, {"known": token, "city": city}).status_code == 303
        handle()
    assert look(ada).city == "Boston"


def test_an_answer_kept_with_the_person_is_not_replaced_either(browser, group, publish, ada, token, handle):
    size = Question(id="a" * 8, label="Size?", field="size")
    page = publish(type="form", slug="form", questions=(size,))
    path = f"/{group.slug}/{page.slug}"
    for answer in ("M", "L"):
        browser.post(path, {"known": token, size.name: answer})
        handle()
    assert look(ada).fields == {"size": "M"}
    assert actions.find_action(page.id, ada.id).answers == {size.id: "L"}


def test_what_ada_says_herself_is_not_undone_by_an_older_look_at_her(browser, address, ada, token, aws, handle):
    browser.post(address, {"email": ada.email, "name": "Ada King", "zip_code": "54321"})
    browser.post(address, {"known": token})
    handle()
    assert (look(ada).full_name, look(ada).zip_code) == ("Ada King", "54321")


def test_of_two_in_the_wrong_order_what_ada_said_herself_counts(browser, address, ada, token, accepted):
    browser.post(address, {"email": ada.email, "name": "Ada King"})
    browser.post(address, {"known": token})
    for submission in reversed(accepted()):
        take_action.record_all([{"messageId": "1", "body": json.dumps(submission)}] * 2)
    assert look(ada).full_name == "Ada King"


def test_a_typed_address_speaks_for_itself_and_nothing_of_ada_goes_with_it(
    browser, address, group, ada, token, accepted
):
    answer = browser.post(address, {"known": token, "email": "mallory@example.org"})
    assert answer.status_code == 422
    assert 'value="mallory@example.org"' in answer.text
    assert token not in answer.text
    browser.post(address, {"known": token, "email": "mallory@example.org", "name": "Mallory"})
    [submission] = accepted()
    assert submission["person"] == person_id(group.salt, "mallory@example.org")
    assert (submission.get("zip_code", ""), submission.get("recognised", False)) == ("", False)


def test_two_at_once_count_once(browser, address, petition, ada, token, handle):
    for _ in range(2):
        assert browser.post(address, {"known": token}).status_code == 303
    assert handle() == 2
    assert [action.person for action in actions.each_of_page(petition.id)] == [ada.id]


def test_whoever_unsubscribed_acts_and_stays_unsubscribed(browser, address, group, ada, token, handle, petition):
    subscription.unsubscribe(group.id, ada.id)
    assert told(browser, address, token)["name"] == "A… L…"
    browser.post(address, {"known": token, "join": group.slug})
    handle()
    assert actions.find_action(petition.id, ada.id)
    assert look(ada).subscription == Subscription.UNSUBSCRIBED


def test_a_sponsors_list_gets_what_is_known_and_loses_nothing(browser, group, publish, ada, token, handle):
    other = network.create_group(f"o{group.slug}"[:40], "Other")
    hers = Person(id=person_id(other.salt, ada.email), group=other.id, email=ada.email, given_name="Augusta")
    people.upsert(hers, at=clock.now())
    page = publish(slug="together", sponsors=(other.id,), asks={"city": Ask.OPTIONAL})
    browser.post(f"/{group.slug}/{page.slug}", {"known": token, "name": "Mallory", "city": "Boston"})
    handle()
    assert (look(hers).given_name, look(hers).city) == ("Augusta", "Boston")


@pytest.mark.parametrize("late", ["expired", "forged", "forgotten"])
def test_a_token_that_is_over_asks_again_and_keeps_what_was_written(browser, group, publish, ada, late, accepted):
    why = Question(id="a" * 8, label="Why?")
    page = publish(slug="why", questions=(why,))
    at = clock.now() - (recognition.SECONDS if late == "expired" else 0)
    token = recognition.token(Known(group.id, ada.id), at)
    if late == "forgotten":
        people.forget(group.id, ada.id)
    fields = {"known": token[:-2] if late == "forged" else token, why.name: "Books", "zip_code": "99999"}
    answer = browser.post(f"/{group.slug}/{page.slug}", fields)
    assert answer.status_code == 422
    assert answer.text.count("The link that you came by has expired. Enter your email address") == 2
    assert "Enter your name" in answer.text
    assert 'value="Books"' in answer.text
    assert 'value="99999"' in answer.text
    assert token not in answer.text
    assert accepted() == []


def test_a_form_sent_back_shows_nothing_of_ada_and_knows_her_still(browser, group, publish, token, accepted):
    why = Question(id="a" * 8, label="Why?", required=True)
    page = publish(slug="why", questions=(why,), asks={"phone": Ask.OPTIONAL, "street": Ask.OPTIONAL})
    answer = browser.post(f"/{group.slug}/{page.slug}", {"known": token})
    assert answer.status_code == 422
    assert f'<input type="hidden" name="known" value="{token}">' in answer.text
    assert not any(secret in answer.text.replace(token, "").replace("name@example.org", "") for secret in SECRETS)


def test_when_nobody_can_be_looked_up_the_form_comes_back_whole(browser, address, token, monkeypatch, accepted):
    def fail(*_, **__):
        raise OSError("the table is down")

    monkeypatch.setattr(people, "find", fail)
    answer = browser.post(address, {"known": token, "zip_code": "12345"})
    assert (answer.status_code, token in answer.text) == (503, True)
    assert accepted() == []


def test_logs_hold_nothing_of_ada(browser, address, token, capfd, handle):
    ask(browser, address, token)
    browser.post(address, {"known": token})
    browser.post(address, {"known": token[:-3]})
    handle()
    seen = capfd.readouterr()
    assert '"event": "request"' in seen.out
    assert not any(secret in seen.out + seen.err for secret in (*SECRETS, token, token[:20]))


def test_somebody_forgotten_before_it_is_recorded_is_known_as_any_new_signer_is(browser, address, ada, token, accepted):
    browser.post(address, {"email": ada.email, "name": "Ada King"})
    browser.post(address, {"known": token})
    people.forget(ada.group, ada.id)
    for submission in reversed(accepted()):
        take_action.record_all([{"messageId": "1", "body": json.dumps(submission)}])
    assert (look(ada).full_name, look(ada).zip_code) == ("Ada King", "12345")
