"""A form that looks risky, on the deployed stack: the browser proves itself, or an email does."""

import re
import time

from playwright.sync_api import Page
from quality.visit import found_by_axe

from end_to_end.installation import Installation

PAGE = "/demo/save-the-library"


def filled_in(page: Page, email: str) -> None:
    """As a program does: the field that nobody sees as well."""
    page.goto(PAGE)
    page.fill("#email", email)
    page.fill("#name", "Ada Lovelace")
    page.eval_on_selector("[name=homepage]", "field => { field.value = 'filled in by an extension' }")


def test_ada_is_asked_for_a_proof_and_her_browser_gives_it(supporter: Page) -> None:
    filled_in(supporter, f"proof-{time.time_ns()}@example.org")
    supporter.click("#form > button")
    supporter.wait_for_url("**/thanks?code=*", timeout=60_000)


def test_a_link_by_email_is_another_way(supporter: Page, installation: Installation) -> None:
    email = f"link-{time.time_ns()}@example.org"
    supporter.route("**/proof.js", lambda route: route.abort())
    filled_in(supporter, email)
    supporter.click("#form > button")
    supporter.wait_for_selector("button[name=by_email]")
    assert found_by_axe(supporter) == []
    supporter.click("button[name=by_email]")
    supporter.wait_for_url("**/inbox")
    assert found_by_axe(supporter) == []
    for mail in installation.wait_for_mail(email):
        link = re.search(r"/demo/save-the-library/confirm/\S+", mail["text"])
        assert link
        supporter.goto(link[0])
        assert found_by_axe(supporter) == []
        supporter.click("main button")
        supporter.wait_for_url("**/thanks?code=*")
