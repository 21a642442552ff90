"""How fast to go again after a throttle."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mailings import pace

RATES = st.floats(min_value=1, max_value=100_000)
SECONDS = st.floats(min_value=0, max_value=600)


@pytest.mark.parametrize(
    ("seconds", "rate"),
    [
        (0, 70),
        (7.5, 96.25),
        (15, 100),
        (22.5, 103.75),
        (30, 130),
        (60, 910),
    ],
)
def test_after_a_throttle_the_rate_comes_back_lingers_and_goes_on(seconds: float, rate: float) -> None:
    assert pace.recovering(100, seconds) == pytest.approx(rate)


@given(RATES, SECONDS, SECONDS)
def test_it_never_falls_by_waiting(was: float, some: float, more: float) -> None:
    assert pace.recovering(was, some) <= pace.recovering(was, some + more) * (1 + 1e-9)


@given(RATES)
def test_a_throttle_lowers_it_unless_it_is_lowest(was: float) -> None:
    assert pace.recovering(was, 0) == pytest.approx(max(1.0, was * 0.7))
