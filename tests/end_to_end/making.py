"""How Bob makes a page in the console and takes its export; and pictures of what is on the screen."""

import csv
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import Page, ViewportSize, expect
from quality.visit import found_by_axe

DESKTOP = ViewportSize(width=1280, height=900)
SIZES = {"desktop": DESKTOP, "phone": ViewportSize(width=360, height=740)}

Picture = Callable[..., None]


class Story(NamedTuple):
    """What Bob types beyond a title and some text, what Ada answers, and what the export then holds of it."""

    title: str
    text: str
    write: Callable[[Page], None]
    act: Callable[[Page], None]
    exported: dict[str, str]


def make(page: Page, name: str, story: Story, picture: Picture) -> str:
    """Make a page in the console and publish it; its public address."""
    page.goto("/console/actions/new")
    page.locator(f"button[name=type][value={name}]").click()
    page.locator("#title").fill(story.title)
    page.locator("trix-editor").first.click()
    page.keyboard.type(story.text)
    # Trix takes the cursor back for a frame or two after the last key: no person is that fast.
    page.evaluate("new Promise(go => requestAnimationFrame(() => requestAnimationFrame(go)))")
    story.write(page)
    expect(page.locator("#saved")).to_contain_text("Saved as a draft", timeout=60_000)
    expect(page.frame_locator("#preview").get_by_role("heading", level=1)).to_have_text(story.title, timeout=60_000)
    picture(page, f"{name}-editor", "desktop")
    assert found_by_axe(page) == []
    page.get_by_role("button", name=re.compile("^Publish ")).click()
    page.wait_for_url(re.compile(r"done=published"))
    address = page.locator("main a.code").first.get_attribute("href")
    assert address
    return address


def exported(page: Page) -> dict[str, str]:
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("Save all")).click()
    text = Path(download.value.path()).read_text("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text, newline=""))
    return row


def take_picture(page: Page, name: str, *widths: str) -> None:
    """Keep what is on the screen where PICTURES says; otherwise nothing."""
    folder = os.environ.get("PICTURES", "")
    before = page.viewport_size or DESKTOP
    for width in widths if folder else ():
        page.set_viewport_size(SIZES[width])
        page.wait_for_timeout(400)
        # The editor's buttons stay at the lower edge: a picture of all of it would show them in its middle.
        page.screenshot(path=Path(folder) / f"{name}-{width}.png", full_page="editor" not in name)
    page.set_viewport_size({"width": before["width"], "height": before["height"]})
