"""Bob compares a month with Stripe, part by part."""

import re
import time
from typing import Any
from urllib.parse import urlencode

import pytest
from giving.conftest import Site, page_of
from organizers import Organizer

from chalicelib import clock
from chalicelib.giving import accounts, reconcile
from chalicelib.giving.difference import WORDS, Kind
from chalicelib.network import store as network

HERE = "/console/giving/reconcile"
THIS_MONTH = time.strftime("%Y-%m", time.gmtime())


@pytest.fixture
def account(bob: Organizer, aws: Any) -> str:
    made = accounts.begin(bob.group, "bob@example.org").id
    aws.stripe.connect(accounts.gateway.link(made, "https://example.org", "https://example.org"))
    group = network.find_group(bob.group.id, consistent=True)
    assert group
    accounts.settle(group)
    return made


def test_who_has_no_account_has_nothing_to_compare(bob: Organizer) -> None:
    assert "Nothing to compare with" in bob.get(HERE).text
    assert bob.post(HERE, {"month": THIS_MONTH}).status == 200


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0000-01", "9999-12", "1969-01", "٢٠٢٦-١١", "9" * 500])
def test_whatever_is_asked_for_is_a_month(bob: Organizer, account: str, month: str) -> None:
    for before in ("", "x", "-1", "0", "9" * 500, "١", "1e9"):
        assert bob.get(f"{HERE}?{urlencode({'month': month, 'before': before})}").status == 200, before


def test_a_month_with_nothing_in_it_agrees(bob: Organizer, account: str) -> None:
    assert "Everything agrees." in bob.get(f"{HERE}?month={THIS_MONTH}").text


def test_what_differs_is_named_and_settled_by_the_button(bob: Organizer, account: str, aws: Any) -> None:
    group = network.find_group(bob.group.id, consistent=True)
    site = Site(aws, group, page_of(group, slug=f"roof-{clock.new_id()[-8:]}"))
    aws.stripe.pay(site.give(often="monthly").headers["Location"])
    site.events(account)
    shown = bob.get(f"{HERE}?month={THIS_MONTH}").text
    assert "2 differences" in shown
    assert WORDS[Kind.NOT_HERE] in shown
    assert WORDS[Kind.RECURRING] in shown
    assert bob.post(HERE, {"month": THIS_MONTH}).location.endswith("done=reconciled")
    site.work()
    assert "Everything agrees." in bob.get(f"{HERE}?month={THIS_MONTH}").text


def test_much_is_compared_part_by_part(bob: Organizer, account: str, aws: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reconcile, "_PAGES", 1)
    begin = int(clock.now()) // 86400 * 86400 - 86400
    month = time.strftime("%Y-%m", time.gmtime(begin))
    aws.stripe.control(sell={"account": account, "number": 150, "since": begin})
    first = bob.get(f"{HERE}?month={month}")
    assert "99 more on this account" in first.text
    rest = re.search(r'href="(/console/giving/reconcile\?month=[^"]*before=\d+)"', first.html)
    assert rest
    second = bob.get(rest[1].replace("&amp;", "&"))
    assert "51 more on this account" in second.text
    assert "Compare those before" not in second.text
    assert "These agree." in second.text


def test_banks_that_a_screen_has_no_time_for_and_accounts_that_are_closed_are_said(
    bob: Organizer, account: str, aws: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    group = network.find_group(bob.group.id, consistent=True)
    assert group
    site = Site(aws, group, page_of(group, slug=f"roof-{clock.new_id()[-8:]}"))
    aws.stripe.pay(site.give().headers["Location"], "000123456789")
    site.settle(account)
    assert "Everything agrees." in bob.get(f"{HERE}?month={THIS_MONTH}").text
    monkeypatch.setattr(reconcile, "MOST_WAITING", 0)
    network.change_group(group.id, stripe=dict(group.stripe) | {"former": ["acct_gone"]})
    shown = bob.get(f"{HERE}?month={THIS_MONTH}").text
    assert "1 more gift waits for a bank" in shown
    assert "Stripe does not let us see acct_gone any more" in shown
    assert "Everything agrees." not in shown


def test_who_left_an_account_can_still_compare_it(bob: Organizer, account: str) -> None:
    bob.post("/console/giving/disconnect")
    assert "Everything agrees." in bob.get(f"{HERE}?month={THIS_MONTH}").text


@pytest.mark.parametrize(("how", "times"), [("before", 3), ("429", 1)])
def test_stripe_that_does_not_answer_is_said(bob: Organizer, account: str, aws: Any, how: str, times: int) -> None:
    for ask in (bob.get, lambda path: bob.post(path, {"month": THIS_MONTH})):
        aws.stripe.control(fail_next=[{"match": "GET /v1/charges", "how": how, "times": times}])
        assert "Stripe does not answer just now" in ask(HERE).text


def test_an_account_that_stripe_does_not_let_us_see_is_no_error(bob: Organizer) -> None:
    network.change_group(bob.group.id, stripe={"id": "acct_gone", "ready": True})
    assert "Stripe does not answer just now" in bob.get(HERE).text
