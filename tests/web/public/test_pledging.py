"""Ada pledges an amount on a fundraising page; no money moves, and the sum is right."""

import pytest

from chalicelib import counters
from chalicelib.actions import store, take_action

ADA = {"email": "ada@example.org", "name": "Ada Lovelace"}


@pytest.fixture
def fundraiser(publish):
    def made(**own):
        return publish(type="fundraiser", slug="roof", title="A new roof", own=own)

    return made


@pytest.fixture
def pledge(browser, aws, group):
    def pledges(page, **fields):
        answer = browser.post(f"/{group.slug}/{page.slug}", ADA | fields)
        aws.handle("submissions", take_action.record_all)
        return answer

    return pledges


def pledged(page):
    counted = counters.read(f"page#{page.id}")
    return {name: value for name, value in counted.items() if name.startswith("pledge") and value}


def test_it_says_that_no_money_moves(browser, group, fundraiser):
    text = browser.get(f"/{group.slug}/{fundraiser(raise_goal=500000).slug}").text
    assert "No money moves today." in text
    assert "The goal is $5,000." in text
    assert all(f" {amount}</label>" in text for amount in ("$10", "$25", "$50", "$100"))


@pytest.mark.parametrize(
    ("fields", "amount", "often"),
    [
        ({"amount": "2500"}, 2500, "once"),
        ({"amount": "2500", "often": "monthly"}, 2500, "monthly"),
        ({"amount": "other", "other": "$1,250.50"}, 125050, "once"),
        ({"other": "30"}, 3000, "once"),
        ({"amount": "7777"}, 7777, "once"),
    ],
)
def test_a_pledge_is_kept_and_counted(fundraiser, pledge, fields, amount, often):
    page = fundraiser()
    assert pledge(page, **fields).status_code == 303
    [action] = store.each_of_page(page.id)
    assert action.own == {"amount": str(amount), "currency": "USD", "often": often}
    assert pledged(page) == {f"pledged_USD_{often}": amount, f"pledges_USD_{often}": 1}


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({}, "Choose an amount"),
        ({"amount": "other", "other": " "}, "Choose an amount"),
        ({"amount": "other", "other": "ten"}, "Write an amount like 25"),
        ({"amount": "other", "other": "0.50"}, "Write an amount like 25"),
        ({"amount": "other", "other": "-5"}, "Write an amount like 25"),
        ({"amount": "-2500"}, "Write an amount like 25"),
        ({"amount": "٢٥"}, "Write an amount like 25"),
        ({"amount": "9" * 12}, "Write an amount like 25"),
        ({"amount": "100001"}, "$1 – $1,000"),
        ({"amount": "2500", "often": "hourly"}, "Choose how often"),
        ({"amount": "2500", "often": "yearly"}, "Choose how often"),
    ],
)
def test_what_is_no_pledge_is_said_and_nothing_is_lost(fundraiser, pledge, fields, said):
    page = fundraiser(most=100000)
    answer = pledge(page, **fields)
    assert (answer.status_code, said in answer.text) == (422, True)
    wrong = "often" if "often" in fields else "amount"
    assert f'id="{wrong}" tabindex="-1" aria-describedby="{wrong}-error" aria-invalid="true"' in answer.text
    assert 'value="Ada Lovelace"' in answer.text
    assert pledged(page) == {}


def test_whoever_pledges_anew_takes_the_old_pledge_back(fundraiser, pledge):
    page = fundraiser()
    pledge(page, amount="2500")
    pledge(page, amount="1000", often="monthly")
    assert pledged(page) == {"pledged_USD_monthly": 1000, "pledges_USD_monthly": 1}


def test_the_thermometer_is_made_of_money(browser, group, fundraiser, pledge):
    page = fundraiser(raise_goal=500000)
    pledge(page, amount="10000")
    pledge(page, amount="2500", email="grace@example.org")
    text = browser.get(f"/{group.slug}/{page.slug}").text
    assert "$125 pledged." in text
    assert '<progress aria-labelledby="taken" value="12500" max="500000">' in text


def test_yen_have_no_cents(browser, group, fundraiser, pledge):
    page = fundraiser(currency="JPY", amounts=[1000, 5000])
    assert "¥5,000" in browser.get(f"/{group.slug}/{page.slug}").text
    assert pledge(page, amount="other", other="10.50").status_code == 422
    assert pledge(page, amount="other", other="2,000").status_code == 303
    assert pledged(page)["pledged_JPY_once"] == 2000
