"""Statements of a year: what a donor gave in it, to print, by their own link and by email."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import pytest
from giving.conftest import handled
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from app import deliver_emails
from chalicelib import clock
from chalicelib.giving import links, refund, send_statements, statement, store
from chalicelib.giving.donation import Donation, Donor, State

YEAR = datetime.now(UTC).year


def gift(at: float, amount: int = 2500, **more) -> Donation:
    known = {"group": "g", "page": "p", "person": "a", "currency": "USD", "donor": Donor(email="ada@example.org")}
    told = {"id": f"{at}", "amount": amount, "at": at, "given_at": at, "state": State.GIVEN}
    return Donation(**known | told | more)


@pytest.mark.parametrize(
    ("text", "year"), [("2026", 2026), ("1999", None), ("٢٠٢٦", None), ("26", None), ("", None), ("2026 ", None)]
)
def test_what_is_a_year(text, year):
    assert statement.year_of(text) == year


@given(st.floats(min_value=9.5e8, max_value=4e9), st.sampled_from(["UTC", "America/New_York", "Pacific/Auckland"]))
def test_every_gift_is_in_the_statement_of_exactly_one_year(at, zone):
    one = gift(at)
    [year] = statement.years([one], zone)
    first, last = statement.span(year, zone)
    assert first <= at < last
    assert statement.of_year([one], year, zone).totals == {"USD": 2500}
    assert statement.of_year([one], year + 1, zone) is None


def test_what_went_back_and_tickets_are_no_gifts():
    noon = datetime(2026, 6, 1, 12, tzinfo=UTC).timestamp()
    part, whole = gift(noon, refunded=1000), gift(noon, refunded=2500)
    ticket, yen = gift(noon, tickets="seats"), gift(noon, 3000, currency="JPY")
    stated = statement.of_year([part, whole, ticket, yen], 2026, "UTC")
    assert stated.totals == {"USD": 1500, "JPY": 3000}
    assert statement.of_year([whole, ticket], 2026, "UTC") is None


@pytest.fixture
def ada(site, stripe):
    """She has given $25, and gave $10 more."""
    for amount in ("2500", "1000"):
        stripe.pay(site.give(amount=amount).headers["Location"])
        site.settle()
    return site


def test_ada_prints_what_she_gave_this_year(ada):
    link = urlsplit(links.for_donor(ada.donations()[0], clock.now())).path
    assert f'href="{link}/{YEAR}"' in ada.get(link).text
    page = ada.get(f"{link}/{YEAR}")
    assert page.status_code == 200
    assert "Ada Lovelace" in page.text
    assert "$35" in page.text
    assert "1 Main St" in page.text


def test_no_statement_is_made_of_a_year_without_gifts_or_of_what_is_no_year(ada):
    link = urlsplit(links.for_donor(ada.donations()[0], clock.now())).path
    for year in (str(YEAR - 1), "1", "x", "99999", "%2e%2e"):
        assert ada.get(f"{link}/{year}").status_code == 404


def test_an_old_link_shows_nothing(ada):
    link = urlsplit(links.for_donor(ada.donations()[0], clock.now() - 100 * 86400)).path
    page = ada.get(f"{link}/{YEAR}")
    assert "$35" not in page.text
    assert "older than 90 days" in page.text


def test_a_forged_link_shows_nothing(ada):
    assert ada.get(f"/g/nonsense/{YEAR}").status_code == 404


def test_each_donor_is_written_to_once_for_a_year(ada):
    for _ in range(2):
        send_statements.run(ada.group.id, str(YEAR))
        ada.cloud.handle("mail", handled(deliver_emails))
    [mail] = [mail for mail in ada.inbox() if "in " + str(YEAR) in mail["subject"]]
    assert mail["subject"] == f"Your gifts to Friends of the Roof in {YEAR}"
    assert "$35" in mail["text"]
    assert f"/{YEAR}" in mail["text"]


def test_whoever_got_everything_back_gets_no_statement(ada):
    for one in ada.donations():
        refund.give_back(one, one.amount)
    ada.settle()
    send_statements.run(ada.group.id, str(YEAR))
    ada.work()
    assert not [mail for mail in ada.inbox() if mail["subject"].startswith("Your gifts to")]


def test_nonsense_sends_nothing(ada):
    send_statements.run(ada.group.id, "x")
    send_statements.run("0" * 32, str(YEAR))
    assert ada.cloud.handle("mail", handled(deliver_emails)) == 0


def test_a_donation_that_is_only_begun_is_in_no_statement(site):
    site.give()
    [begun] = site.donations()
    assert statement.years([begun, replace(begun, state=State.PROCESSING)], "UTC") == []
    assert store.of_person(begun.person) == [begun]
