"""Ada has signed: she gets one thing to do next, a link that credits her."""

import pytest

CODE = "abcdefghijklmnop"


def test_ada_gets_one_link_that_credits_her(browser, site, address):
    text = browser.get(f"{address}/thanks?code={CODE}").text
    assert f'value="{site}{address}?referrer={CODE}&amp;source=link"' in text
    assert "https://wa.me/?text=" in text
    assert "sms:?&amp;body=" in text
    assert "mailto:?subject=" in text


@pytest.mark.parametrize("code", ["", "ABCDEFGHIJKLMNOP", "abc", "abcdefghijklmno1", '"><script>', "a" * 17])
def test_a_code_that_cannot_be_one_is_left_out(browser, address, code):
    text = browser.get(f"{address}/thanks?code={code}").text
    assert "referrer" not in text
    assert f"{address}?source=link" in text


def test_organizers_may_say_thanks_in_their_own_words(browser, group, publish):
    page = publish(thanks="Thank you & see you <there>\non Monday")
    text = browser.get(f"/{group.slug}/{page.slug}/thanks").text
    assert "Thank you &amp; see you &lt;there&gt;\non Monday" in text


def test_it_may_be_kept_by_the_edge(browser, address):
    assert "s-maxage" in browser.get(f"{address}/thanks").headers["Cache-Control"]
