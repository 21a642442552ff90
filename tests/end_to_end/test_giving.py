"""A gift, from an empty editor to its refund: Ada gives, makes it monthly, changes and ends that; Bob sees each of it.

Where Stripe is the real one, its page is another and cards must be those of its test mode: this is for the local stack.
"""

import re

import pytest
from playwright.sync_api import Page, expect
from quality.visit import found_by_axe

from end_to_end.installation import Installation
from end_to_end.making import Picture, Story, exported, make


def write_fundraiser(page: Page) -> None:
    page.locator("#amounts").fill("10, 25, 50, 100")
    page.locator("#raise_goal").fill("5,000")


STORY = Story(
    "A new roof for the library",
    "It leaks onto the children's books.",
    write_fundraiser,
    lambda page: None,
    {"amount": "25", "currency": "USD", "how_often": "once"},
)


def pay(page: Page, card: str = "4242 4242 4242 4242") -> None:
    """Stripe's page."""
    page.wait_for_url("**/_local/stripe/checkout/**")
    page.get_by_label("Card number").fill(card)
    page.get_by_role("button", name="Donate").click()


def comes_back(page: Page, heading: str) -> None:
    """Stripe may lead back before it has told us; then the page looks again by itself."""
    page.wait_for_url("**/given/**")
    expect(page.get_by_role("heading", level=1)).to_have_text(heading, timeout=60_000)


def subjects(installation: Installation, address: str, count: int) -> list[str]:
    return [mail["subject"] for mail in installation.wait_for_mail(address, count, seconds=60)]


@pytest.fixture
def address(installation: Installation, organizer: Page, picture: Picture) -> str:
    return make(organizer, "fundraiser", STORY, picture)


def test_a_gift_and_what_becomes_of_it(
    installation: Installation, organizer: Page, supporter: Page, picture: Picture, address: str, run: str
) -> None:
    email = installation.address(f"fundraiser{run}")
    give_25_dollars(supporter, address, email, picture)
    [receipt] = installation.wait_for_mail(email, seconds=60)
    assert receipt["subject"] == "Your gift of $25 to Friends of Riverside Library"
    make_it_monthly(supporter, picture)
    own_page = re.search(r"/g/\S+", receipt["text"])
    assert own_page
    change(supporter, own_page[0], picture)
    see_recurring(organizer, "$30", "every month", "Active", picture)
    end(supporter)
    see_recurring(organizer, "$30", "every month", "Ended", picture)
    read_statement(supporter, picture)
    monthly = ["You give $25 every month", "Your gift has changed: $30 every month", "Your gift every month has ended"]
    assert subjects(installation, email, 4)[1:] == monthly
    give_back(organizer, address, picture)
    assert subjects(installation, email, 5)[-1] == "We gave back $25"
    row = exported(organizer)
    assert (row["email"], row["given_name"]) == (email, "Ada")
    assert {column: row[column] for column in STORY.exported} == STORY.exported


def give_25_dollars(supporter: Page, address: str, email: str, picture: Picture) -> None:
    supporter.goto(address)
    picture(supporter, "fundraiser-page", "phone", "desktop")
    assert found_by_axe(supporter) == []
    supporter.get_by_label("$50").check()
    supporter.locator("#other").fill("30")
    expect(supporter.get_by_label("Another amount", exact=True)).to_be_checked()
    supporter.get_by_label("$25").check()
    expect(supporter.locator("#other")).to_have_value("")
    supporter.locator("#email").fill(email)
    supporter.locator("#name").fill("Ada Lovelace")
    supporter.get_by_role("button", name="Give").click()
    pay(supporter, "4000 0000 0000 0002")
    expect(supporter.get_by_role("alert")).to_contain_text("declined")
    pay(supporter)
    comes_back(supporter, "Thank you for your gift")
    expect(supporter.locator("main")).to_contain_text("$25 has arrived.")
    picture(supporter, "fundraiser-given", "phone")
    assert found_by_axe(supporter) == []


def make_it_monthly(supporter: Page, picture: Picture) -> None:
    supporter.get_by_role("button", name="Give $25 every month").click()
    pay(supporter)
    comes_back(supporter, "Thank you. It is all set up")


def change(supporter: Page, own_page: str, picture: Picture) -> None:
    supporter.goto(own_page)
    expect(supporter.get_by_role("heading", level=2).first).to_have_text(
        "$25 every month for “A new roof for the library”", timeout=60_000
    )
    picture(supporter, "fundraiser-donor", "phone")
    assert found_by_axe(supporter) == []
    supporter.locator("summary", has_text="Change it").click()
    amount = supporter.get_by_label("Another amount in USD")
    amount.fill("0.30")
    supporter.get_by_role("button", name="Change it").click()
    supporter.get_by_role("alert").get_by_role("link").click()
    expect(amount).to_be_focused()
    expect(amount).to_have_value("0.30")
    picture(supporter, "fundraiser-donor-wrong", "phone", "desktop")
    assert found_by_axe(supporter) == []
    amount.fill("30")
    supporter.get_by_role("button", name="Change it").click()
    expect(supporter.get_by_role("status")).to_have_text("Saved.")
    expect(supporter.get_by_role("heading", level=2).first).to_contain_text("$30 every month")


def end(supporter: Page) -> None:
    supporter.locator("summary", has_text="End it for good?").click()
    supporter.get_by_role("button", name="End this gift").click()
    expect(supporter.locator("main")).to_contain_text("This gift has ended.")


def see_recurring(organizer: Page, amount: str, often: str, standing: str, picture: Picture) -> None:
    """What the donor did stands in the list, and with the gift that it began with."""
    organizer.goto("/console/giving")
    organizer.get_by_role("link", name="Recurring donations", exact=True).click()
    row = organizer.locator("tr", has_text="A new roof for the library").first
    expect(row).to_contain_text(amount)
    expect(row).to_contain_text(standing)
    picture(organizer, f"giving-recurring-{standing}".lower(), "phone", "desktop")
    assert found_by_axe(organizer) == []
    row.get_by_role("link", name="Ada Lovelace").click()
    expect(organizer.locator("main")).to_contain_text(f"{amount} {often} {standing}")
    assert found_by_axe(organizer) == []


def read_statement(supporter: Page, picture: Picture) -> None:
    supporter.get_by_role("link", name=re.compile("^Your statement for")).click()
    expect(supporter.get_by_role("heading", level=1)).to_have_text(
        re.compile(r"^Gifts in \d{4} to Friends of Riverside Library$")
    )
    expect(supporter.locator("tfoot")).to_contain_text("$25")
    picture(supporter, "fundraiser-statement", "phone", "desktop")
    assert found_by_axe(supporter) == []


def give_back(organizer: Page, address: str, picture: Picture) -> None:
    organizer.goto("/console/giving")
    expect(organizer.locator("#latest")).to_contain_text("Ada Lovelace", timeout=60_000)
    picture(organizer, "giving-console", "desktop")
    assert found_by_axe(organizer) == []
    given = organizer.locator("#latest tr", has_text="Given").filter(has_text="Ada Lovelace").first
    given.get_by_role("link").click()
    picture(organizer, "giving-gift", "desktop")
    assert found_by_axe(organizer) == []
    organizer.get_by_text("Give money back").click()
    organizer.get_by_role("button", name="Give back").click()
    expect(organizer.get_by_role("status")).to_contain_text("Given back.")
    organizer.goto("/console/giving/reconcile")
    expect(organizer.get_by_role("status")).to_have_text("Everything agrees.")
    assert found_by_axe(organizer) == []
    organizer.goto("/console/giving/settings")
    assert found_by_axe(organizer) == []
    organizer.goto("/console/actions")
    organizer.get_by_role("link", name="A new roof for the library").first.click()
    expect(organizer.locator("#people")).to_contain_text("Ada Lovelace", timeout=60_000)
    picture(organizer, "fundraiser-results", "desktop")
    assert found_by_axe(organizer) == []
