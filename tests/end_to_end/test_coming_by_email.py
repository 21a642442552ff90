"""Ada follows the link in Bob's email on her phone and signs with one tap; whoever else has it can say who they are."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from end_to_end.installation import Installation
from end_to_end.test_main_job import import_people, watch, write_and_send

PATH = "/demo/save-the-library"
FIELDS = ("#email", "#name")
WHO = re.compile(r"You are acting as A… L… \(a…@i…\)\.")


@pytest.fixture(scope="module")
def link(installation: Installation, chromium: Browser, run: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The link to the petition in the email that Ada got."""
    if installation.mail_to is None:
        pytest.skip("mail that really leaves cannot be read back")
    file = tmp_path_factory.mktemp("people") / "people.csv"
    file.write_text(f"Email,First name,Last name\n{installation.address(f'ada{run}')},Ada,Lovelace\n", "utf-8")
    context = chromium.new_context(base_url=installation.url, viewport={"width": 1280, "height": 900})
    bob = context.new_page()
    installation.sign_in(bob)
    import_people(bob, file, f"known{run}")
    watch(bob, write_and_send(bob, f"known{run}", f"Sign {run}", f"{installation.url}{PATH}"))
    context.close()
    (mail,) = installation.wait_for_mail(installation.address(f"ada{run}"))
    return str(re.findall(r'href="([^"]*/l/[^"]+\.0)"', mail["html"])[0])


def status(page: Page) -> Locator:
    return page.locator("#known [role=status]")


def not_you(page: Page) -> Locator:
    return page.get_by_role("button", name="Not you?")


def is_plain(page: Page) -> None:
    for field in FIELDS:
        expect(page.locator(field)).to_be_visible()
        expect(page.locator(field)).to_be_enabled()
    expect(status(page)).to_be_empty()
    expect(not_you(page)).to_be_hidden()
    assert page.locator("[name=known]").count() == 0


def test_not_you_brings_the_plain_form_back_with_the_keyboard_alone(supporter: Page, link: str) -> None:
    supporter.goto(link)
    expect(status(supporter)).to_have_text(WHO)
    for _ in range(20):
        supporter.keyboard.press("Tab")
        if supporter.evaluate("document.activeElement.textContent") == "Not you?":
            break
    supporter.keyboard.press("Enter")
    is_plain(supporter)
    expect(supporter.locator("#email")).to_be_focused()
    supporter.reload()
    supporter.wait_for_load_state("networkidle")
    is_plain(supporter)


def test_a_token_that_is_over_while_one_writes_asks_again_and_keeps_all(supporter: Page, link: str) -> None:
    supporter.goto(link)
    expect(status(supporter)).to_have_text(WHO)
    supporter.locator("#zip_code").fill("02139")
    supporter.evaluate("document.querySelector('[name=known]').value = 'over'")
    supporter.locator("#form > button").click()
    expect(supporter.get_by_role("alert")).to_contain_text("The link that you came by has expired")
    expect(supporter.locator("#zip_code")).to_have_value("02139")
    for field in FIELDS:
        expect(supporter.locator(field)).to_be_visible()


def test_without_javascript_the_form_is_plain(installation: Installation, chromium: Browser, link: str) -> None:
    context = chromium.new_context(base_url=installation.url, java_script_enabled=False)
    page = context.new_page()
    page.goto(link)
    is_plain(page)
    context.close()


def test_within_another_page_nobody_is_recognised(supporter: Page, link: str) -> None:
    def frameable(route: Route) -> None:
        answer = route.fetch()
        headers = {name: value for name, value in answer.headers.items() if name != "content-security-policy"}
        route.fulfill(response=answer, headers=headers)

    target = supporter.request.get(link, max_redirects=0).headers["location"]
    asked: list[str] = []
    supporter.on("request", lambda request: asked.append(request.url))
    supporter.goto("/robots.txt")
    supporter.route(f"**{PATH}*", frameable)
    supporter.set_content(f'<iframe src="{target}" width="340" height="700"></iframe>')
    frame = supporter.frame_locator("iframe")
    expect(frame.locator("#email")).to_be_visible()
    supporter.wait_for_load_state("networkidle")
    expect(frame.locator("#known [role=status]")).to_be_empty()
    assert [url for url in asked if url.endswith("/known")] == []


def test_ada_signs_in_one_step_and_sees_only_masked_data(
    installation: Installation, supporter: Page, link: str, run: str, tmp_path: Path
) -> None:
    supporter.set_viewport_size({"width": 320, "height": 640})
    asked: list[str] = []
    supporter.on("request", lambda request: asked.append(request.url))
    supporter.goto(link)
    expect(status(supporter)).to_have_text(WHO)
    assert "#" not in supporter.url
    for field in FIELDS:
        expect(supporter.locator(field)).to_be_hidden()
    assert installation.address(f"ada{run}") not in supporter.content()
    assert supporter.evaluate("document.documentElement.scrollWidth") <= 320
    box = not_you(supporter).bounding_box()
    assert box
    assert box["height"] >= 44
    supporter.locator("#form > button").click()
    supporter.wait_for_url("**/thanks*")
    token = supporter.evaluate("sessionStorage.getItem('known/demo')")
    assert token
    assert not any(token in url for url in [*asked, supporter.url])
    assert not any(cookie["name"].endswith("known") for cookie in supporter.context.cookies())
    # The mailing, and then the thanks.
    installation.wait_for_mail(installation.address(f"ada{run}"), count=2)
    supporter.goto(PATH)
    expect(status(supporter)).to_have_text(re.compile("You have already taken part here"))
