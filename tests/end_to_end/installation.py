"""Where the end-to-end tests run, and the two things they must know about it: how Bob signs in, and what was mailed."""

import json
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Page

from chalicelib.network import sign_in as sign_ins
from local.stack import Stack

Mail = dict[str, Any]


@dataclass
class Installation:
    """`sign_in` brings a browser into the console; `mail_to` gives the emails to an address, or None where mail really
    leaves and cannot be read back (then the console's own record is what is looked at)."""

    url: str
    sign_in: Callable[[Page], None]
    mail_to: Callable[[str], list[Mail]] | None
    # Where mail really leaves, SES's mailbox simulator takes it and nobody is bothered. It is one inbox, whatever is
    # behind the plus; here everybody has one of their own.
    inboxes: str = "{}@inbox.example.org"

    def address(self, name: str) -> str:
        return self.inboxes.format(name)

    def wait_for_mail(self, address: str, count: int = 1, seconds: float = 30) -> list[Mail]:
        """The emails to an address, once there are at least `count`."""
        until = time.monotonic() + seconds
        while self.mail_to and time.monotonic() < until:
            if len(found := self.mail_to(address)) >= count:
                return found
            time.sleep(0.3)
        if self.mail_to is None:
            return []
        raise AssertionError(f"{count} emails to {address} expected, {len(self.mail_to(address))} came")


def local(stack: Stack) -> Installation:
    def sign_in(page: Page) -> None:
        page.goto("/_local/login?email=organizer@demo.example")

    def mail_to(address: str) -> list[Mail]:
        asked = f"{stack.url}/_local/inbox.json?to={urllib.parse.quote(address)}"
        with urllib.request.urlopen(asked, timeout=10) as reply:
            found: list[Mail] = json.load(reply)
        return found

    return Installation(stack.url, sign_in, mail_to)


def live(url: str) -> Installation:
    """A deployed installation: Bob's link is made with the caller's own AWS credentials, and used in the browser."""

    def sign_in(page: Page) -> None:
        page.goto("/console/sign-in")
        browser = "end-to-end"
        token = sign_ins.ask("organizer@demo.example", browser)
        page.context.add_cookies([{"name": "__Host-signin", "value": browser, "url": url, "secure": True}])
        page.goto(f"/console/sign-in/{token}")
        page.get_by_role("button").first.click()

    return Installation(url, sign_in, None, "success+{}@simulator.amazonses.com")
