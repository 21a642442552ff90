"""Ladders: what Ada is asked for, by what she gave."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.giving.ladder import Limits, rungs

USUAL = (50, 100, 150, 200)
ANY = Limits()


@pytest.mark.parametrize(
    ("percents", "highest", "limits", "asked"),
    [
        (USUAL, 5000, ANY, (2500, 5000, 7500, 10000)),
        (USUAL, 2500, ANY, (1500, 2500, 4000, 5000)),
        (USUAL, 1000, ANY, (500, 1000, 1500, 2000)),
        (USUAL, 3700, ANY, (2000, 3500, 5500, 7500)),
        (USUAL, 12345, ANY, (6000, 12500, 17500, 25000)),
        (USUAL, 330000, ANY, (175000, 325000, 500000, 650000)),
        # Of small gifts two shares would be one amount: the next one up is asked for.
        (USUAL, 100, ANY, (100, 200, 300, 400)),
        (USUAL, 5, ANY, (100, 200, 300, 400)),
        # Yen have no smaller part, and people give hundreds of them.
        (USUAL, 3000, ANY, (1500, 3000, 4500, 6000)),
        (USUAL, 3333, ANY, (1500, 3500, 5000, 6500)),
        # The law's limit is the last rung, and stands there once.
        (USUAL, 300000, Limits(0, 330000), (150000, 300000, 330000)),
        (USUAL, 5000, Limits(0, 2000), (2000,)),
        (USUAL, 500, Limits(1000, 0), (1000, 1500, 2000, 2500)),
        (USUAL, 500, Limits(150, 250), (250,)),
        ((200, 50), 5000, ANY, (2500, 10000)),
        ((), 5000, ANY, ()),
        (USUAL, 0, ANY, ()),
        (USUAL, -100, ANY, ()),
    ],
)
def test_what_is_asked_for(percents, highest, limits, asked):
    assert rungs(percents, highest, limits) == asked


PERCENTS = st.lists(st.integers(10, 500), min_size=1, max_size=4, unique=True)
GIFTS = st.integers(1, 10**11)
LIMITS = st.tuples(st.integers(0, 10**6), st.integers(0, 10**7)).map(
    lambda both: Limits(both[0], both[1] and both[0] + both[1])
)


@given(PERCENTS, GIFTS, LIMITS)
def test_a_ladder_rises_within_the_limits_and_is_never_empty(percents, highest, limits):
    asked = rungs(percents, highest, limits)
    assert 1 <= len(asked) <= len(percents)
    assert all(type(amount) is int and amount > 0 for amount in asked)
    assert all(lower < higher for lower, higher in pairwise(asked))
    assert all(limits.least <= amount <= (limits.most or amount) for amount in asked)
    assert limits.most or len(asked) == len(percents)


@given(PERCENTS, GIFTS, GIFTS, LIMITS)
def test_whoever_gave_more_is_never_asked_for_less(percents, one, other, limits):
    smaller, larger = sorted((one, other))
    both = zip(rungs(percents, smaller, limits), rungs(percents, larger, limits), strict=False)
    assert all(less <= more for less, more in both)


@given(PERCENTS, GIFTS)
def test_each_rung_is_about_its_share(percents, highest):
    """What is larger than a few units is moved by half a step at most, unless it had to make room."""
    percent = max(percents)
    (asked,) = rungs((percent,), highest, ANY)
    share = highest * percent / 100
    assert abs(asked - share) <= max(share / 4, 100)
