"""Who gets which variant, which one does best, and which must stop."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mailings.mailing import Mailing
from chalicelib.mailings.variant import LETTERS, REST, Measure, Result, Variant, best, does_badly, label_of

ID = "a" * 32
PEOPLE = [f"{number:032x}" for number in range(6000)]


@given(st.text(max_size=32), st.text(max_size=32), st.integers(2, 7), st.integers(1, 100))
def test_a_person_always_gets_the_same(mailing, person, variants, share):
    label = label_of(mailing, person, variants, share)
    assert label == label_of(mailing, person, variants, share)
    assert label in {*LETTERS[:variants], REST}
    assert label != REST or share < 100


@pytest.mark.parametrize(("variants", "share"), [(2, 20), (3, 50), (7, 100)])
def test_shares_are_as_chosen_and_variants_alike(variants, share):
    counted = Counter(label_of(ID, person, variants, share) for person in PEOPLE)
    each = len(PEOPLE) * share / 100 / variants
    assert all(each * 0.8 < counted[letter] < each * 1.2 for letter in LETTERS[:variants])
    assert abs(counted[REST] - len(PEOPLE) * (100 - share) / 100) < len(PEOPLE) * 0.03


def test_another_mailing_tests_other_people():
    first, second = ([label_of(one * 32, person, 2, 20) != REST for person in PEOPLE] for one in "ab")
    both = sum(a and b for a, b in zip(first, second, strict=True))
    assert 0.02 * len(PEOPLE) < both < 0.06 * len(PEOPLE)


def test_without_variants_nobody_waits():
    assert {label_of(ID, person, 1, 20) for person in PEOPLE[:50]} == {""}


R = Result


@pytest.mark.parametrize(
    ("results", "measure", "dropped", "winner"),
    [
        ({"a": R(sent=100, clicked=5), "b": R(sent=90, clicked=5)}, Measure.CLICKS, [], "b"),
        ({"a": R(sent=100, clicked=5), "b": R(sent=100, clicked=5)}, Measure.CLICKS, [], "a"),
        ({"a": R(sent=100), "b": R(sent=100)}, Measure.CLICKS, [], "a"),
        ({"a": R(sent=100, clicked=5), "b": R(sent=100, clicked=50)}, Measure.CLICKS, ["b"], "a"),
        ({"a": R(sent=100, clicked=9), "b": R(sent=100, actions=2)}, Measure.ACTIONS, [], "b"),
        ({"a": R(sent=100, unsubscribed=2), "b": R(sent=100, unsubscribed=1)}, Measure.UNSUBSCRIBES, [], "b"),
        ({"a": R(sent=100, unsubscribed=2), "b": R()}, Measure.UNSUBSCRIBES, [], "a"),
        ({"a": R(sent=100), "b": R(sent=100)}, Measure.CLICKS, ["a", "b"], ""),
    ],
)
def test_the_winner_is_the_best_for_what_it_was_sent_to(results, measure, dropped, winner):
    assert best(results, measure, dropped) == winner


@pytest.mark.parametrize(
    ("result", "bad"),
    [
        (R(sent=50, complained=1), False),  # one person is no sign
        (R(sent=999, complained=2), True),
        (R(sent=1000, complained=2), False),
        (R(sent=100, unsubscribed=4), False),
        (R(sent=249, unsubscribed=5), True),
        (R(sent=250, unsubscribed=5), False),
        (R(), False),
    ],
)
def test_a_variant_that_drives_people_away_is_stopped(result, bad):
    assert does_badly(result) == bad


def test_a_variant_says_what_is_different():
    mailing = Mailing(
        id="1", group="1", created=0, subject="A", body="x", variants=[Variant(subject="B"), Variant(body="y")]
    )
    assert mailing.letters == ["a", "b", "c"]
    assert [(mailing.worded(one).subject, mailing.worded(one).body) for one in "abcd"] == [
        ("A", "x"),
        ("B", "x"),
        ("A", "y"),
        ("A", "x"),
    ]
