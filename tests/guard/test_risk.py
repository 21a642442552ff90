"""One odd thing is a person; two are worth asking. A table of what is risky, and what never is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.guard import risk
from chalicelib.guard.risk import Risk, Signal

PERSONS = (Signal.NO_TOKEN, Signal.FORGED_TOKEN, Signal.OLD_TOKEN, Signal.FAST, Signal.LINKS, Signal.BUSY_NETWORK)
PROGRAMS = (Signal.HONEYPOT, Signal.FLOODING_NETWORK, Signal.ADDRESS_OFTEN)


def test_nothing_odd_is_no_risk():
    assert risk.judge([]) == Risk.LOW


@pytest.mark.parametrize("signal", PERSONS)
def test_one_thing_that_a_person_may_cause_is_no_risk(signal):
    assert risk.judge([signal]) == Risk.LOW
    assert risk.judge([signal, signal]) == Risk.LOW


@pytest.mark.parametrize("signal", PROGRAMS)
def test_what_only_programs_do_is_a_risk(signal):
    assert risk.judge([signal]) == Risk.HIGH


@pytest.mark.parametrize("first", PERSONS)
@pytest.mark.parametrize("second", PERSONS)
def test_two_odd_things_are_a_risk(first, second):
    if first != second:
        assert risk.judge([first, second]) == Risk.HIGH


def test_every_signal_has_a_weight():
    assert set(risk.WEIGHTS) == set(Signal) == {*PERSONS, *PROGRAMS}


@given(st.sets(st.sampled_from(Signal)), st.sampled_from(Signal))
def test_another_sign_never_makes_it_less_risky(signals, one_more):
    if risk.judge(signals) == Risk.HIGH:
        assert risk.judge({*signals, one_more}) == Risk.HIGH
