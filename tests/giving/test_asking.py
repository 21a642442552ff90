"""Asks that know the donor: Ada gave $50 and is asked for amounts of her own; whoever else holds her link learns no more."""

import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from giving.conftest import Site, page_of
from hypothesis import given
from hypothesis import strategies as st
from mailings.mail_flow import planned

from chalicelib import clock, config, dynamo, lambdas, schedules
from chalicelib.giving import ask, terms
from chalicelib.giving.terms import Terms
from chalicelib.mailings import asks, send, write_mailing
from chalicelib.mailings.asks import told
from chalicelib.mailings.chunk import Recipient
from chalicelib.network import store as network
from chalicelib.people import gift_store, recognition
from chalicelib.people import store as people
from chalicelib.people.person import Gifts, Person, person_id
from chalicelib.people.recognition import Known

FIFTY = Gifts(currency="USD", highest=5000, total=9000, number=2, last=4000, last_at=1, version=2)
HERS = [["2500", "$25"], ["5000", "$50"], ["7500", "$75"], ["10000", "$100"]]
USUAL = ["1000", "2500", "5000", "10000"]
WORK = {"employer": "Analytical Engines", "occupation": "Programmer"}


class Visitor(Site):
    """Somebody who follows links whole, queries and all, and whom a page may know."""

    def get(self, address):
        parts = urlsplit(address)
        answer = self.client.http.get(f"{parts.path}?{parts.query}")
        answer.text = answer.body.decode() if isinstance(answer.body, bytes) else answer.body
        return answer

    def offered(self, query=""):
        """The amounts that the page offers; and the one that is ticked, '' for none."""
        found = re.findall(r'name="amount" value="(\w+)"( checked)?', self.get(self.here + query).text)
        return [value for value, _ in found[:-1]], "".join(value for value, chosen in found if chosen)

    def tell_who(self, token):
        return json.loads(self.post(f"{self.here}/known", {"known": token}).text)

    def give_as(self, fields):
        """Send the form as a page that knows its visitor does: with what is asked, and nothing about them."""
        sent = {"often": "once", "form_token": self.token()} | fields
        return self.post(self.here, sent, X_Forwarded_For=self.address)

    def known_as(self, email=""):
        return recognition.token(Known(self.group.id, self.person(email)), clock.now())


@pytest.fixture
def visitor(site):
    return Visitor(site.cloud, site.group, site.page)


def on_list(group, email, gifts=None, **more):
    person = Person(id=person_id(group.salt, email), group=group.id, email=email, **more)
    people.upsert(person, at=clock.now())
    if gifts:
        gift_store.keep(group.id, person.id, gifts)
    return person


@pytest.fixture
def ada(visitor):
    """She gave $50 once, and $40 last."""
    return on_list(visitor.group, visitor.email, FIFTY, given_name="Ada", family_name="Lovelace", zip_code="12345")


# What a link asks for


@pytest.mark.parametrize(
    ("query", "amounts", "chosen"),
    [
        ("", USUAL, ""),
        ("?amount=2500", USUAL, "2500"),
        ("?amount=2500USD", USUAL, "2500"),
        ("?amount=7500USD&source=mailing-1", ["1000", "2500", "5000", "7500", "10000"], "7500"),
        ("?ask=2", USUAL, "2500"),
        ("?ask=2&amount=5000", USUAL, "5000"),
        ("?amount=2500EUR", USUAL, ""),
        ("?amount=-2500", USUAL, ""),
        ("?amount=0", USUAL, ""),
        ("?amount=99", USUAL, ""),
        ("?amount=" + "9" * 12, USUAL, ""),
        ("?amount=" + "9" * 5000, USUAL, ""),
        ("?amount=25.00", USUAL, ""),
        ("?amount=2500usd", USUAL, ""),
        ("?amount=%D9%A2%D9%A5", USUAL, ""),
        ("?amount=%22%3E%3Cscript%3E", USUAL, ""),
        ("?amount=other", USUAL, ""),
        ("?amount=&amount=2500", USUAL, None),
        ("?ask=5", USUAL, ""),
        ("?ask=0", USUAL, ""),
        ("?ask=-1", USUAL, ""),
        ("?ask=22", USUAL, ""),
    ],
)
def test_a_link_ticks_an_amount_that_may_be_given_and_nothing_else(visitor, query, amounts, chosen):
    offered, ticked = visitor.offered(query)
    assert offered == amounts
    assert chosen is None or ticked == chosen
    assert "<script>" not in visitor.get(visitor.here + query).text


def test_the_limits_of_the_group_hold_for_links_too(visitor):
    network.change_group(visitor.group.id, giving={"most": 330000, "least": 500})
    assert visitor.offered("?amount=330000")[1] == "330000"
    assert visitor.offered("?amount=330001")[1] == ""
    assert visitor.offered("?amount=499")[1] == ""


def test_what_the_edge_keeps_is_told_apart_by_all_that_changes_it():
    front = (Path(__file__).parents[2] / "infra/front.yml").read_text("utf-8")
    assert "QueryStrings: [code, amount, ask]" in front


@given(st.text(max_size=20), st.text(max_size=3), st.lists(st.integers(1, 10**6), max_size=8))
def test_whatever_a_link_says_is_an_amount_or_nothing(amount, rung, usual):
    for query in ({"amount": amount}, {"ask": rung}, {"amount": amount, "ask": rung}):
        read = ask.read(query, usual, "USD")
        assert read is None or read in usual or str(read) == amount.removesuffix("USD").lstrip("0") or read == 0


@given(st.integers(0, 10**12 - 1), st.sampled_from(["USD", "JPY"]))
def test_what_a_link_was_given_it_says(amount, currency):
    (query,) = [dict([ask.written(amount, currency).split("=")])]
    assert ask.read(query, (), currency) == amount
    assert ask.read(query, (), "EUR") is None


# Whom the page knows


def test_ada_is_offered_amounts_of_her_own_and_the_page_is_the_same_for_everyone(visitor, ada):
    before = visitor.get(visitor.here).body
    told = visitor.tell_who(visitor.known_as())
    assert told["choices"] == {"amount": HERS}
    assert visitor.get(visitor.here).body == before


def test_whoever_holds_her_link_learns_what_is_suggested_and_no_more(visitor, ada):
    answer = visitor.post(f"{visitor.here}/known", {"known": visitor.known_as()}).text
    assert set(json.loads(answer)) == {"name", "email", "acted", "knows", "choices"}
    for secret in ("4000", "$40", "9000", "$90", "Lovelace", visitor.email, "12345"):
        assert secret not in answer.replace(json.dumps(HERS), "")


@pytest.mark.parametrize(
    ("gifts", "giving"),
    [
        (None, {}),
        (Gifts(version=1), {}),
        (Gifts(currency="EUR", highest=5000, number=1, version=1), {}),
        (FIFTY, {"ladder": []}),
    ],
)
def test_bob_who_never_gave_here_is_offered_the_usual(visitor, gifts, giving):
    network.change_group(visitor.group.id, giving=giving)
    on_list(visitor.group, visitor.email, gifts)
    assert "choices" not in visitor.tell_who(visitor.known_as())


def test_the_ladder_ends_where_the_page_or_the_law_does(visitor, ada):
    network.change_group(visitor.group.id, giving={"most": 6000})
    assert visitor.tell_who(visitor.known_as())["choices"]["amount"] == [
        ["2500", "$25"],
        ["5000", "$50"],
        ["6000", "$60"],
    ]


def test_in_spanish_and_in_yen(stripe, visitor):
    on_list(visitor.group, visitor.email, Gifts(currency="JPY", highest=300000, number=1, version=1))
    visitor.page = page_of(
        visitor.group, slug="yen", language="es", own={"currency": "JPY", "amounts": [3000], "least": 100}
    )
    shown = visitor.tell_who(visitor.known_as())["choices"]["amount"]
    assert shown == [["150000", "¥150.000"], ["300000", "¥300.000"], ["450000", "¥450.000"], ["600000", "¥600.000"]]
    assert "va como lo diste la última vez" in visitor.get(visitor.here).text


def test_charlies_link_does_nothing_here(visitor, ada):
    other = network.create_group(f"c{visitor.group.slug}"[:40], "Charlie's group")
    theirs = on_list(other, visitor.email, FIFTY)
    for known in (Known(other.id, theirs.id), Known(other.id, ada.id)):
        assert visitor.tell_who(recognition.token(known, clock.now())) == {}


# Saved donors


@pytest.fixture
def political(visitor):
    network.change_group(
        visitor.group.id, giving={"address": True, "employer": True, "statements": ["I am at least eighteen."]}
    )
    visitor.group = network.find_group(visitor.group.id, consistent=True)
    visitor.page = page_of(visitor.group, slug="political")
    return visitor


def pays(visitor, stripe, led):
    assert led.status_code == 303, led.text
    stripe.pay(led.headers["Location"])
    visitor.settle()


def statements(visitor):
    return {"statement": "0", "attested": terms.of(visitor.group).version}


ADDRESS = {"street": "1 Main St", "city": "Springfield", "zip_code": "12345", "state": "IL", "country": "US"}


def test_a_saved_donor_types_nothing_agrees_anew_and_the_gift_says_it_all(political, stripe):
    pays(political, stripe, political.give(**ADDRESS, **WORK, **statements(political)))
    known = political.known_as()
    told = political.tell_who(known)
    fields = ["email", "name", "street", "city", "zip_code", "state", "employer", "occupation", "country"]
    assert (told["knows"], told["saved"], told["acted"]) == (fields, True, False)
    for secret in (*WORK.values(), "Springfield", "IL"):
        assert secret not in json.dumps(told)
    wanted = {"known": known, "amount": "5000"}
    forgot = political.give_as(wanted | {"attested": statements(political)["attested"]})
    assert forgot.status_code == 422
    assert "Confirm each statement: without that the group may not take your gift" in forgot.text
    assert not any(secret in forgot.text for secret in WORK.values())
    led = political.give_as(wanted | statements(political))
    pays(political, stripe, led)
    first, second = political.donations()
    assert second.amount == 5000
    assert second.donor == first.donor
    [session] = [each for each in stripe.things("checkout.session") if each["id"] == second.session]
    assert session["customer_email"] == political.email


def test_what_the_group_would_not_take_any_more_is_asked(political, stripe):
    pays(political, stripe, political.give(**ADDRESS, **WORK, **statements(political)))
    network.change_group(political.group.id, giving={"address": True, "employer": True, "refused": ["US"]})
    political.page = page_of(political.group, slug="later")
    knows = political.tell_who(political.known_as())["knows"]
    assert "employer" in knows
    assert "country" not in knows


def test_what_was_said_and_never_paid_is_not_known(political):
    on_list(political.group, political.email)
    political.give(**ADDRESS, **WORK, **statements(political))
    told = political.tell_who(political.known_as())
    assert (told["knows"], "saved" in told) == (["email"], False)


# By email


@pytest.fixture
def jobs(monkeypatch):
    for name in ("start", "switch_sends"):
        monkeypatch.setattr(lambdas, name, lambda *_: None)
    for name in ("at", "cancel"):
        monkeypatch.setattr(schedules, name, lambda *_: None)
    dynamo.Table("pace", "k").delete("ses")


def write_to_all(visitor, body):
    visitor.cloud.set_ses(rate=5000, daily_quota=1_000_000)
    draft = write_mailing.create(visitor.group.id)
    subject = 'You gave {{ last_gift | default: "nothing yet" }}'
    write_mailing.save(visitor.group.id, draft.id, subject=subject, preheader="", body=body)
    planned(visitor.group, draft)
    visitor.cloud.handle("sends", send.send_all)


def buttons(visitor):
    return "".join(
        f'<p><strong><a href="{config.public_url()}{visitor.here}?ask={number}">'
        f'{{{{ ask_{number} | default: "{usual}" }}}}</a></strong></p>'
        for number, usual in enumerate(("$10", "$25", "$50", "$100"), 1)
    )


def links_in(letter):
    """Where the buttons of an email lead, by what stands on them."""
    return {
        words.strip(): there
        for there, words in re.findall(r'href="([^"]+/l/[^"]+)"[^>]*>\s*([^<]*\$\d+)', letter["html"])
    }


def test_ada_gets_her_ladder_follows_it_changes_the_amount_and_gives(visitor, ada, stripe, jobs):
    bob = on_list(visitor.group, f"bob-{visitor.group.slug}@example.org")
    write_to_all(visitor, buttons(visitor))
    [hers], [his] = visitor.inbox(), visitor.inbox(bob.email)
    assert (hers["subject"], his["subject"]) == ("You gave $40", "You gave nothing yet")
    assert list(links_in(hers)) == ["$25", "$50", "$75", "$100"]
    assert list(links_in(his)) == ["$10", "$25", "$50", "$100"]
    here = f"{config.public_url()}{visitor.here}"
    assert re.search(rf"\$75: {here}\?amount=7500USD&source=mailing-\w+\n", hers["text"])
    assert re.search(rf"\$50: {here}\?ask=3&source=mailing-\w+\n", his["text"])
    assert "amount=" not in hers["html"] + his["html"]

    led = visitor.get(links_in(hers)["$75"]).headers["Location"]
    address, _, token = led.partition("#k=")
    assert re.fullmatch(rf"{here}\?amount=7500USD&source=mailing-\w+", address)
    assert visitor.offered(f"?{urlsplit(address).query}")[1] == "7500"
    assert visitor.tell_who(token)["choices"]["amount"] == HERS
    pays(visitor, stripe, visitor.give_as({"known": token, "amount": "other", "other": "60"}))
    [given] = visitor.donations()
    assert (given.amount, given.donor.email, given.donor.given_name) == (6000, ada.email, "Ada")

    his_link = visitor.get(links_in(his)["$25"]).headers["Location"].partition("#k=")[0]
    assert visitor.offered(f"?{urlsplit(his_link).query}") == (USUAL, "2500")


def test_a_link_that_somebody_changed_leads_to_another_of_the_same_mailing_or_nowhere(visitor, ada, jobs):
    write_to_all(visitor, buttons(visitor))
    [letter] = visitor.inbox()
    link = links_in(letter)["$25"]
    assert "amount=10000USD" in visitor.get(link[:-1] + "3").headers["Location"]
    assert visitor.get(link[:-1] + "9").status_code == 404
    assert visitor.get(link.replace("/l/", "/l/A")).status_code == 404
    assert visitor.get(f"{link}?ask=4&amount=9").headers["Location"].count("amount=") == 1


def test_a_mailing_that_asks_for_nothing_notes_nothing_of_gifts(visitor, ada, jobs):
    tell = asks.teller(visitor.group, {"first_name", "unsubscribe_url"})
    assert tell(people.find(visitor.group.id, ada.id, consistent=True)) == {}
    tell = asks.teller(visitor.group, {"ask_1", "first_name"})
    assert tell(people.find(visitor.group.id, ada.id, consistent=True)) == {"ask_1": "$25"}


@pytest.mark.parametrize(
    ("gifts", "asked", "language", "expected"),
    [
        (FIFTY, Terms(), "en", {"highest_gift": "$50", "last_gift": "$40", "ask_1": "$25", "ask_4": "$100"}),
        (FIFTY, Terms(ladder=(100, 200)), "en", {"ask_2": "$100", "ask_3": None}),
        (FIFTY, Terms(ladder=()), "en", {"highest_gift": "$50", "ask_1": None, "ask_1_link": None}),
        (FIFTY, Terms(most=6000), "en", {"ask_3": "$60", "ask_4": None}),
        (FIFTY, Terms(currency="EUR", most=6000), "en", {"ask_4": "$100", "ask_4_link": "amount=10000USD"}),
        (Gifts(currency="EUR", highest=100000, last=550), Terms(), "es", {"ask_2": "€1.000", "last_gift": "€5,50"}),
        (
            Gifts(currency="JPY", highest=3000, last=3000),
            Terms(),
            "en",
            {"ask_1": "¥1,500", "ask_1_link": "amount=1500JPY"},
        ),
        (Gifts(), Terms(), "en", {"highest_gift": None, "ask_1": None}),
        (Gifts(currency="XAU", highest=5, last=5), Terms(), "en", {"highest_gift": None}),
    ],
)
def test_what_a_mailing_says_of_gifts(gifts, asked, language, expected):
    said = told(gifts, asked, language)
    assert {name: said.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("words", "led"),
    [
        ("https://m.example/g/roof?ask=2", "https://m.example/g/roof?amount=1USD"),
        ("https://m.example/g/roof?a=b&ask=2&c=d", "https://m.example/g/roof?a=b&amount=1USD&c=d"),
        ('"https://m.example/g/roof?a=b&amp;ask=2&amp;c=d"', '"https://m.example/g/roof?a=b&amp;amount=1USD&amp;c=d"'),
        ("https://m.example/g/roof?ask=3", "https://m.example/g/roof?ask=3"),
        ("https://m.example/g/roof?ask=22", "https://m.example/g/roof?ask=22"),
        ("https://m.example/g/roof?task=2", "https://m.example/g/roof?task=2"),
        ("https://m.example/g/roof#?ask=2", "https://m.example/g/roof#?ask=2"),
        ("https://m.example/gx/roof?ask=2", "https://m.example/gx/roof?ask=2"),
        ("https://mxexample/g/roof?ask=2", "https://mxexample/g/roof?ask=2"),
        (
            "https://evil.example/?u=https://m.example/g/r?ask=2",
            "https://evil.example/?u=https://m.example/g/r?amount=1USD",
        ),
        ("what is ask=2?", "what is ask=2?"),
    ],
)
def test_only_links_to_the_groups_own_pages_ask(words, led):
    ada = Recipient("1", "ada@example.org", told={"ask_2_link": "amount=1USD"})
    assert asks.led(words, "https://m.example/g", ada) == led
