"""Ada follows a link in a mailing to one of Bob's own pages: the page can know her, and nobody else is told who she is."""

import re

import pytest
from chalice.test import Client
from mail_flow import join, later, planned, written

from app import app
from chalicelib import clock, config
from chalicelib.mailings import audience_files, clicks, feedback, introduce, send
from chalicelib.mailings import write_mailing as write
from chalicelib.mailings.clicks import Where
from chalicelib.mailings.links import HIDDEN
from chalicelib.network import store as network
from chalicelib.people import recognition
from chalicelib.people import store as people
from chalicelib.people.recognition import Known

ELSEWHERE = (
    "https://news.example/g/page",
    "{url}",
    "{url}/{slug}",
    "{url}/{slug}/",
    "{url}/{slug}x/page",
    "{url}/{slug}/page#form",
    "{url}/{slug}/page/thanks",
    "{url}/{slug}/..%2fother",
    "{url}/{slug}/%2e%2e",
    "https://evil.example/{slug}/page",
    "{url}/charlie/page",
)


@pytest.fixture
def links(aws, group, jobs):
    """Send Ada and Bob a mailing with a link to `page` and one to each of the places that are no page of the group."""
    join(group, "Ada", "Bob")
    draft = written(group)
    url = config.public_url()
    places = [f"{url}/{group.slug}/page", *(place.format(url=url, slug=group.slug) for place in ELSEWHERE)]
    body = "".join(f'<p><a href="{place}">Go</a></p>' for place in places)
    write.save(group.id, draft.id, subject="Hi", preheader="", body=body)
    planned(group, draft)
    aws.handle("sends", send.send_all)
    aws.handle("feedback", feedback.take_all)

    def of(name):
        (letter,) = aws.inbox(f"{name}@{group.slug}.example.org")
        return list(dict.fromkeys(re.findall(r'href="(http[^"]*/l/[^"]+)"', letter["html"])))

    return of


@pytest.fixture
def follow(aws):
    client = Client(app)
    return lambda link, method="get": getattr(client.http, method)("/" + link.split("/", 3)[3]).headers["Location"]


def token_in(address):
    return address.partition("#k=")[2]


def test_a_page_of_the_group_is_told_whose_link_it_was(group, links, follow):
    for name, person in zip(("ada", "bob"), join(group, "Ada", "Bob"), strict=True):
        address = follow(links(name)[0])
        assert re.match(rf"{config.public_url()}/{group.slug}/page\?source=mailing-[0-9a-f]+#k=[\w-]+$", address)
        assert recognition.read(token_in(address), clock.now()) == Known(group.id, person.id)


def test_every_other_place_is_told_nothing(links, follow):
    _, *others, hidden = links("ada")
    assert hidden.endswith(f".{HIDDEN}")
    assert len(others) == len(ELSEWHERE)
    assert [place for place in map(follow, [*others, hidden]) if token_in(place)] == []


def test_no_email_holds_a_token_and_each_click_gets_a_fresh_one(aws, group, links, follow, monkeypatch):
    (letter,) = aws.inbox(f"ada@{group.slug}.example.org")
    assert "#k=" not in letter["html"] + letter["text"]
    first = token_in(follow(links("ada")[0]))
    with later(monkeypatch, recognition.SECONDS + 1):
        again = token_in(follow(links("ada")[0]))
        assert recognition.read(first, clock.now()) is None
        assert recognition.read(again, clock.now())


def test_who_looks_a_link_over_gets_no_token(links, follow):
    assert token_in(follow(links("ada")[0], "head")) == ""


def test_a_scanner_that_follows_every_link_changes_nothing_but_the_clicks(group, links, follow):
    before = [people.find(group.id, person.id, consistent=True) for person in join(group, "Ada", "Bob")]
    for _ in range(3):
        for link in links("ada"):
            follow(link)
    assert [people.find(group.id, person.id, consistent=True) for person in before] == before


def test_a_link_leads_on_when_nobody_can_tell_who_it_is(links, follow, monkeypatch, capsys):
    def fail(*_):
        raise OSError("ada@example.org cannot be read")

    monkeypatch.setattr(audience_files, "recipients_of", fail)
    address = follow(links("ada")[0])
    assert address.endswith("/page?source=" + address.partition("source=")[2])
    assert token_in(address) == ""
    assert "ada@" not in capsys.readouterr().out


def test_a_recipient_of_another_groups_mailing_or_of_none_is_nobody(group, links):
    where, _ = clicks.read(links("ada")[0].rpartition("/")[2])
    page = f"{config.public_url()}/{group.slug}/page"
    charlie = network.create_group(f"c{group.slug}", "Charlie")
    assert token_in(introduce.introduced(where, page))
    for strange in (
        where._replace(group=charlie.id),
        where._replace(chunk=9),
        where._replace(place=2),
        Where(group.id, f"{clock.new_id()}.1", 0, 0),
    ):
        assert introduce.introduced(strange, page) == page
