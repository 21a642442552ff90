"""Ada signs on a newspaper's website: the page stands there in a frame, and everything that follows stays in it."""

import gzip
import re

import pytest

from chalicelib import action_types
from chalicelib.actions.action_page import Status
from chalicelib.web.public.embed_look import LOOKS, Look, opening_outside

ADA = {"email": "ada@example.org", "name": "Ada Lovelace", "zip_code": "12345"}


@pytest.fixture
def frame(address):
    return f"/embed{address}"


def framed_by(answer):
    return answer.headers["Content-Security-Policy"].rpartition("frame-ancestors ")[2]


def test_the_page_stands_in_a_frame_without_anything_of_ours_around_it(browser, frame):
    page = browser.get(frame)
    assert page.status_code == 200
    assert framed_by(page) == "*"
    assert "s-maxage" in page.headers["Cache-Control"]
    assert "<h1>Save the library</h1>" in page.text
    assert "<header" not in page.text
    assert 'content="noindex"' in page.text


def test_only_embeds_may_stand_in_a_frame(browser, group, address):
    for path in ("/", f"/{group.slug}", address, f"{address}/thanks", "/no/such", "/console/sign-in", "/broken/x"):
        assert framed_by(browser.get(path)) == "'none'"
    assert framed_by(browser.post(address, {})) == "'none'"


def test_whatever_goes_wrong_is_said_within_the_frame(browser, frame):
    wrong = [
        browser.get(f"{frame}-not"),
        browser.get(f"{frame}/sparkling"),
        browser.get(f"{frame}/card/waiting"),
        browser.get(f"{frame}/sparkling/thanks"),
        browser.post(f"{frame}/sparkling", ADA),
        browser.post(frame, {"email": "nobody"}),
        browser.post(frame, {"email": "x" * 70_000}),
        browser.post(frame, body=b"{}", content_type="application/json"),
    ]
    assert [answer.status_code for answer in wrong] == [404, 404, 404, 404, 404, 422, 413, 415]
    assert {framed_by(answer) for answer in wrong} == {"*"}
    assert not any("<header" in answer.text for answer in wrong)


def test_what_is_wrong_with_a_form_is_said_there_and_nothing_is_lost(browser, frame):
    answer = browser.post(frame, ADA | {"email": "ada"})
    assert answer.status_code == 422
    assert 'href="#email"' in answer.text
    assert 'value="Ada Lovelace"' in answer.text


@pytest.mark.parametrize("look", LOOKS)
def test_ada_signs_and_is_thanked_in_the_same_look(browser, frame, accepted, look):
    page = browser.get(f"{frame}/{look}")
    answer = browser.post(f"{frame}/{look}", ADA)
    thanks = browser.get(answer.headers["Location"])
    assert answer.status_code == 303
    assert answer.headers["Location"].startswith(f"{frame}/{look}/thanks?code=")
    assert len(accepted()) == 1
    body = f'<body data-style="{LOOKS[look].style}"'
    assert body in page.text
    assert body in thanks.text
    assert framed_by(thanks) == "*"


def test_a_frame_without_a_look_has_the_usual_one(browser, frame, accepted):
    assert browser.get(frame).body == browser.get(f"{frame}/card").body
    assert browser.post(frame, ADA).headers["Location"].startswith(f"{frame}/card/thanks?")
    assert len(accepted()) == 1


def test_no_cookie_is_set_or_read(browser, frame):
    cookie = "__Host-session=x; a=b"
    for answer in (browser.get(frame), browser.post(frame, ADA), browser.post(frame, {}), browser.get("/embed.js")):
        assert "set-cookie" not in {name.lower() for name in answer.headers}
    assert browser.get(frame).body == browser.get(frame, cookie=cookie, accept_language="es").body
    assert browser.post(frame, {}).body == browser.post(frame, {}, cookie=cookie).body


@pytest.mark.parametrize(
    ("query", "website"),
    [
        ("", ""),
        ("?website=news.example", "news.example"),
        ("?website=NEWS.example:8080", "news.example"),
        ("?website=user:secret@news.example", "news.example"),
        ("?website=news.example/a/story?secret=1", "news.example"),
        ("?website=[", ""),
        ("?website=%3Cscript%3E", "script"),
        (f"?website={'x' * 300}", "x" * 64),
    ],
)
def test_the_website_around_the_frame_is_kept_as_a_host(browser, frame, site, accepted, query, website):
    browser.post(frame + query, ADA, referer=f"{site}{frame}")
    [submission] = accepted()
    assert (submission["source"], submission.get("website", "")) == ("embed", website)


def test_our_own_site_around_the_frame_is_no_website(browser, frame, site, accepted):
    browser.post(f"{frame}?website={site.partition('//')[2]}", ADA)
    assert accepted()[0].get("website", "") == ""


def test_a_source_of_the_website_s_own_is_kept(browser, frame, accepted):
    browser.post(f"{frame}?source=front-page&referrer=abcdefgh", ADA)
    [submission] = accepted()
    assert (submission["source"], submission["referrer"]) == ("front-page", "abcdefgh")


def test_what_leads_away_opens_outside(browser, site, address, frame):
    thanks = browser.get(f"{frame}/card/thanks").text
    links = re.findall(r"<a [^>]*>", thanks)
    away = [link for link in links if 'target="_blank"' in link]
    assert len(away) == 3
    assert f'<a href="{frame}/card">' in links
    assert f'value="{site}{address}?source=link"' in thanks


@pytest.mark.parametrize(
    ("tag", "opened"),
    [
        ('<a href="https://x.example">', '<a target="_blank" href="https://x.example">'),
        ('<a class="button" href="/g/other">', '<a target="_blank" class="button" href="/g/other">'),
        ('<a href="#form">', '<a href="#form">'),
        ('<a href="/embed/g/s/card">', '<a href="/embed/g/s/card">'),
        ('<a href="/x" target="_blank">', '<a href="/x" target="_blank">'),
        ('<form class="search" action="/g/s/near">', '<form target="_blank" class="search" action="/g/s/near">'),
        ('<form method="post">', '<form method="post">'),
        ("<abbr>", "<abbr>"),
    ],
)
def test_which_links_open_outside(tag, opened):
    assert opening_outside(tag) == opened


def test_a_group_that_leads_people_on_does_so_by_a_link(browser, group, publish, accepted):
    """Its page would refuse to stand in a frame."""
    page = publish(thanks_url="https://library.example/thanks")
    answer = browser.post(f"/embed/{group.slug}/{page.slug}", ADA)
    thanks = browser.get(answer.headers["Location"]).text
    assert '<a target="_blank" class="button" href="https://library.example/thanks">' in thanks
    assert len(accepted()) == 1


@pytest.mark.parametrize("kind", action_types.NAMES)
def test_every_type_may_stand_in_a_frame(browser, group, publish, kind):
    page = publish(type=kind, slug=f"the-{kind.replace('_', '-')}")
    answer = browser.get(f"/embed/{group.slug}/{page.slug}/plain")
    assert (answer.status_code, framed_by(answer)) == (200, "*")
    assert "<h1>" in answer.text


def test_whoever_waits_for_a_seat_is_told_so_in_the_frame(browser, group, publish):
    page = publish(type="event")
    answer = browser.get(f"/embed/{group.slug}/{page.slug}/plain/waiting")
    assert (answer.status_code, framed_by(answer)) == (200, "*")


@pytest.mark.parametrize("path", ["{}", "{}/plain", "{}/card/thanks"])
def test_a_draft_is_not_there(browser, group, publish, path):
    page = publish(status=Status.DRAFT)
    address = path.format(f"/embed/{group.slug}/{page.slug}")
    assert browser.get(address).status_code == 404
    assert browser.post(f"/embed/{group.slug}/{page.slug}", ADA).status_code == 404


def test_a_closed_petition_says_so_in_the_frame(browser, group, publish):
    page = publish(status=Status.CLOSED)
    answer = browser.post(f"/embed/{group.slug}/{page.slug}", ADA)
    assert (answer.status_code, framed_by(answer)) == (409, "*")
    assert "This petition is closed" in answer.text


@pytest.mark.parametrize(("scheme", "when"), [("dark", "@media all{"), ("light", "@media not all{")])
def test_light_and_dark_do_not_ask_the_device(browser, frame, scheme, when):
    text = browser.get(f"{frame}/card-{scheme}").text
    assert when in text
    assert f"color-scheme: {scheme};" in text
    assert "prefers-color-scheme" not in text
    assert "prefers-color-scheme" in browser.get(frame).text


def test_the_script_is_small_and_may_be_loaded_from_anywhere(browser):
    answer = browser.get("/embed.js")
    assert answer.headers["Content-Type"] == "text/javascript"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "max-age=3600" in answer.headers["Cache-Control"]
    assert len(gzip.compress(answer.body)) < 2048


def test_looks_have_names_of_their_own():
    assert set(LOOKS) == {"card", "card-light", "card-dark", "plain", "plain-light", "plain-dark"}
    assert LOOKS["plain-dark"] == Look("plain", "dark")
