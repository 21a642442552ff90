"""Each type of action page, from nothing to its export: Bob makes it, Ada acts on her phone, Bob sees what came of it.

With PICTURES=<folder> each step is also kept as a picture: that is how those in docs/pages.md are made.
"""

import re

import pytest
from playwright.sync_api import Page, expect
from quality.visit import found_by_axe

from chalicelib import action_types
from end_to_end.installation import Installation
from end_to_end.making import Picture, Story, exported, make


def question(page: Page, number: int, label: str, kind: str, choices: str = "") -> None:
    fold = page.locator("summary", has_text="More questions")
    if fold.count() and not page.get_by_role("button", name="Add a question").is_visible():
        fold.click()
    page.get_by_role("button", name="Add a question").click()
    page.locator(f"#question-{number}-label").fill(label)
    page.locator(f"select[name=question-{number}-type]").select_option(kind)
    if choices:
        page.locator(f"#question-{number}-choices").fill(choices)


def write_petition(page: Page) -> None:
    page.locator("#target").fill("Riverside city council")
    page.get_by_label("Let signers add a comment").check()


def sign_petition(page: Page) -> None:
    page.get_by_label("Your comment").fill("I learned to read there")
    page.get_by_role("button", name="Sign the petition").click()


def write_form(page: Page) -> None:
    question(page, 0, "When can you help?", "multiple", "Weekdays\nEvenings\nWeekends")
    question(page, 1, "What can you do?", "long")


def fill_in_form(page: Page) -> None:
    page.get_by_label("Evenings").check()
    page.get_by_label("Weekends").check()
    page.get_by_label("What can you do?").fill("Read to children")
    page.get_by_role("button", name="Send").click()


def write_survey(page: Page) -> None:
    question(page, 0, "How often do you come?", "single", "Every day\nEvery week\nNever")
    question(page, 1, "How many books do you read in a month?", "number")
    question(page, 2, "Since when have you come?", "date")
    page.get_by_role("button", name="Move up question 3").click()
    expect(page.locator("#question-1-label")).to_have_value("Since when have you come?")


def answer_survey(page: Page) -> None:
    page.get_by_label("Every week").check()
    page.get_by_label("Since when").fill("2019-05-04")
    page.get_by_label("How many books").fill("4")
    page.get_by_role("button", name="Send my answers").click()


def write_aid(page: Page) -> None:
    page.locator("#kinds").fill("Food\nTransport\nCompany")


def ask_for_help(page: Page) -> None:
    page.locator("#needs").get_by_label("Transport").check()
    page.locator("#gives").get_by_label("Company").check()
    page.locator("#zip_code").fill("02139")
    page.locator("#when").fill("Mornings")
    page.get_by_role("button", name="Send").click()


def write_event(page: Page) -> None:
    page.locator("#starts").fill("2031-05-06T18:00")
    page.locator("#ends").fill("2031-05-06T20:00")
    page.locator("#place").fill("Riverside Library, reading room")
    page.locator("#address").fill("12 River Street, Riverside")
    page.locator("#capacity").fill("40")
    page.locator("#guests").fill("2")
    page.get_by_label("Keep a waiting list").check()


def come_to_event(page: Page) -> None:
    page.locator("select[name=question-guests]").select_option("1")
    page.locator("#form > button").first.click()


def write_ticketed(page: Page) -> None:
    page.locator("#starts").fill("2031-05-06T19:00")
    page.locator("#ends").fill("2031-05-06T22:00")
    page.locator("#place").fill("Riverside Library, great hall")
    for number, (name, about, capacity) in enumerate(
        (("Front rows", "You see every face", "20"), ("Balcony", "You hear every word", "40"))
    ):
        page.locator(f"#ticket-{number}-name").fill(name)
        page.locator(f"#ticket-{number}-about").fill(about)
        page.locator(f"#ticket-{number}-capacity").fill(capacity)


def order_tickets(page: Page) -> None:
    page.get_by_label("Front rows").select_option("2")
    page.get_by_label("Balcony").select_option("1")
    page.locator("#form > button").click()


def write_event_campaign(page: Page) -> None:
    page.locator("#pitch").fill("We send you a poster and a guide. A living room is enough.")


def offer_to_host(page: Page) -> None:
    page.locator("#event").fill("Reading on the steps")
    page.locator("#starts").fill("2031-05-06T18:00")
    page.locator("#ends").fill("2031-05-06T20:00")
    page.locator("#place").fill("Central Library")
    page.locator("#event_zip").fill("02139")
    page.locator("#about").fill("We read aloud for an hour. Bring a book.")
    page.locator("#form > button").click()


def write_letter(page: Page) -> None:
    page.get_by_role("link", name="Upload a list").click()
    page.locator("#file").set_input_files(
        {
            "name": "Council.csv",
            "mimeType": "text/csv",
            "buffer": b"name,email,title\nGrace Hopper,success@simulator.amazonses.com,Mayor\n",
        }
    )
    page.get_by_role("button", name="Upload the list").click()
    page.get_by_role("link", name="Back to the letter").click()
    page.locator("#letter-0-subject").fill("Keep the library open")
    page.locator("#letter-0-text").fill("I ask you to vote against closing it.")
    page.get_by_label("Let supporters change it").first.check()


def write_to_the_mayor(page: Page) -> None:
    page.locator("#zip_code").fill("02139")
    page.locator("#form > button").first.click()
    page.locator("textarea").first.fill("My children read there. Vote against closing it.")
    assert found_by_axe(page) == []
    page.get_by_role("button", name="Send").first.click()


STORIES = {
    "petition": Story(
        "Keep the reading room warm",
        "The city wants to turn off the heating on weekends.",
        write_petition,
        sign_petition,
        {"Your comment": "I learned to read there"},
    ),
    "letter": Story(
        "Write to the mayor",
        "She decides on Friday.",
        write_letter,
        write_to_the_mayor,
        {"zip_code": "02139"},
    ),
    "form": Story(
        "Read to children",
        "We need twenty people who read aloud on Saturdays.",
        write_form,
        fill_in_form,
        {"When can you help?": "Evenings; Weekends", "What can you do?": "Read to children"},
    ),
    "survey": Story(
        "What should the library do next?",
        "Tell us before the council votes.",
        write_survey,
        answer_survey,
        {"How often do you come?": "Every week", "Since when have you come?": "2019-05-04"},
    ),
    "event": Story(
        "Town hall on the library",
        "The council answers, and we ask.",
        write_event,
        come_to_event,
        {"standing": "seated", "seats": "2"},
    ),
    "ticketed": Story(
        "The library's birthday",
        "A hundred years, one evening, four choirs.",
        write_ticketed,
        order_tickets,
        {"standing": "seated", "tickets": "Front rows 2; Balcony 1", "seats": "3"},
    ),
    "event_campaign": Story(
        "A day for our libraries",
        "On May 6 people meet in every town.",
        write_event_campaign,
        offer_to_host,
        {"event": "Reading on the steps", "place": "Central Library", "event_zip": "02139"},
    ),
    "aid": Story(
        "Neighbours after the flood",
        "Nobody carries this alone.",
        write_aid,
        ask_for_help,
        {"needs": "Transport", "can_give": "Company", "when": "Mornings"},
    ),
}


def publish_offer(organizer: Page, supporter: Page, address: str, picture: Picture) -> None:
    """What Ada offered is published, and found by a ZIP code nearby."""
    organizer.get_by_role("button", name="Publish this event").click()
    expect(organizer.locator("#events")).to_contain_text("Reading on the steps")
    picture(organizer, "event_campaign-events", "desktop")
    supporter.goto(address)
    supporter.locator("#zip").fill("02140")
    supporter.get_by_role("button", name="Find events near me").click()
    expect(supporter.locator(".events")).to_contain_text("2 miles away")
    picture(supporter, "event_campaign-near", "phone", "desktop")
    supporter.get_by_role("link", name=re.compile("RSVP.*Reading on the steps")).click()
    expect(supporter.get_by_role("heading", level=1)).to_have_text("Reading on the steps")


# What a type's people do once everything is told of it.
AFTERWARDS = {"event_campaign": publish_offer}


def test_every_type_has_its_story() -> None:
    """That of a fundraising page is in test_giving.py: it leads to Stripe and back."""
    assert {*STORIES, "fundraiser"} == {kind.name for kind in action_types.each() if kind.takes_submissions}


def test_a_campaign_leads_to_its_actions(organizer: Page, supporter: Page, picture: Picture) -> None:
    def choose(page: Page) -> None:
        page.get_by_label("Keep the Riverside Library open").check()

    story = Story("Save our libraries", "Everything that you can do, in one place.", choose, choose, {})
    supporter.goto(make(organizer, "campaign", story, picture))
    picture(supporter, "campaign-page", "phone", "desktop")
    supporter.get_by_role("link", name="Sign the petition").click()
    expect(supporter.get_by_role("heading", level=1)).to_have_text("Keep the Riverside Library open")
    assert "source=campaign" in supporter.url
    picture(organizer, "campaign-results", "desktop")


@pytest.mark.parametrize("name", STORIES)
def test_from_nothing_to_its_export(
    installation: Installation, organizer: Page, supporter: Page, picture: Picture, run: str, name: str
) -> None:
    story = STORIES[name]
    address = make(organizer, name, story, picture)
    email = installation.address(name + run)
    supporter.goto(address)
    picture(supporter, f"{name}-page", "phone", "desktop")
    supporter.locator("#email").fill(email)
    supporter.locator("#name").fill("Ada Lovelace")
    story.act(supporter)
    supporter.wait_for_url("**/thanks*")
    assert found_by_axe(supporter) == []
    installation.wait_for_mail(email)
    organizer.goto(organizer.url.partition("?")[0])
    expect(organizer.locator("#people")).to_contain_text("Ada Lovelace", timeout=60_000)
    picture(organizer, f"{name}-results", "desktop")
    assert found_by_axe(organizer) == []
    row = exported(organizer)
    assert (row["email"], row["given_name"]) == (email, "Ada")
    assert {column: row[column] for column in story.exported} == story.exported
    if name in AFTERWARDS:
        AFTERWARDS[name](organizer, supporter, address, picture)
