"""A form says when its page was made; nobody can make that up, and nothing that is sent in its place breaks anything."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import config, signing
from chalicelib.guard import form_token
from chalicelib.guard.risk import Signal

PAGE, OTHER = "a" * 32, "b" * 32
NOON = 1_790_000_000.0
WEEK = 7 * 86400


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setattr(config, "secret", lambda: b"a secret of the installation")


@pytest.mark.parametrize(
    ("age", "doubts"),
    [
        (0, {Signal.FAST}),
        (1, {Signal.FAST}),
        (2, set()),
        (70, set()),
        (3 * 86400, set()),
        (WEEK, set()),
        (WEEK + 1, {Signal.OLD_TOKEN}),
        (-30, {Signal.FAST}),
        (-3600, {Signal.OLD_TOKEN}),
    ],
)
def test_how_long_ada_looked_at_the_form(secret, age, doubts):
    assert form_token.doubts(PAGE, form_token.mint(PAGE, NOON), NOON + age) == doubts


def test_everybody_gets_the_same_token_within_a_second(secret):
    assert form_token.mint(PAGE, NOON) == form_token.mint(PAGE, NOON + 0.9)


def test_a_token_of_another_page_or_purpose_is_forged(secret):
    for token in (
        form_token.mint(OTHER, NOON),
        signing.sign("unsubscribe", bytes(5)),
        signing.sign(f"form {PAGE}", b""),
    ):
        assert form_token.doubts(PAGE, token, NOON + 60) == {Signal.FORGED_TOKEN}


def test_a_form_without_a_token(secret):
    assert form_token.doubts(PAGE, "", NOON) == {Signal.NO_TOKEN}


def test_a_form_that_is_sent_back_keeps_its_token_and_gets_one_for_a_broken_one(secret):
    token = form_token.mint(PAGE, NOON)
    assert form_token.kept(PAGE, token, NOON + 60) == token
    assert form_token.kept(PAGE, token[:-1], NOON + 60) == form_token.mint(PAGE, NOON + 60)


@given(token=st.one_of(st.text(min_size=1), st.from_regex(r"[A-Za-z0-9_-]{1,80}", fullmatch=True)))
def test_whatever_is_sent_as_a_token_is_taken_for_forged(token):
    before, config.secret = config.secret, lambda: b"a secret of the installation"
    try:
        assert form_token.doubts(PAGE, token, NOON) == {Signal.FORGED_TOKEN}
    finally:
        config.secret = before
