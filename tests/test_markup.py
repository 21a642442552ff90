"""Organizers' rich text keeps what it means and loses whatever could run."""

import re
import time
from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import markup

TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="{}"))
PIECES = st.sampled_from(
    [
        "<p>",
        "</p>",
        "<script>",
        "</script>",
        "<img src=x onerror=alert(1)>",
        "<a href='javascript:x'>",
        "</a>",
        "<svg/onload=x>",
        "<style>",
        "</style>",
        "<!--",
        "-->",
        "<b",
        ">",
        "<math><mi xlink:href=data:x>",
        "<template>",
        "<iframe srcdoc='<p>'>",
        "<h1>",
        "</h1>",
        "<div>",
        "</div>",
        "<i>",
        "&lt;",
        "&#60;",
        '"',
        "'",
        "<noscript>",
        "</noscript>",
        "<textarea>",
        "<title>",
        "</title>",
        "<a href=https://example.org>",
        "{{ first_name }}",
        "<p style=x onclick=y>",
    ]
)
TAGS = re.compile(r"<[^>]*>")
TAG_NAME = re.compile(r"</?([a-zA-Z0-9]+)")
FIELDS = (
    "{{ first_name }}",
    '{{ first_name | default: "friend" }}',
    "{{zip_code}}",
    "{{ full_name|default:'you & yours' }}",
)


@given(st.lists(PIECES | TEXT).map("".join))
def test_only_what_is_allowed_is_left(html: str) -> None:
    clean = markup.sanitise(html)
    # Shown, it is cleaned again: what a second parser makes of it must be as harmless, and say the same.
    again = markup.sanitise(clean)
    assert_harmless(clean)
    assert_harmless(again)
    assert TAGS.sub("", again) == TAGS.sub("", clean)


@given(st.lists(TEXT, min_size=1).map(lambda texts: "".join(f"<p>{escape(text)}</p>" for text in texts)))
def test_text_stays_as_it_is(html: str) -> None:
    assert markup.sanitise(html) == markup.sanitise(markup.sanitise(html))


def assert_harmless(clean: str) -> None:
    for tag in TAGS.findall(clean):
        assert TAG_NAME.match(tag)[1].lower() in markup.TAGS
        assert not re.search(r"\s(on\w+|style|srcdoc|xlink:href)\s*=", tag)
        addresses = re.findall(r'(?:href|src)="([^"]*)"', tag)
        assert all(re.match(r"https?://|mailto:|/media/", address) for address in addresses)


@given(TEXT, st.sampled_from(FIELDS), TEXT)
def test_merge_fields_in_text_stay_as_they_are(before: str, field: str, after: str) -> None:
    html = markup.sanitise(f"<p>{before.replace('<', '')}{field}{after.replace('<', '')}</p>")
    assert field.replace("&", "&amp;") in html


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("<p>Hi <strong>you</strong> and <em>you</em></p>", "<p>Hi <strong>you</strong> and <em>you</em></p>"),
        (
            "<h1>Big</h1><div>Small <b>bold</b> <i>leaning</i></div>",
            "<h2>Big</h2><p>Small <strong>bold</strong> <em>leaning</em></p>",
        ),
        ("<ul><li>One</li></ul><ol><li>Two</li></ol><blockquote>Said</blockquote><hr>", None),
        (
            '<a href="https://example.org/?a=1&amp;b=2">go</a>',
            '<a href="https://example.org/?a=1&amp;b=2" rel="noopener">go</a>',
        ),
        ('<a href="mailto:bob@example.org">mail</a>', '<a href="mailto:bob@example.org" rel="noopener">mail</a>'),
        ('<img src="/media/g/p.png" alt="A room" width="600">', '<img src="/media/g/p.png" alt="A room" width="600">'),
        ('<img src="data:image/svg+xml,x" width="100%">', "<img>"),
        ('<p class="x" style="position:fixed" id="main">x</p>', "<p>x</p>"),
        ("<table><tr><td>x</td></tr></table>", "x"),
        ("<script>alert(1)</script>x", "x"),
    ],
)
def test_examples(html: str, clean: str | None) -> None:
    assert markup.sanitise(html) == (html if clean is None else clean)


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example/",
        "/console/settings",
        "{{ first_name }}",
        "https://{{ first_name }}/",
        "https://example.org/?name={{ first_name }}",
        "https:evil",
        "http://[",
        "ftp://example.org",
    ],
)
def test_addresses_that_lead_astray_are_taken_away(address: str) -> None:
    assert "href" not in markup.sanitise(f'<a href="{address}">x</a>')


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("", ""),
        ("One", "<p>One</p>"),
        ("One\r\nstill one\r\n\r\n\r\nTwo", "<p>One<br>still one</p>\n<p>Two</p>"),
        ("  \n ", ""),
        ("<p>Already</p>\n\nhtml", "<p>Already</p>\n\nhtml"),
        ("<div>One<br><br><br>Two<br>still two<br></div>", "<p>One</p><p>Two<br>still two</p>"),
        ("<p><br></p><p><strong>One</strong><br /> <br>Two</p>", "<p><strong>One</strong></p><p>Two</p>"),
        (
            "<h2>One<br><br>Two</h2><ul><li>Three<br><br>Four</li></ul>",
            "<h2>One<br><br>Two</h2><ul><li>Three<br><br>Four</li></ul>",
        ),
        ("With <strong>bold</strong>", "<p>With <strong>bold</strong></p>"),
    ],
)
def test_text_without_an_editor_becomes_paragraphs(text: str, html: str) -> None:
    assert markup.paragraphs(text) == html


@pytest.mark.parametrize(
    ("address", "led"),
    [
        ("www.example.com", "https://www.example.com"),
        ("WWW.example.co.uk/a?b=c#d", "https://WWW.example.co.uk/a?b=c#d"),
        ("www.example.com/{{ first_name }}", ""),
        ("www.", ""),
        ("www.x", ""),
        ("www.example.com@evil.example", ""),
        ("www.example.com:javascript", ""),
    ],
)
def test_an_address_without_https_is_completed_when_it_is_one(address: str, led: str) -> None:
    clean = markup.sanitise(f'<a href="{address}">x</a>')
    assert clean == (f'<a href="{led}" rel="noopener">x</a>' if led else '<a rel="noopener">x</a>')


def test_a_link_that_leads_nowhere_outlives_the_editor() -> None:
    stored = markup.sanitise('<p><a href="/nope">x</a> <a href="https://e.org">y</a></p>')
    shown = markup.for_editor(stored)
    assert shown.count("href=") == 2
    assert markup.sanitise(shown) == stored


def test_plain_text_means_itself() -> None:
    assert markup.from_plain("1 < 2 & 3") == "<p>1 &lt; 2 &amp; 3</p>"


@pytest.mark.parametrize(
    ("html", "empty"), [("", True), ("<p><br></p> &nbsp;", True), ("<p>x</p>", False), ('<img src="x">', False)]
)
def test_nothing_to_read(html: str, empty: bool) -> None:
    assert markup.is_empty(html) is empty


@pytest.mark.parametrize(
    "text",
    [
        "<p>" * 300_000,
        "<p>" + " " * 200_000 + "x</p>",
        "<p>" + " <br>x" * 100_000 + "</p>",
        "<div><p>" * 100_000 + "</p>",
        "\n \n" * 200_000 + "x",
        "<p>x" + "<br> " * 100_000 + "y",
        "<" * 300_000,
        "<b" * 300_000,
    ],
)
def test_no_text_keeps_us_busy(text: str) -> None:
    """A megabyte in a second at most, however it is made."""
    began = time.process_time()
    markup.paragraphs(text)
    assert time.process_time() - began < 1
