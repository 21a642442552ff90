"""Bob looks people up and keeps their records; Charlie sees none of it."""

import csv
import io
import re

import msgspec
import pytest
from cloud import watching
from organizers import Organizer, known, petition, sign

from chalicelib.mailings import email_store
from chalicelib.people import store as people
from chalicelib.people import subscription
from chalicelib.people.person import Subscription
from chalicelib.web.console import spreadsheet


def names(html: str) -> list[str]:
    return re.findall(r'<td class="name"><a href="/console/people/[0-9a-f]+">([^<]*)</a>', html)


def everyone(bob: Organizer, address: str = "/console/people") -> list[str]:
    """All names of a list, page after page."""
    found, following = [], address
    while following:
        page = bob.get(following)
        found += names(page.html)
        link = re.search(r'(?:hx-get|class="button" href)="(/console/people\?[^"]*after=[^"]*)"', page.html)
        following = link[1].replace("&amp;", "&") if link else ""
    return found


def test_an_empty_list_says_how_people_come(bob: Organizer) -> None:
    assert "Nobody here yet" in bob.get("/console/people").text


def test_everyone_appears_once_page_by_page(bob: Organizer) -> None:
    page = petition(bob)
    for number in range(120):
        sign(bob, page, f"Person {number}", f"person{number}@example.org")
    first = bob.get("/console/people")
    assert "120 people, 120 subscribed" in first.text
    assert len(names(first.html)) == 50
    assert sorted(everyone(bob)) == sorted(f"Person {number}" for number in range(120))


def test_an_exact_address_is_found_at_once_however_spelt(bob: Organizer) -> None:
    page = petition(bob)
    sign(bob, page, "Ada Lovelace", "ada@example.org")
    sign(bob, page, "Ada Byron", "ada@example.org.uk")
    assert names(bob.get("/console/people?q=%20ADA@Example.org%20").html) == ["Ada Lovelace"]


def test_the_end_of_a_long_search_says_that_nobody_else_matches(bob: Organizer) -> None:
    sign(bob, petition(bob), "Ada Lovelace", "ada@example.org")
    assert "Nobody else on your list matches" in bob.get("/console/people?q=ada").text
    assert "That is the end of the list" in bob.get("/console/people").text


@pytest.mark.parametrize("typed", ["love", "LOVELACE", "ada love", "lovelace+ada", "ada%40ex", "Jos%C3%A9", "jose"])
def test_part_of_a_name_or_address_finds_people(bob: Organizer, typed: str) -> None:
    page = petition(bob)
    sign(bob, page, "Ada Lovelace" if "os" not in typed else "José Núñez", "ada@example.org")
    sign(bob, page, "Grace Hopper", "grace@example.com")
    found = everyone(bob, f"/console/people?q={typed.replace(' ', '+')}")
    assert len(found) == 1
    assert found != ["Grace Hopper"]


def test_nobody_is_said_only_when_everyone_was_looked_at(bob: Organizer, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(bob, petition(bob), "Ada Lovelace", "ada@example.org")
    monkeypatch.setattr("chalicelib.people.search.look.__kwdefaults__", {"after": "", "most": 50, "seconds": -1})
    first = bob.get("/console/people?q=grace")
    assert "Nobody" not in first.text
    assert "Keep looking" in first.text
    assert everyone(bob, "/console/people?q=grace") == []
    assert everyone(bob, "/console/people?q=ada") == ["Ada Lovelace"]


def test_people_are_found_by_tag_and_subscription(bob: Organizer) -> None:
    page = petition(bob)
    ada, grace = sign(bob, page, "Ada", "ada@example.org"), sign(bob, page, "Grace", "grace@example.org")
    people.tag(bob.group.id, ada.id, add=["north & south"])
    subscription.unsubscribe(bob.group.id, grace.id)
    assert everyone(bob, "/console/people?tag=north+%26+south") == ["Ada"]
    assert everyone(bob, "/console/people?standing=unsubscribed") == ["Grace"]
    assert everyone(bob, "/console/people?standing=subscribed&tag=none") == []
    assert "Nobody on your list matches" in bob.get("/console/people?tag=none").text
    assert len(everyone(bob, "/console/people?standing=made-up")) == 2


@pytest.mark.parametrize(
    "address", ["?after=zz", "?after=" + "g" * 32, "?after=%00", "?q=%00%FF", "?q=" + "x" * 3000, "?tag=%3Cscript%3E"]
)
def test_odd_addresses_do_no_harm(bob: Organizer, address: str) -> None:
    sign(bob, petition(bob), "Ada", "ada@example.org")
    answer = bob.get(f"/console/people{address}")
    assert answer.status == 200
    assert "<script>" not in answer.html


def test_a_record_tells_what_somebody_did(bob: Organizer) -> None:
    page = petition(bob)
    ada = sign(bob, page, "Ada Lovelace", "ada@example.org", comment="I read there <b>daily</b>", source="newsletter")
    record = bob.get(f"/console/people/{ada.id}")
    assert "Signed Save the library , through newsletter" in record.text
    assert "I read there &lt;b&gt;daily&lt;/b&gt;" in record.html
    assert "Became known to you" in record.text


def test_a_record_leads_to_the_import_that_somebody_came_by(bob: Organizer) -> None:
    page = petition(bob)
    ada = sign(bob, page, "Ada Lovelace", "ada@example.org")
    people.add_new_people([msgspec.structs.replace(ada, id="f" * 32)], at=1.0, source="import:" + "a" * 32)
    record = bob.get(f"/console/people/{'f' * 32}")
    assert "Became known to you, through an import" in record.text
    assert f'href="/console/imports/{"a" * 32}"' in record.html


def test_a_record_tells_which_thanks_they_received(bob: Organizer) -> None:
    page = petition(bob)
    ada = sign(bob, page, "Ada Lovelace", "ada@example.org")
    email_store.claim(ada.id, f"thanks-{page.id}", "token", "hash of her address")
    assert "Thank-you email for Save the library On its way" in bob.get(f"/console/people/{ada.id}").text
    email_store.record(ada.id, f"thanks-{page.id}", "token", "sent")
    assert "Thank-you email for Save the library Sent" in bob.get(f"/console/people/{ada.id}").text


def test_charlie_sees_nobody_of_bobs_list(bob: Organizer, charlie: Organizer) -> None:
    ada = sign(bob, petition(bob), "Ada Lovelace", "ada@example.org")
    assert charlie.get(f"/console/people/{ada.id}").status == 404
    for address in (
        "/console/people",
        "/console/people?q=ada@example.org",
        "/console/people?q=ada",
        "/console/people/export",
    ):
        assert "Lovelace" not in charlie.get(address).html


def test_names_and_zip_code_can_be_corrected(bob: Organizer) -> None:
    ada = sign(bob, petition(bob), "ada lovelace", "ada@example.org")
    fields = {
        "given_name": " Ada\r\n",
        "family_name": "King",
        "zip_code": "sw1a 1aa",
        "email": "x@y.z",
        "subscription": "x",
    }
    answer = bob.post(f"/console/people/{ada.id}", fields)
    assert answer.location == f"/console/people/{ada.id}?done=person-saved"
    now = known(bob, "ada@example.org")
    assert now
    assert (now.given_name, now.family_name, now.zip_code, now.email) == ("Ada", "King", "SW1A 1AA", "ada@example.org")
    assert now.subscription == Subscription.SUBSCRIBED


def test_what_is_too_long_is_said_and_kept_in_the_form(bob: Organizer) -> None:
    ada = sign(bob, petition(bob), "Ada", "ada@example.org")
    answer = bob.post(f"/console/people/{ada.id}", {"given_name": "Adaline", "family_name": "x" * 81})
    assert answer.status == 422
    assert "At most 80 letters" in answer.text
    assert "x" * 81 in answer.html
    assert 'value="Adaline"' in answer.html
    assert known(bob, "ada@example.org") == ada


def test_tags_come_and_go(bob: Organizer) -> None:
    ada = sign(bob, petition(bob), "Ada", "ada@example.org")
    address = f"/console/people/{ada.id}"
    assert bob.post(f"{address}/tag", {"tag": " Volunteer <b>  "}).location.endswith("done=tagged")
    assert "Volunteer &lt;b&gt;" in bob.get(address).html
    assert bob.post(f"{address}/untag", {"tag": "Volunteer <b>"}).location.endswith("done=untagged")
    assert (known(bob, "ada@example.org") or ada).tags == frozenset()


@pytest.mark.parametrize("tag", ["", "   ", "x" * 65, "\r\n"])
def test_a_tag_that_is_none_is_refused(bob: Organizer, tag: str) -> None:
    ada = sign(bob, petition(bob), "Ada", "ada@example.org")
    assert bob.post(f"/console/people/{ada.id}/tag", {"tag": tag}).status == 422
    assert (known(bob, "ada@example.org") or ada).tags == frozenset()


def test_somebody_who_asks_is_unsubscribed_once(bob: Organizer) -> None:
    ada = sign(bob, petition(bob), "Ada", "ada@example.org")
    for _ in range(2):
        assert bob.post(f"/console/people/{ada.id}/unsubscribe").location.endswith("done=unsubscribed")
    assert (known(bob, "ada@example.org") or ada).subscription == Subscription.UNSUBSCRIBED
    assert "Unsubscribe Ada" not in bob.get(f"/console/people/{ada.id}").text
    assert "1 person, 0 subscribed" in bob.get("/console/people").text


def test_the_file_holds_everyone_and_no_formula(bob: Organizer) -> None:
    page = petition(bob)
    ada = sign(bob, page, "=cmd|' /C calc'!A0", "ada@example.org")
    people.tag(bob.group.id, ada.id, add=["a", "b"])
    sign(bob, page, 'José "Pepe" Núñez', "jose@example.org", zip_code="01234")
    answer = bob.get("/console/people/export")
    assert "attachment" in answer.headers["content-disposition"]
    assert answer.html.startswith("\ufeff")
    rows = {row["email"]: row for row in csv.DictReader(io.StringIO(answer.html[1:], newline=""))}
    assert rows["ada@example.org"]["given_name"].startswith("'=cmd")
    assert rows["ada@example.org"]["tags"] == "a;b"
    assert (rows["jose@example.org"]["given_name"], rows["jose@example.org"]["zip_code"]) == ('José "Pepe"', "01234")


def test_the_file_holds_what_was_asked_for(bob: Organizer) -> None:
    page = petition(bob)
    sign(bob, page, "Ada", "ada@example.org")
    sign(bob, page, "Grace", "grace@example.org")
    assert bob.get("/console/people/export?q=grace").html.count("\r\n") == 2


def test_a_list_too_large_for_one_file_is_said_to_be(bob: Organizer, monkeypatch: pytest.MonkeyPatch) -> None:
    sign(bob, petition(bob), "Ada", "ada@example.org")
    monkeypatch.setattr(spreadsheet, "MOST_BYTES", 10)
    answer = bob.get("/console/people/export")
    assert (answer.status, "Too large to save in one go" in answer.text) == (413, True)


@pytest.mark.parametrize("tag", ["", "never given", "x" * 5000])
def test_taking_away_a_tag_that_nobody_has_changes_nothing(bob: Organizer, tag: str) -> None:
    ada = sign(bob, petition(bob), "Ada Lovelace", "ada@example.org")
    assert bob.post(f"/console/people/{ada.id}/untag", {"tag": tag}).location.endswith("done=untagged")
    assert known(bob, "ada@example.org") == ada


def test_what_bob_saved_is_what_the_next_screen_reads(bob: Organizer) -> None:
    page = petition(bob)
    ada = sign(bob, page, "Ada Lovelace", "ada@example.org")
    for address in (f"/console/people/{ada.id}", f"/console/actions/{page.id}", "/console/settings"):
        with watching("dynamodb", "GetItem") as asked:
            assert bob.get(address).status == 200
        assert [each["TableName"] for each in asked if not each["ConsistentRead"]] in ([], ["muster-local-pages"])


def test_a_search_for_nobody_in_a_long_list_is_given_up_in_words(
    bob: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign(bob, petition(bob), "Ada Lovelace", "ada@example.org")
    monkeypatch.setattr(spreadsheet, "MOST_SECONDS", -1)
    assert bob.get("/console/people/export?q=nobody").status == 413
