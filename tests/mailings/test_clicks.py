"""Clicks as numbers, links that nobody can forge, and which clicks are people's."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import config, signing
from chalicelib.mailings import clicks
from chalicelib.mailings.clicks import Click, Where
from chalicelib.mailings.links import HIDDEN

GROUP, MAILING = "a" * 32, "b" * 32
SENT = 1_800_000_000.0
LATER = int(SENT) + 3600

some_click = st.builds(
    Click, st.integers(10**9, 2 * 10**10), st.sampled_from(["", *"abcdefg"]), st.integers(0, 49), st.integers(0, 255)
)


@pytest.fixture
def secret(monkeypatch):
    monkeypatch.setattr(config, "secret", lambda: b"s" * 32)
    monkeypatch.setattr(config, "public_url", lambda: "https://muster.example")


@given(some_click)
def test_a_click_is_one_number(click):
    assert clicks.from_number(click.as_number) == click
    assert click.as_number < 10**38


def test_a_link_names_its_recipient_and_nothing_else(secret):
    where = Where(GROUP, f"{MAILING}.3", 19_999, 49, "b")
    link = clicks.link(where, 12)
    assert link.startswith("https://muster.example/l/")
    assert len(link.rpartition("/")[2]) < 80
    assert clicks.read(link.rpartition("/")[2]) == (where, 12)


def test_whoever_changes_a_link_has_none(secret):
    token = clicks.link(Where(GROUP, f"{MAILING}.1", 0, 0), 1).rpartition("/")[2].partition(".")[0]
    for place, letter in enumerate(token):
        other = token[:place] + ("A" if letter != "A" else "B") + token[place + 1 :]
        assert clicks.read(f"{other}.1") is None
    payload = bytes.fromhex(GROUP + MAILING) + bytes(8)
    assert clicks.read(f"{signing.sign('unsubscribe', payload)}.1") is None
    assert clicks.read(f"{signing.sign('click', payload[:-1])}.1") is None
    assert clicks.read(f"{signing.sign('click', bytes(32) + b'0' * 16)}.1") is None


@pytest.mark.parametrize("number", ["", "-1", "x", "1.1", "²", "٣", "1e1", "9" * 5000, " 1", "1\n"])
def test_a_number_that_is_none_is_no_link(secret, number):
    token = clicks.link(Where(GROUP, f"{MAILING}.1", 0, 0), 1).rpartition("/")[2].partition(".")[0]
    assert clicks.read(f"{token}.{number}") is None


def judged(*told):
    """Which of these (seconds after an hour, link) are people's; all of one recipient."""
    every = [Click(LATER + at, "", 0, link).as_number for at, link in told]
    return sorted((click.at - LATER, click.link) for click in clicks.human(every, SENT))


@pytest.mark.parametrize(
    ("told", "human"),
    [
        ([(0, 1)], [(0, 1)]),
        ([(0, 1), (0, 2)], [(0, 1), (0, 2)]),  # two windows opened at once
        ([(0, 1), (0, 2), (1, 3)], []),  # three links within two seconds
        ([(0, 1), (1, 1), (1, 1)], [(0, 1), (1, 1)]),  # the same link, impatiently
        ([(0, 1), (2, 2), (4, 3)], [(0, 1), (2, 2), (4, 3)]),  # a quick reader
        ([(0, 1), (0, 2), (0, 3), (90, 2)], [(90, 2)]),  # a scanner, then its owner
        ([(0, 1), (30, HIDDEN)], []),  # it followed what nobody sees
        ([(0, HIDDEN), (300, 1)], [(300, 1)]),
        ([(-3600, 1), (-3591, 1), (-3590, 2)], [(-3590, 2)]),  # within ten seconds of sending
        ([(-3700, 1)], [(-3700, 1)]),  # handed over again to somebody else of the chunk, later
    ],
)
def test_what_machines_click_is_told_from_what_people_do(told, human):
    assert judged(*told) == human


def test_one_persons_scanner_is_not_anothers():
    scanned = [Click(LATER, "", 0, link).as_number for link in range(5)]
    ada = Click(LATER, "", 1, 0)
    assert clicks.human([*scanned, ada.as_number], SENT) == {ada}


@given(st.lists(some_click, max_size=30), st.randoms())
def test_the_order_in_which_clicks_are_told_does_not_matter(told, chance):
    numbers = [click.as_number for click in told]
    shuffled = numbers * 2
    chance.shuffle(shuffled)
    assert clicks.human(set(shuffled), SENT) == clicks.human(set(numbers), SENT)
