"""One spelling for each address, or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.email_address import normalise


@pytest.mark.parametrize(
    ("typed", "known_as"),
    [
        ("ada@example.org", "ada@example.org"),
        ("  Ada@Example.ORG ", "ada@example.org"),
        ("ada.lovelace+news@example.co.uk", "ada.lovelace+news@example.co.uk"),
        ("o'brien@example.org", "o'brien@example.org"),
        ("ada@münchen.de", "ada@xn--mnchen-3ya.de"),
    ],
)
def test_an_address_has_one_spelling(typed, known_as):
    assert normalise(typed) == known_as


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ada",
        "ada@",
        "@example.org",
        "ada@example",
        "ada@@example.org",
        "ada@example..org",
        ".ada@example.org",
        "ada.@example.org",
        "ada@-example.org",
        "ada lovelace@example.org",
        "ada@example.org\r\nBcc: bob@example.org",
        "ada@example.org, bob@example.org",
        "<ada@example.org>",
        "ädä@example.org",
        "a" * 65 + "@example.org",
        "ada@" + "a." * 130 + "org",
        "{{ email }}@example.org",
    ],
)
def test_what_ses_could_not_mail_is_no_address(typed):
    assert normalise(typed) is None


@given(st.text(max_size=80))
def test_normalising_never_raises_and_is_stable(text):
    known_as = normalise(text)
    assert known_as is None or (normalise(known_as) == known_as and known_as.isascii())
