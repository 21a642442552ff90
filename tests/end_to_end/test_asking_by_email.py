"""Ada gave $50. Bob inserts donate buttons and writes to those who gave that much; she gives again without typing."""

import re

import pytest
from playwright.sync_api import Page, expect
from quality.visit import found_by_axe

from end_to_end.installation import Installation
from end_to_end.making import Picture, Story, make
from end_to_end.test_giving import comes_back, pay
from end_to_end.test_main_job import watch

STORY = Story(
    "Books for the bus",
    "It reaches those who cannot come.",
    lambda page: page.locator("#amounts").fill("10, 20, 50"),
    lambda page: None,
    {},
)


def test_a_saved_donor_is_asked_for_amounts_of_her_own_and_gives_in_two_taps(
    installation: Installation, organizer: Page, supporter: Page, picture: Picture, run: str
) -> None:
    if installation.mail_to is None:
        pytest.skip("mail that really leaves cannot be read back")
    email = installation.address(f"asked{run}")
    address = make(organizer, "fundraiser", STORY, picture)
    give_50_dollars(supporter, address, email)
    installation.wait_for_mail(email, seconds=60)
    watch(organizer, write_to_donors(organizer, run, picture))
    mail = installation.wait_for_mail(email, count=2, seconds=60)[-1]
    (link,) = re.findall(r'href="([^"]*/l/[^"]*)"[^>]*>\s*\$75', mail["html"])
    give_without_typing(supporter, link, picture)
    assert [one["subject"] for one in installation.wait_for_mail(email, count=3, seconds=60)][-1] == (
        "Your gift of $75 to Friends of Riverside Library"
    )


def give_50_dollars(supporter: Page, address: str, email: str) -> None:
    supporter.goto(address)
    supporter.get_by_label("$50").check()
    supporter.locator("#email").fill(email)
    supporter.locator("#name").fill("Ada Lovelace")
    supporter.get_by_role("button", name="Give").click()
    pay(supporter)
    comes_back(supporter, "Thank you for your gift")


def write_to_donors(page: Page, run: str, picture: Picture) -> str:
    page.goto("/console/mailings")
    page.get_by_role("button", name=re.compile("Write|New")).first.click()
    page.locator("#subject").fill(f"The bus {run}")
    page.locator("#merge-name").select_option("ask_2")
    expect(page.locator("#merge-default")).to_have_value("$25")
    page.locator("trix-editor").click()
    page.keyboard.type("Dear all, the bus has no books.")
    page.keyboard.press("Enter")
    page.get_by_label("Donate buttons for").select_option(label=STORY.title)
    picture(page, "asks-editor", "desktop")
    page.get_by_role("button", name="Insert donate buttons").click()
    expect(page.locator("trix-editor")).to_contain_text('{{ ask_3 | default: "$50" }}')
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Save and choose people").click()
    page.locator("#highest_least").fill("50")
    page.locator("#gave").select_option("yes")
    expect(page.locator("#count")).to_contain_text("who gave before and whose highest gift was at least $50")
    picture(page, "asks-audience", "desktop")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Save and preview").click()
    page.goto(re.sub(r"/[a-z]+(\?.*)?$", "/review", page.url))
    page.get_by_role("button", name=re.compile("^Send to ")).click()
    page.wait_for_url(re.compile(r"/console/mailings/\w+(\?.*)?$"))
    return page.url.partition("?")[0]


def amounts(page: Page) -> list[str]:
    return [words.strip() for words in page.locator("#amount .choice").all_inner_texts()]


def give_without_typing(supporter: Page, link: str, picture: Picture) -> None:
    supporter.goto(link)
    expect(supporter.locator("#known [role=status]")).to_contain_text("You are acting as A… L…")
    assert amounts(supporter) == ["$25", "$50", "$75", "$100", "Another amount"]
    expect(supporter.get_by_label("$75")).to_be_checked()
    for field in ("#email", "#name"):
        expect(supporter.locator(field)).to_be_hidden()
    assert "already taken part" not in supporter.locator("#known").inner_text()
    picture(supporter, "asks-page", "phone")
    assert found_by_axe(supporter) == []
    supporter.get_by_role("button", name="Not you?").click()
    assert amounts(supporter) == ["$10", "$20", "$50", "$75", "Another amount"]
    expect(supporter.get_by_label("$75")).to_be_checked()
    supporter.goto(link)
    expect(supporter.locator("#email")).to_be_hidden()
    supporter.get_by_role("button", name="Give").click()
    pay(supporter)
    comes_back(supporter, "Thank you for your gift")
