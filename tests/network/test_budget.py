"""Five sign-in links an hour for each address, sixty test emails for each group."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.network.budget import LINKS_AN_HOUR, TESTS_AN_HOUR, may_ask_for_link, may_send_tests


def test_each_address_has_its_own_budget_which_comes_back(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bob, charlie = f"bob{clock.new_id()}@example.org", f"charlie{clock.new_id()}@example.org"
    hour = 3600 * 500_000.0
    monkeypatch.setattr(clock, "now", lambda: hour)
    assert [may_ask_for_link(bob) for _ in range(LINKS_AN_HOUR + 2)] == [True] * LINKS_AN_HOUR + [False] * 2
    assert may_ask_for_link(charlie)
    monkeypatch.setattr(clock, "now", lambda: hour + 3600)
    assert may_ask_for_link(bob)


def test_tests_that_would_be_too_many_are_not_counted(aws: Any) -> None:
    group = clock.new_id()
    assert may_send_tests(group, TESTS_AN_HOUR - 2)
    assert not may_send_tests(group, 3)
    assert may_send_tests(group, 2)
    assert not may_send_tests(group, 1)
