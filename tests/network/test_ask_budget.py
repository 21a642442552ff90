"""Five sign-in links an hour for each address."""

from typing import Any

import pytest

from chalicelib import clock
from chalicelib.network.ask_budget import LINKS_AN_HOUR, may_ask


def test_each_address_has_its_own_budget_which_comes_back(aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bob, charlie = f"bob{clock.new_id()}@example.org", f"charlie{clock.new_id()}@example.org"
    hour = 3600 * 500_000.0
    monkeypatch.setattr(clock, "now", lambda: hour)
    assert [may_ask(bob) for _ in range(LINKS_AN_HOUR + 2)] == [True] * LINKS_AN_HOUR + [False] * 2
    assert may_ask(charlie)
    monkeypatch.setattr(clock, "now", lambda: hour + 3600)
    assert may_ask(bob)
