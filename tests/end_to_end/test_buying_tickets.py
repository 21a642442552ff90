"""Tickets at a price, from an empty editor to the money's way back: Ada buys two and takes one that is free.

Where Stripe is the real one, its page is another and cards must be those of its test mode: this is for the local stack.
"""

import pytest
from playwright.sync_api import Page, expect
from quality.visit import found_by_axe

from end_to_end.installation import Installation
from end_to_end.making import Picture, Story, exported, make


def write_tickets(page: Page) -> None:
    page.locator("#starts").fill("2031-05-06T19:00")
    page.locator("#ends").fill("2031-05-06T22:00")
    page.locator("#place").fill("Riverside Library, great hall")
    rows = (("Front rows", "You see every face", "20", "15"), ("Balcony", "You hear every word", "40", ""))
    for number, (name, about, capacity, price) in enumerate(rows):
        page.locator(f"#ticket-{number}-name").fill(name)
        page.locator(f"#ticket-{number}-about").fill(about)
        page.locator(f"#ticket-{number}-capacity").fill(capacity)
        page.locator(f"#ticket-{number}-price").fill(price)


STORY = Story(
    "A concert for the roof",
    "Four choirs, one evening, and every cent goes into the roof.",
    write_tickets,
    lambda page: None,
    {"standing": "seated", "tickets": "Front rows 2; Balcony 1", "seats": "3", "paid": "30", "currency": "USD"},
)


@pytest.fixture
def address(installation: Installation, organizer: Page, picture: Picture) -> str:
    return make(organizer, "ticketed", STORY, picture)


def test_tickets_are_bought_and_the_money_goes_back(
    installation: Installation, organizer: Page, supporter: Page, picture: Picture, address: str, run: str
) -> None:
    email, results = installation.address(f"tickets{run}"), organizer.url.partition("?")[0]
    buy(supporter, address, email, picture)
    [bought] = installation.wait_for_mail(email, seconds=60)
    assert bought["subject"] == "Your tickets: “A concert for the roof”"
    assert "2 × Front rows: $30" in bought["text"]
    see_what_is_sold(organizer, results, picture)
    row = exported(organizer)
    assert {column: row[column] for column in STORY.exported} == STORY.exported
    call_off(organizer, results, picture)
    subjects = [mail["subject"] for mail in installation.wait_for_mail(email, 3, seconds=90)]
    assert sorted(subjects[1:]) == [
        "Called off: “A concert for the roof”",
        "We gave back $30: “A concert for the roof”",
    ]
    expect_nothing_left(organizer, results)


def buy(supporter: Page, address: str, email: str, picture: Picture) -> None:
    supporter.goto(address)
    picture(supporter, "tickets-page", "phone", "desktop")
    assert found_by_axe(supporter) == []
    supporter.get_by_label("Front rows").select_option("2")
    supporter.get_by_label("Balcony").select_option("1")
    supporter.locator("#email").fill(email)
    supporter.locator("#name").fill("Ada Lovelace")
    supporter.locator("#form > button").click()
    supporter.wait_for_url("**/_local/stripe/checkout/**")
    expect(supporter.get_by_role("heading", level=1)).to_contain_text("30.00 USD")
    supporter.get_by_label("Card number").fill("4242 4242 4242 4242")
    supporter.get_by_role("button", name="Pay").click()
    supporter.wait_for_url("**/given/**")
    expect(supporter.get_by_role("heading", level=1)).to_have_text("Thank you, you have your tickets", timeout=60_000)
    picture(supporter, "tickets-given", "phone", "desktop")
    assert found_by_axe(supporter) == []


def see_what_is_sold(organizer: Page, results: str, picture: Picture) -> None:
    reload_until(organizer, results, "#people", "Ada Lovelace")
    organizer.goto(f"{results}/attendance")
    expect(organizer.locator(".attendance")).to_contain_text("2 Front rows, 1 Balcony")
    organizer.get_by_role("button", name="Check in").click()
    expect(organizer.locator(".lead")).to_have_text("1 of 1 here")
    picture(organizer, "tickets-attendance", "phone", "desktop")
    assert found_by_axe(organizer) == []
    organizer.goto(results)
    expect(organizer.locator("#tickets")).to_contain_text("$30")
    picture(organizer, "tickets-results", "phone", "desktop")
    assert found_by_axe(organizer) == []


def call_off(organizer: Page, results: str, picture: Picture) -> None:
    organizer.locator("summary", has_text="Call the event off").click()
    organizer.get_by_role("button", name="Call it off").click()
    expect(organizer.locator("#give-back")).to_contain_text("1 paid order stands, $30 altogether")
    picture(organizer, "tickets-called-off", "phone", "desktop")
    assert found_by_axe(organizer) == []
    organizer.get_by_role("button", name="Give back all that is paid").click()
    expect(organizer.get_by_role("status")).to_contain_text("The money is going back")


def expect_nothing_left(organizer: Page, results: str) -> None:
    organizer.goto(results)
    expect(organizer.locator("#tickets")).to_be_visible()
    expect(organizer.locator("#give-back")).to_have_count(0)


def reload_until(page: Page, address: str, where: str, says: str) -> None:
    """What is behind a queue comes a moment after the email."""
    for _ in range(60):
        page.goto(address)
        if says in page.locator(where).inner_text():
            return
        page.wait_for_timeout(500)
    raise AssertionError(f"{says} is not in {where}")
