"""The opening stands above the form, the rest below it, and nothing is lost or let through."""

import pytest

from chalicelib.web.public.share import share_links
from chalicelib.web.public.story import tell

LONG = "word " * 200


@pytest.mark.parametrize(
    ("body", "opening", "rest"),
    [
        ("", "", ""),
        ("<p>One.</p>", "<p>One.</p>", ""),
        ("<p>One.</p><p>Two.</p>", "<p>One.</p>", "<p>Two.</p>"),
        ("One.<br><br>Two.", "One.<br><br>", "Two."),
        (f"<p>{LONG}</p><p>Two.</p>", "", f"<p>{LONG}</p><p>Two.</p>"),
        ("<p>One <script>alert(1)</script></p>", "<p>One </p>", ""),
    ],
)
def test_a_story_is_told_in_two_parts(body, opening, rest):
    story = tell(body)
    assert (story.opening, story.rest) == (opening, rest)


def test_its_summary_is_plain_and_short():
    assert tell("<p>Fish &amp; <b>chips</b></p>").summary == "Fish & chips"
    assert len(tell(f"<p>{LONG}</p>").summary) <= 200
    assert tell(f"<p>{LONG}</p>").summary.endswith("word…")


def test_share_links_write_the_message_for_you():
    links = share_links("https://x.example/g/s", "abcdefghijklmnop", "Fish", "Fish & chips?")
    assert links.link == "https://x.example/g/s?referrer=abcdefghijklmnop&source=link"
    assert "Fish%20%26%20chips%3F" in links.whatsapp
    assert "source%3Dwhatsapp" in links.whatsapp
    assert "source%3Demail" in links.email
    assert "source%3Dsms" in links.sms
