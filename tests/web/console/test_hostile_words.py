"""What strangers type runs nowhere: not on a page, in an email, in a spreadsheet, in print or in what machines read."""

import csv
import io
import json
import urllib.request
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from organizers import Browser, Organizer, petition, published, written
from pypdf import PdfReader

from chalicelib import clock, config, queues
from chalicelib.actions import store, take_action
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.question import Question, QuestionType
from chalicelib.guard import budgets
from chalicelib.mailings import deliver
from chalicelib.mailings.outbox import Notice
from chalicelib.people.person import person_id

WORDS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onfocus=alert(1) autofocus x='",
    "</textarea></title><svg/onload=alert(1)>",
    "<!--><script>alert(1)</script>",
    "]]><script>alert(1)</script>",
    "{{ 7 * 7 }}{% raw %}${7*7}",
    "{{ first_name }}",
    "=HYPERLINK(A1)",
    "+1+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "'=1+1",
    ",=1+1",
    '";=1+1;"',
    "(/S /JavaScript /JS (app.alert\\(1\\)))",
    "\\u003cscript\\u003e",
    "\u202egnp.exe \u2028<b>",
    "\x00\x1b[31m<i>",
]
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Running(HTMLParser):
    """Collects what a browser or a mail program would run or follow that we did not write."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = {name: value or "" for name, value in attributes}
        foreign = tag == "script" and not told.get("src", "").startswith("/static/")
        if foreign or tag in ("iframe", "object", "base", "embed", "b", "i"):
            self.found.append(tag)
        if tag == "img" and told.get("src") == "x":
            self.found.append("img")
        self.found += [name for name in told if name.startswith("on") or (name == "autofocus" and "x" in told)]
        self.found += [told[name] for name in ("href", "src") if told.get(name, "").lower().startswith("javascript:")]


def running(html: str) -> list[str]:
    reader = Running()
    reader.feed(html)
    return reader.found


@pytest.fixture
def page(bob: Organizer) -> ActionPage:
    """A petition that asks for everything, tells Bob of it, and thanks."""
    made = published(bob, petition(bob, target="The council", letter="Keep it open.", comments="1"))
    asks = dict.fromkeys(("name", "street", "city", "zip_code"), str(Ask.OPTIONAL))
    asked = [
        {"id": "a" * 8, "label": "What else?", "type": str(QuestionType.LONG)},
        {"id": "b" * 8, "label": "In short?", "type": str(QuestionType.SHORT)},
    ]
    changed = store.change_page(bob.group.id, made.id, asks=asks, questions=asked, notify=[bob.email])
    assert changed
    return changed


@pytest.fixture
def sent(visitor: Browser, bob: Organizer, page: ActionPage) -> Iterator[Any]:
    """Somebody fills every field with hostile words."""
    budgets.forget()

    def send(words: str, email: str) -> None:
        answers = dict.fromkeys(("street", "city", "comment", f"q-{'a' * 8}", f"q-{'b' * 8}"), words)
        answers |= {Question(id="a" * 8, label="").name: words, Question(id="b" * 8, label="").name: words}
        codes = {"source": words, "referrer": words}
        fields = answers | codes | {"email": email, "name": words, "zip_code": words[:16], "join": words}
        answer = visitor.post(f"/{bob.group.slug}/{page.slug}", fields, referer=f"https://x.example/{words!a}")
        assert (answer.status, running(answer.html)) == (303, [])

    yield send
    budgets.forget()


@pytest.mark.parametrize("words", WORDS)
def test_hostile_words_run_nowhere(
    aws: Any, bob: Organizer, page: ActionPage, sent: Any, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    email = f"x{clock.new_id()}@example.org"
    sent(words, email)
    window = int(clock.now() // 300)
    aws.handle("submissions", take_action.record_all)
    aws.handle("mail", deliver.deliver_all)
    notice = Notice(bob.group.id, page.id, window, bob.email)
    deliver.deliver_all([{"messageId": "1", "body": msgspec.json.encode(notice).decode()}])
    person = person_id(bob.group.salt, email)

    for path in (f"actions/{page.id}", "people", f"people/{person}", f"people?find={email}"):
        shown = bob.get(f"/console/{path}")
        assert (path, shown.status, running(shown.html)) == (path, 200, [])
    mails = [*aws.inbox(email), *aws.inbox(bob.email)]
    assert len(mails) == 2
    for mail in mails:
        assert running(mail["html"]) == []
        assert "\n" not in mail["subject"]
    assert words.strip() not in mails[0]["html"] + mails[0]["text"]  # nobody has confirmed that address
    for cells in csv.reader(io.StringIO(bob.get(f"/console/actions/{page.id}/export").html[1:], newline="")):
        assert [cell for cell in cells if cell.startswith(_FORMULA)] == []
    logged = [line for line in capsys.readouterr().out.splitlines() if line.startswith("{")]
    for line in logged:
        assert set(json.loads(line)) >= {"event"}
    assert [line for line in logged if email in line or "alert" in line] == []


def test_hostile_words_are_printed_as_words(aws: Any, bob: Organizer, page: ActionPage, sent: Any) -> None:
    for words in WORDS:
        sent(words, f"x{clock.new_id()}@example.org")
    aws.handle("submissions", take_action.record_all)
    answer = bob.post(f"/console/actions/{page.id}/deliver", {"file": "pdf-1-of-1", "comments": "1"})
    with urllib.request.urlopen(answer.location, timeout=5) as reply:
        content = reply.read()
    reader = PdfReader(io.BytesIO(content))
    held = " ".join(str(dict(part)) for part in (reader.trailer["/Root"], *reader.pages))  # type: ignore[call-overload]
    assert [word for word in ("/JavaScript", "/JS", "/Launch", "/URI", "/EmbeddedFile") if word in held] == []
    printed = "".join(each.extract_text() for each in reader.pages)
    assert "<script>alert(1)</script>" in printed


@pytest.mark.parametrize("words", WORDS)
def test_what_goes_to_machines_is_json_of_the_same_words(
    aws: Any, bob: Organizer, page: ActionPage, sent: Any, words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies: list[bytes] = []
    monkeypatch.setattr(queues, "send", lambda queue, message, **how: bodies.append(msgspec.json.encode(message)))
    sent(words, f"x{clock.new_id()}@example.org")
    [body] = bodies
    read = json.loads(body)
    assert (read["group"], read["page"]) == (bob.group.id, page.id)
    assert set("".join((read["source"], read["referrer"], read["website"]))) <= set(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.:"
    )
    assert config.secret().hex() not in body.decode()


@pytest.mark.parametrize("words", WORDS)
@pytest.mark.parametrize("kind", ["aid", "event_campaign"])
def test_what_only_a_type_asks_comes_back_as_words(visitor: Browser, bob: Organizer, words: str, kind: str) -> None:
    budgets.forget()
    names = ("needs", "gives", "when", "note", "event", "place", "about", "address", "event_zip", "starts", "ends")
    own = {"hosting": "1", "zone": "UTC"} if kind == "event_campaign" else {}
    made = published(bob, written(bob, kind, title="Neighbours", **own))
    fields = dict.fromkeys((*names, "name", "phone", "zip_code"), words) | {"email": "no address"}
    answer = visitor.post(f"/{bob.group.slug}/{made.slug}", fields)
    assert (answer.status, running(answer.html)) == (422, [])
