"""Signed links: nobody can make one, change one, or use one for something else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import config, signing


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setattr(config, "secret", lambda: b"a secret of the installation")


PAYLOAD = bytes(range(48))


def test_what_was_signed_is_read_again(secret):
    assert signing.read("unsubscribe", signing.sign("unsubscribe", PAYLOAD)) == PAYLOAD


def test_a_link_for_one_purpose_is_no_good_for_another(secret):
    assert signing.read("recognise", signing.sign("unsubscribe", PAYLOAD)) is None


def test_no_letter_of_a_link_can_be_changed(secret):
    token = signing.sign("unsubscribe", PAYLOAD)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        assert signing.read("unsubscribe", token[:place] + other + token[place + 1 :]) is None


@given(st.text(max_size=120))
def test_nonsense_is_not_a_link(text):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(config, "secret", lambda: b"a secret of the installation")
        assert signing.read("unsubscribe", text) is None
