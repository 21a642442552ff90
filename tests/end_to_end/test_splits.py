"""One gift to two groups: Bob asks, the group next door agrees, Ada gives once, and each has its own charge."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from quality.visit import found_by_axe

from end_to_end.installation import Installation
from end_to_end.making import Picture, Story, make

STORY = Story("The river walk and its library", "Half of it is theirs.", lambda page: None, lambda page: None, {})


@pytest.fixture
def neighbour(chromium: Browser, installation: Installation) -> Iterator[Page]:
    """Paula's laptop, signed in to the group next door."""
    context = chromium.new_context(base_url=installation.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto("/_local/login?email=parks@demo.example")
    yield page
    context.close()


def looked_at(page: Page, name: str, picture: Picture) -> None:
    picture(page, name, "phone", "desktop")
    assert found_by_axe(page) == []


def test_a_gift_to_two_groups(
    installation: Installation, organizer: Page, neighbour: Page, supporter: Page, picture: Picture, run: str
) -> None:
    address = make(organizer, "fundraiser", STORY, lambda *_: None)
    ask(organizer, picture)
    agree(neighbour, picture)
    email = installation.address(f"splits{run}")
    give(supporter, address, email, picture)
    receipts = installation.wait_for_mail(email, 2, seconds=60)
    assert sorted(mail["subject"] for mail in receipts) == [
        "Your gift of $15 to Riverside Parks",
        "Your gift of $35 to Friends of Riverside Library",
    ]
    see_own_part(neighbour, "$15", "35", picture)


def ask(organizer: Page, picture: Picture) -> None:
    organizer.get_by_role("link", name="Edit").click()
    organizer.get_by_role("link", name="Recipients").click()
    organizer.get_by_label("Its public name").fill("nobody-here")
    organizer.get_by_role("button", name="Ask it").click()
    expect(organizer.get_by_role("alert")).to_contain_text("No group has this name here")
    organizer.get_by_label("Its public name").fill("parks")
    organizer.get_by_role("button", name="Ask it").click()
    expect(organizer.locator("#recipients")).to_contain_text("Asked")
    looked_at(organizer, "split-recipients", picture)


def agree(neighbour: Page, picture: Picture) -> None:
    neighbour.goto("/console/giving")
    neighbour.get_by_role("link", name="Collected by others").click()
    looked_at(neighbour, "split-collected", picture)
    neighbour.get_by_role("button", name="Agree").click()
    expect(neighbour.get_by_role("status")).to_contain_text("Agreed.")


def give(supporter: Page, address: str, email: str, picture: Picture) -> None:
    supporter.goto(address)
    looked_at(supporter, "split-page", picture)
    supporter.get_by_label("$50").check()
    supporter.get_by_label("Riverside Parks (USD)").fill("60")
    supporter.locator("#email").fill(email)
    supporter.locator("#name").fill("Ada Lovelace")
    supporter.get_by_role("button", name="Give").click()
    expect(supporter.get_by_role("alert")).to_contain_text("does not add up")
    looked_at(supporter, "split-wrong", picture)
    supporter.get_by_label("Riverside Parks (USD)").fill("15")
    supporter.get_by_role("button", name="Give").click()
    supporter.wait_for_url("**/_local/stripe/checkout/**")
    expect(supporter.get_by_role("heading")).to_contain_text("Riverside Parks: $15")
    supporter.get_by_label("Card number").fill("4242 4242 4242 4242")
    supporter.get_by_role("button", name="Save card").click()
    supporter.wait_for_url("**/shares/**")
    expect(supporter.get_by_role("heading", level=1)).to_have_text("Thank you for your gift", timeout=90_000)
    expect(supporter.locator("main")).to_contain_text("$15 for Riverside Parks has arrived.")
    looked_at(supporter, "split-given", picture)


def see_own_part(neighbour: Page, own: str, other: str, picture: Picture) -> None:
    neighbour.goto("/console/giving")
    expect(neighbour.locator("#latest")).to_contain_text(own, timeout=60_000)
    neighbour.locator("#latest").get_by_role("link", name="Ada Lovelace").first.click()
    expect(neighbour.locator("main")).to_contain_text("A gift to several groups")
    expect(neighbour.locator("main")).not_to_contain_text(f"${other}")
    looked_at(neighbour, "split-part", picture)
