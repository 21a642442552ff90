"""Bob puts donate buttons into a mailing: the editor has them ready for each page that takes gifts."""

import re
from html import unescape

from giving.conftest import page_of
from organizers import Organizer
from written import at, now

from chalicelib.actions.action_page import Status
from chalicelib.mailings import preview, write_mailing
from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.preflight import Level
from chalicelib.network import store as network


def offered(bob: Organizer, mailing: Mailing) -> list[str]:
    """What is inserted, by page."""
    found = re.findall(
        r'<option value="([^"]*ask[^"]*)">', bob.get(at(mailing, "/write")).html.partition("donate-page")[2]
    )
    return list(map(unescape, found))


def test_each_page_has_a_button_for_each_rung_and_one_for_another_amount(bob: Organizer, mailing: Mailing) -> None:
    page_of(bob.group, own={"amounts": [500, 2000, 100000]})
    page_of(bob.group, slug="over", status=Status.CLOSED)
    [html] = offered(bob, mailing)
    links = re.findall(r'<a href="[^"]+/(\w+(?:\?ask=\d)?)">([^<]+)</a>', html)
    assert links == [
        ("roof?ask=1", '{{ ask_1 | default: "$5" }}'),
        ("roof?ask=2", '{{ ask_2 | default: "$20" }}'),
        ("roof?ask=3", '{{ ask_3 | default: "$1,000" }}'),
        ("roof", "Another amount"),
    ]


def test_what_is_inserted_may_be_sent_as_it_is(bob: Organizer, mailing: Mailing) -> None:
    page_of(bob.group)
    [html] = offered(bob, mailing)
    bob.post(at(mailing, "/write"), {"subject": "The roof", "body": f"<p>Dear all,</p>{html}"})
    assert now(mailing).body.replace(' rel="noopener"', "") == f"<p>Dear all,</p>{html}"
    blocked = [found.words for found in preview.check(now(mailing), bob.group) if found.level == Level.BLOCK]
    assert [words for words in blocked if "field" in words] == []
    shown = preview.message_for(now(mailing), bob.group, None).html
    assert re.findall(r">\s*(\$\d+)\s*<", shown) == ["$25", "$50", "$75", "$100"]


def test_in_spanish_they_speak_spanish(bob: Organizer, mailing: Mailing) -> None:
    network.change_group(bob.group.id, language="es")
    page_of(bob.group, own={"amounts": [100000], "currency": "EUR"}, language="es")
    [html] = offered(bob, mailing)
    assert 'default: "€1.000"' in html
    assert "Otro importe" in html


def test_charlies_pages_are_not_among_them(bob: Organizer, charlie: Organizer, mailing: Mailing) -> None:
    page_of(charlie.group)
    assert offered(bob, mailing) == []
    assert "donate-page" not in bob.get(at(mailing, "/write")).html


def test_without_a_page_nothing_is_lost(bob: Organizer, mailing: Mailing) -> None:
    write_mailing.save(bob.group.id, mailing.id, subject="x", preheader="", body="<p>{{ ask_1 }}</p>")
    assert "{{ ask_1 }}" in unescape(bob.get(at(mailing, "/write")).html)
