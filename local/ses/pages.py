"""The inbox to look at and to read by machine. Pages live in `pages/`."""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode

from jinja2 import Environment, FileSystemLoader

from local.http11 import Request, Response, plain
from local.ses.inbox import Inbox
from local.ses.letter import Letter, read_letter

PAGE = 50
HTML = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
JSON = [("Content-Type", "application/json"), ("Cache-Control", "no-store")]

_templates = Environment(loader=FileSystemLoader(Path(__file__).parent / "pages"), autoescape=True)


def show(inbox: Inbox, request: Request) -> Response:
    asked = {name: values[0] for name, values in parse_qs(request.query).items()}
    numbers = [asked[name] for name in ("limit", "after", "before") if name in asked]
    if not all(number.isdecimal() for number in numbers):
        return plain(400, "limit, after and before are whole numbers.")
    if request.path == "/_local/inbox.json":
        return _machine(inbox, asked)
    number = request.path.removeprefix("/_local/inbox").strip("/")
    return _letter_page(inbox, number) if number else _list_page(inbox, asked)


def _machine(inbox: Inbox, asked: dict[str, str]) -> Response:
    """All, oldest first; `limit` alone the newest so many; `after` those after a number, given then as `id`."""
    if "summary" in asked:
        return Response(200, JSON, json.dumps(inbox.summary()).encode())
    pieces = _pieces(_chosen(inbox, asked), numbered="limit" in asked or "after" in asked)
    return Response(200, JSON, _in_threads(pieces))


def _chosen(inbox: Inbox, asked: dict[str, str]) -> Iterator[Letter]:
    to, limit = asked.get("to"), int(asked.get("limit", 1 << 40))
    if "limit" in asked and "after" not in asked:
        yield from map(read_letter, reversed(inbox.newest(limit, to)))
        return
    for row, _ in zip(inbox.each(to, int(asked.get("after", 0))), range(limit), strict=False):
        yield read_letter(row)


def _pieces(letters: Iterator[Letter], numbered: bool) -> Iterator[bytes]:
    """A JSON list in pieces of some 100 kB, so that a million emails need no memory."""
    piece, separator = ["["], ""
    size = 0
    for letter in letters:
        text = json.dumps({"id": letter.number, **letter.as_json()} if numbered else letter.as_json())
        piece.append(separator + text)
        separator, size = ",\n", size + len(text)
        if size > 100_000:
            yield "".join(piece).encode()
            piece, size = [], 0
    yield ("".join(piece) + "]\n").encode()


async def _in_threads(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    # Reading waits for the disk and rendering for the processor; senders must be served meanwhile.
    while piece := await asyncio.to_thread(next, pieces, b""):
        yield piece


def _list_page(inbox: Inbox, asked: dict[str, str]) -> Response:
    to, before = asked.get("to", "").strip(), int(asked.get("before", 1 << 62))
    letters = [read_letter(row) for row in inbox.newest(PAGE + 1, to or None, before)]
    older = urlencode({"before": letters[PAGE - 1].number, **({"to": to} if to else {})}) if len(letters) > PAGE else ""
    return _html(
        "list.html", letters=letters[:PAGE], older=older, to=to, summary=inbox.summary(), counting=inbox.counting
    )


def _letter_page(inbox: Inbox, number: str) -> Response:
    row = inbox.find(int(number)) if number.isdecimal() else None
    if row is None:
        return Response(404, HTML, _templates.get_template("missing.html").render().encode())
    letter = read_letter(row)
    return _html("letter.html", letter=letter, document=_framed(letter.html))


def _framed(html: str) -> str:
    # Links open in a new tab: inside the sandboxed frame they could not.
    return f'<base target="_blank">{html}' if html else ""


def _html(template: str, **values: object) -> Response:
    return Response(200, HTML, _templates.get_template(template).render(**values).encode())
