"""How many recipients SES takes: so many a second, so many a day."""

from hypothesis import given
from hypothesis import strategies as st

from local.ses.quota import DAY, Quota


def test_a_second_of_the_rate_may_be_used_at_once():
    quota = Quota(rate=14, daily=-1)
    quota.take(14, now=1)
    assert quota.throttled(now=1)
    assert not quota.throttled(now=1.1)


def test_a_large_call_goes_through_and_leaves_a_debt():
    quota = Quota(rate=14, daily=-1)
    quota.take(50, now=1)
    assert quota.throttled(now=3.6)
    assert not quota.throttled(now=3.7)


def test_unused_seconds_are_not_saved_up():
    quota = Quota(rate=10, daily=-1)
    quota.take(10, now=1000)
    assert quota.throttled(now=1000)


def test_the_day_is_rolling():
    quota = Quota(rate=1000, daily=100)
    quota.take(100, now=0)
    assert quota.spent_today(now=DAY - 61)
    assert not quota.spent_today(now=DAY + 61)


def test_a_daily_quota_of_minus_one_has_no_end():
    quota = Quota(rate=1000, daily=-1)
    quota.take(10**9, now=0)
    assert not quota.spent_today(now=0)


def test_a_lower_rate_counts_at_once():
    quota = Quota(rate=1000, daily=-1)
    quota.change(10, None, now=0)
    quota.take(10, now=0)
    assert quota.throttled(now=0)


@given(rate=st.integers(1, 500), steps=st.lists(st.tuples(st.floats(0, 2), st.integers(1, 50)), max_size=60))
def test_nobody_gets_more_than_the_rate_over_time_but_one_burst_and_one_debt(rate, steps):
    quota, now, taken = Quota(rate=rate, daily=-1), 0.0, 0
    for wait, recipients in steps:
        now += wait
        if not quota.throttled(now):
            quota.take(recipients, now)
            taken += recipients
    assert taken <= rate * now + rate + 50
