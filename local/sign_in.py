"""Signing the sample organizer in without reading mail: it asks for a link, takes it from the local inbox, confirms it.

Everything goes through the product's own public pages, exactly as a person would do it; there is no back door in it.
"""

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from html.parser import HTMLParser
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from local.http11 import Response
from local.upstream import Upstream

PATIENCE = 20.0  # seconds until the link must be there; the mail goes through its queue
FORM = "application/x-www-form-urlencoded"

Ask = Callable[[str, str, list[tuple[str, str]], bytes], Awaitable[Response]]


class Visit(NamedTuple):
    """One browser at the product: `ask` reaches it, `url` is where it believes it lives."""

    ask: Ask
    url: str
    inbox: Upstream


async def sign_in_again(visit: Visit, email: str, sessions: Path) -> list[str] | str:
    """Cookies of an open session, or what went wrong.

    The last one while it lasts, kept in the file `sessions`: the product mails only a few links an hour to one address.
    """
    known: dict[str, list[str]] = json.loads(sessions.read_text()) if sessions.exists() else {}
    if email in known and await _still_signed_in(visit, known[email]):
        return known[email]
    cookies = await sign_in(visit, email)
    if not isinstance(cookies, str):
        sessions.touch(mode=0o600)
        sessions.write_text(json.dumps({**known, email: cookies}))
    return cookies


async def sign_in(visit: Visit, email: str) -> list[str] | str:
    """The Set-Cookie values of the product's answer to the confirmed link, or what went wrong."""
    last = await _last_email(visit, email)
    asked = await _post(visit, "/console/sign-in", {"email": email}, "")
    if asked.status >= 400:
        return f"The product answered {asked.status} when asked for a sign-in link."
    link = await _find_link(visit, email, last)
    if link is None:
        return f"No sign-in email for {email} arrived. Is this an organizer, who asked for few links in this hour?"
    path, cookie = urlsplit(link).path, _given_back(_set_cookies(asked))
    shown = await visit.ask("GET", path, [("cookie", cookie)], b"")
    confirmed = await _post(visit, path, hidden_fields(bytes_of(shown).decode()), cookie)
    if confirmed.status != 303:
        return f"The product answered {confirmed.status} when the link was confirmed."
    return _set_cookies(confirmed)


def hidden_fields(page: str) -> dict[str, str]:
    """Names and values of the hidden inputs of a page."""
    parser = _HiddenInputs()
    parser.feed(page)
    return parser.found


def bytes_of(response: Response) -> bytes:
    assert isinstance(response.body, bytes)
    return response.body


class _HiddenInputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.found[given["name"] or ""] = given.get("value") or ""


async def _post(visit: Visit, path: str, fields: dict[str, str], cookie: str) -> Response:
    headers = [("content-type", FORM), ("origin", visit.url), ("sec-fetch-site", "same-origin")]
    headers += [("cookie", cookie)] if cookie else []
    return await visit.ask("POST", path, headers, urlencode(fields).encode())


def _set_cookies(response: Response) -> list[str]:
    return [value for name, value in response.headers if name == "set-cookie"]


def _given_back(cookies: list[str]) -> str:
    """The Cookie header of a browser that was given these."""
    return "; ".join(cookie.partition(";")[0] for cookie in cookies)


async def _still_signed_in(visit: Visit, cookies: list[str]) -> bool:
    shown = await visit.ask("GET", "/console", [("cookie", _given_back(cookies))], b"")
    return shown.status == 200


async def _last_email(visit: Visit, email: str) -> int:
    answer = await visit.inbox.ask("GET", f"/_local/inbox.json?to={quote(email)}&limit=1")
    return max((letter["id"] for letter in json.loads(bytes_of(answer))), default=0)


async def _find_link(visit: Visit, email: str, last: int) -> str | None:
    until = time.monotonic() + PATIENCE
    pattern = re.compile(re.escape(visit.url) + r"/console/sign-in/[A-Za-z0-9_\-.~%]+")
    while time.monotonic() < until:
        answer = await visit.inbox.ask("GET", f"/_local/inbox.json?to={quote(email)}&after={last}")
        for letter in reversed(json.loads(bytes_of(answer))):
            if link := pattern.search(letter["text"] + letter["html"]):
                return link[0]
        await asyncio.sleep(0.1)
    return None
