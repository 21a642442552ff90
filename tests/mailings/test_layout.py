"""How a mailing looks, and how it reads as text."""

import re
import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import config
from chalicelib.mailings.layout import lay_out
from chalicelib.network.group import Group

GROUP = Group(id="g", slug="demo", name="Friends & Co", salt="00", created=0, postal_address="1 River Road\nRiverside")
BODY = (
    "<h2>Hello {{ first_name }}</h2><div>The library <em>closes</em>.<br>Help:</div>"
    '<div><strong><a href="https://example.org/give">Give now</a></strong></div>'
    '<ul><li>One</li><li><a href="https://example.org/two">Two</a></li></ul><script>alert(1)</script>'
)


def mail():
    return lay_out("Save it", "Before Friday", BODY, GROUP, "en")


def test_the_html_part_has_words_button_address_and_the_way_out():
    html = mail().html
    for expected in (
        "{{ first_name }}",
        "Before Friday",
        "Friends &amp; Co",
        "1 River Road",
        'href="{{ unsubscribe_url }}"',
    ):
        assert expected in html
    assert "alert(1)" not in html
    assert html.count("Give now") == 1
    assert len(html.encode()) < 20_000


def test_the_text_part_reads_as_if_typed():
    text = mail().text
    assert text.startswith("Hello {{ first_name }}\n\nThe library closes.\nHelp:")
    assert "Give now: https://example.org/give" in text
    assert "- One\n- Two: https://example.org/two" in text
    assert text.rstrip().endswith("{{ unsubscribe_url }}")


def test_nobody_elses_server_is_asked_for_anything():
    addresses = re.findall(r"(?:href|src|url)\s*[=(]\s*[\"']?(https?://[^\"')]+)", mail().html)
    assert set(addresses) == {"https://example.org/give", "https://example.org/two"}
    assert "@import" not in mail().html


@pytest.mark.parametrize(
    ("accent", "on_button", "link"), [("#1d4ed8", "#fff", "#1d4ed8"), ("#ffee00", "#000", "#1f2328")]
)
def test_button_and_links_can_be_read_whatever_the_accent(accent, on_button, link):
    html = lay_out("S", "", BODY, msgspec.structs.replace(GROUP, accent=accent), "en").html
    assert f"background:{accent};color:{on_button}" in html
    assert f"a {{ color: {link} }}" in html


GO = '<a href="https://e.org"><strong>Go</strong></a>'


@pytest.mark.parametrize(
    ("body", "shape"),
    [
        (f"<p>{GO}</p>", "button"),
        ('<p><strong><a href="https://e.org">Go</a></strong></p>', "button"),
        (f"<p>One</p><p>{GO}</p><p>Two</p>", "words One, button, words Two"),
        (f"<p>One<br><br>{GO}<br>Two</p>", "words One, button, words Two"),
        (f"<p><strong>One<br></strong>{GO}<strong><br>Two</strong></p>", "words One, button, words Two"),
        ('<p><strong><a href="https://e.org">Go</a><br></strong></p>', "button"),
        (f"<p>{GO}<br>{GO}</p>", "button, button"),
        (f"<p>One {GO}</p>", "words One Go"),
        (f"<p><em>One<br>{GO}</em></p>", "words OneGo"),
        (f"<blockquote><p>{GO}</p></blockquote>", "words Go"),
        (f"<ul><li><p>{GO}</p></li></ul><p>{GO}</p>", "words Go, button"),
        ("<p>One<br><br>Two</p>", "words OneTwo"),
        ("Go", "words Go"),
    ],
)
def test_a_bold_link_in_a_line_of_its_own_is_a_button(body, shape):
    assert seen_parts(lay_out("S", "", body, GROUP, "en").html) == shape


def seen_parts(html):
    """Buttons and texts between the group's name and the footer."""
    parts = re.findall(
        r'(?s)<a href="https://e.org" target[^>]*>Go</a>|<td [^>]*class="words"[^>]*><div[^>]*>(.*?)</div>', html
    )
    return ", ".join(f"words {re.sub('<[^>]*>', '', part)}" if part else "button" for part in parts[1:-1])


AROUND = ["<p>", "</p>", "<br>", "<em>", "</em>", "<strong>", "</strong>", "<ul><li>", "</ul>", "<blockquote>"]


@given(st.lists(st.sampled_from([*AROUND, GO, "tree"]), max_size=14))
def test_no_word_is_lost_whatever_becomes_a_button(parts):
    html = lay_out("S", "", "".join(parts), GROUP, "en").html
    assert (html.count("Go<"), html.count("tree")) == (parts.count(GO), parts.count("tree"))


def test_hostile_line_breaks_cost_no_time():
    body = "<p><strong>" + "<br>" * 20_000 + "x" + "<br> " * 20_000 + f"</strong>{GO}</p>"
    began = time.process_time()
    lay_out("S", "", body, GROUP, "en")
    assert time.process_time() - began < 2


def test_pictures_of_ours_carry_our_name(monkeypatch):
    monkeypatch.setattr(config, "public_url", lambda: "https://m.example")
    html = lay_out("S", "", '<p><img src="/media/g/a.webp" alt="Ada"></p>', GROUP, "en").html
    assert 'src="https://m.example/media/g/a.webp"' in html


def test_the_footer_speaks_the_groups_language():
    spanish = lay_out("S", "", BODY, GROUP, "es")
    assert 'lang="es"' in spanish.html
    assert "Darse de baja" in spanish.html
    assert "Darse de baja: {{ unsubscribe_url }}" in spanish.text


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("<p>Tom &amp; Ada &amp;lt; 3</p>", "Tom & Ada &lt; 3"),
        ('<p><a href="https://e.org">https://e.org</a></p>', "https://e.org"),
        ('<p><a href="mailto:ada@e.org">ada@e.org</a></p>', "ada@e.org"),
        ('<p><a href="mailto:ada@e.org">Ada</a></p>', "Ada: ada@e.org"),
        ("<ol><li>One</li><li>Two</li></ol>", "1. One\n2. Two"),
        ("<ul><li>One<ul><li>Half</li></ul></li><li>Two</li></ul><p>End</p>", "- One\n- Half\n- Two\n\nEnd"),
        ('<p>Look <img src="https://e.org/a.png" alt="The library"></p>', "Look The library"),
        ("no tags at all", "no tags at all"),
    ],
)
def test_the_text_part_is_written(body, text):
    assert lay_out("S", "", body, GROUP, "en").text.partition("\n\n--\n")[0] == text


TAGS = [
    "<p>",
    "</p>",
    "<br>",
    "<strong>",
    "</strong>",
    "</a>",
    "<hr>",
    "<ul>",
    "<li>",
    "</ul>",
    "<h1>",
    "&nbsp;",
    "]]>",
]
TAGS += ["&lt;mj-raw&gt;", "</mj-text>", "{{", "😀"]
TAGS += ['<a href="https://e.org/?a=1&b=2">', '<img src="https://e.org/a.png">', "<mj-include path='/etc/passwd' />"]
TAGS += ["<!-- x -->", "{{ first_name }}", "<![CDATA[", "<?php ?>", "\x00", "\x1a", "\ufffe"]


@given(st.lists(st.sampled_from(TAGS), max_size=12).map("".join), st.text(max_size=20), st.text(max_size=20))
def test_whatever_was_written_can_be_laid_out(body, subject, preheader):
    mail = lay_out(subject, preheader, body, GROUP, "en")
    assert mail.html.count('href="{{ unsubscribe_url }}"') == 1
    assert "{{ unsubscribe_url }}" in mail.text
