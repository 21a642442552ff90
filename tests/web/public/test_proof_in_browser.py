"""In a real browser: the puzzle is solved by itself under our own Content-Security-Policy, and the form arrives."""

import threading

import pytest
from chalice.config import Config
from chalice.local import LocalDevServer
from playwright.sync_api import expect, sync_playwright

from app import app
from chalicelib.guard import budgets
from local.children import free_port


@pytest.fixture
def served(aws):
    """The app in process, as a browser can reach it."""
    port = free_port()
    server = LocalDevServer(app, Config(), "127.0.0.1", port)
    threading.Thread(target=server.server.serve_forever, daemon=True).start()
    budgets.forget()
    yield f"http://127.0.0.1:{port}"
    server.shutdown()


@pytest.fixture
def tab(served):
    """Ada's phone, and what its browser complains about."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        page = chromium.new_context(base_url=served, viewport={"width": 320, "height": 640}).new_page()
        page.complaints = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        yield page
        chromium.close()


def fill_in(tab, address):
    """As a program does: the field that nobody sees as well."""
    tab.goto(address)
    tab.fill("#email", "ada@example.org")
    tab.fill("#name", "Ada Lovelace")
    tab.eval_on_selector("[name=homepage]", "field => { field.value = 'filled in by an extension' }")


def test_the_browser_solves_the_puzzle_and_the_form_is_accepted(tab, address, accepted):
    fill_in(tab, address)
    tab.click("form > button")
    tab.wait_for_url("**/thanks?code=*", timeout=30_000)
    [submission] = accepted()
    assert submission["family_name"] == "Lovelace"
    # A page that asks for more is an answer of 403, which browsers note.
    assert [said for said in tab.complaints if "403" not in said] == []


def test_the_step_in_pictures_and_by_keyboard(tab, address, accepted):
    tab.route("**/altcha-pbkdf2*", lambda route: route.abort())
    fill_in(tab, address)
    tab.click("form > button")
    expect(tab.locator("#proof-status")).to_have_text("Your browser could not do it. Use the link by email below.")
    assert tab.evaluate("document.documentElement.scrollWidth") <= 320
    assert tab.locator("button.quiet").bounding_box()["height"] >= 44
    tab.locator("button.quiet").press("Enter")
    tab.wait_for_url("**/inbox")
    assert accepted() == []


def test_nobody_sees_or_reaches_the_trap(tab, address):
    tab.goto(address)
    reached = set()
    for _ in range(25):
        tab.keyboard.press("Tab")
        reached.add(tab.evaluate("document.activeElement.name || ''"))
    assert "email" in reached
    assert "homepage" not in reached
    box = tab.locator("[name=homepage]").locator("xpath=../..").bounding_box()
    assert (box["width"], box["height"]) == (1, 1)
