"""A whole installation, and a browser to use it with.

Without further ado that is the packaged template, deployed to the emulator. With MUSTER_URL (and AWS credentials, and
no AWS_ENDPOINT_URL) the same tests use a live one: see docs/deploy.md.
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from end_to_end.installation import Installation, live, local
from end_to_end.making import Picture, take_picture
from local.stack import BUILD, Stack

_QUIET = ("--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update")


# The stack and the browser last as long as these tests, and leave the machine to those that follow.
@pytest.fixture(scope="package")
def installation(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Iterator[Installation]:
    if os.environ.get("MUSTER_URL"):
        yield live(os.environ["MUSTER_URL"])
        return
    command = [sys.executable, "-m", "infra.build", "--stage", "local", "--out", str(BUILD)]
    subprocess.run(command, cwd=root, check=True)
    state = tmp_path_factory.mktemp("installation")
    with Stack(state=state, ses_rate=5000, firehose_seconds=1.0, seed=True) as stack:
        yield local(stack)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", *_QUIET])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def run() -> str:
    """Marks the people of these tests, so that a live installation may be used again and again."""
    return uuid.uuid4().hex[:8]


@pytest.fixture
def supporter(chromium: Browser, installation: Installation) -> Iterator[Page]:
    """Ada's phone."""
    context = chromium.new_context(base_url=installation.url, viewport={"width": 360, "height": 740})
    yield context.new_page()
    context.close()


@pytest.fixture
def organizer(chromium: Browser, installation: Installation) -> Iterator[Page]:
    """Bob's laptop, signed in."""
    context = chromium.new_context(base_url=installation.url, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    installation.sign_in(page)
    yield page
    context.close()


@pytest.fixture
def picture() -> Picture:
    return take_picture
