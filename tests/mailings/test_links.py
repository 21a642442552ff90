"""Where links lead, and the source code they carry."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mailings import links
from chalicelib.mailings.merge import Compiled

HOME = "https://muster.example/library"
ID = "0" * 31 + "1"


def sourced(address):
    return links.with_source(f'<a href="{address}">Go</a>', "mailing-1", HOME)


@pytest.mark.parametrize(
    ("address", "becomes"),
    [
        (f"{HOME}/save-it", f"{HOME}/save-it?source=mailing-1"),
        (HOME, f"{HOME}?source=mailing-1"),
        (f"{HOME}/save-it?a=1&amp;b=2#top", f"{HOME}/save-it?a=1&amp;b=2&amp;source=mailing-1#top"),
        (f"{HOME}/save-it?source=flyer", f"{HOME}/save-it?source=flyer"),
        ("https://muster.example/library-2/save-it", "https://muster.example/library-2/save-it"),
        ("https://muster.example.evil.example/library/x", "https://muster.example.evil.example/library/x"),
        ("https://elsewhere.example/library", "https://elsewhere.example/library"),
        ("mailto:ada@example.org", "mailto:ada@example.org"),
        ("https://[bad", "https://[bad"),
    ],
)
def test_links_to_the_groups_own_pages_say_which_mailing_they_stood_in(address, becomes):
    assert sourced(address) == f'<a href="{becomes}">Go</a>'


def test_what_a_link_led_to_is_shown_without_our_own_source_code():
    for address in (f"{HOME}/save-it?a=1", HOME, "https://example.org/?source=flyer&x"):
        coded = links.with_source(f'<a href="{address}">x</a>', links.source_code(ID, "b"), HOME).split('"')[1]
        assert links.shown(coded.replace("&amp;", "&")) == address


def compiled(html):
    return Compiled(subject="Hi", html=f"<body>{html}</body>", text="Go: https://example.org", holes=[])


def test_each_address_has_one_number_and_unsubscribing_has_none():
    body = (
        '<a href="https://a.example/?x=1&amp;y=2">A</a><a style="x" href="https://b.example">B</a>'
        '<a href="https://b.example">again</a><a href="{{h0}}">leave</a><a href="mailto:a@example.org">mail</a>'
    )
    tracked, addresses = links.track(compiled(body))
    assert addresses == ["https://a.example/?x=1&y=2", "https://b.example"]
    assert tracked.html.count('href="{{click}}.0"') == 1
    assert tracked.html.count('href="{{click}}.1"') == 2
    assert 'href="{{h0}}"' in tracked.html
    assert 'href="mailto:a@example.org"' in tracked.html
    assert tracked.text == "Go: https://example.org"
    assert tracked.fill({"click_url": "https://muster.example/l/x"})["click"] == "https://muster.example/l/x"


def test_the_link_that_nobody_sees_says_nothing_to_anybody():
    tracked, _ = links.track(compiled('<a href="https://a.example">A</a>'))
    trap = tracked.html[tracked.html.index('<a href="{{click}}.255"') :]
    assert trap.startswith('<a href="{{click}}.255" style="display:none" aria-hidden="true" tabindex="-1"></a>')


def test_an_email_without_links_stays_as_it_was():
    plain = compiled("<p>Come.</p>")
    assert links.track(plain) == (plain, [])


def test_more_links_than_there_are_numbers_lead_there_directly():
    tracked, addresses = links.track(compiled("".join(f'<a href="https://{n}.example">x</a>' for n in range(300))))
    assert len(addresses) == links.HIDDEN
    assert 'href="https://299.example"' in tracked.html


@given(st.lists(st.from_regex(r"https?://[a-z]{1,9}\.example/[a-zé&=?#%]{0,9}", fullmatch=True), max_size=20))
def test_every_number_finds_its_address_again(addresses):
    tracked, kept = links.track(compiled("".join(f'<a href="{escape(one)}">x</a>' for one in addresses)))
    numbers = [int(part.split('"')[0]) for part in tracked.html.split("{{click}}.")[1:]]
    assert [kept[number] for number in numbers if number != links.HIDDEN] == addresses
