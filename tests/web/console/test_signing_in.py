"""Bob signs in by an emailed link; nobody else gets in by it, and nobody learns who organizes what."""

import json
import re

import pytest
from organizers import Browser, Organizer, everything, organizer

from chalicelib import aws as clients
from chalicelib import clock, config
from chalicelib.network import sign_in
from chalicelib.network import store as network


def mailed() -> list[dict[str, str]]:
    """What stands on the mail queue, taken off it."""
    sqs, queue, found = clients.client("sqs"), config.queue_url("mail"), []
    while messages := sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages"):
        for message in messages:
            found.append(json.loads(message["Body"]))
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
    return found


def asked(browser: Browser, email: str) -> str:
    """Ask for a link and give its token."""
    mailed()
    assert browser.post("/console/sign-in", {"email": email}).location == "/console/sign-in?done=asked"
    [link] = mailed()
    return link["token"]


def test_bob_signs_in_by_link(bob: Organizer, visitor: Browser) -> None:
    token = asked(visitor, f"  {bob.email.upper()} ")
    page = visitor.get(f"/console/sign-in/{token}")
    assert (page.status, "Sign in" in page.text) == (200, True)
    answer = visitor.post(f"/console/sign-in/{token}")
    assert (answer.status, answer.location) == (303, "/console")
    assert "__Host-signin" not in visitor.cookies
    assert bob.group.name in visitor.get("/console").text


def test_cookies_cannot_be_read_or_sent_by_others(bob: Organizer, visitor: Browser) -> None:
    token = asked(visitor, bob.email)
    answer = visitor.post(f"/console/sign-in/{token}")
    for line in answer.headers["set-cookie"]:
        assert all(word in line for word in ("__Host-", "Path=/", "Secure", "HttpOnly", "SameSite=Lax"))
        assert "Domain" not in line


def test_looking_at_the_link_does_not_use_it_up(bob: Organizer, visitor: Browser) -> None:
    token = asked(visitor, bob.email)
    before = everything()
    for _ in range(3):
        assert visitor.get(f"/console/sign-in/{token}").headers["referrer-policy"] == "no-referrer"
    assert everything() == before
    assert visitor.post(f"/console/sign-in/{token}").location == "/console"


def test_a_link_works_once(bob: Organizer, visitor: Browser) -> None:
    token = asked(visitor, bob.email)
    cookie = visitor.cookies["__Host-signin"]
    visitor.post(f"/console/sign-in/{token}")
    visitor.cookies = {"__Host-signin": cookie}
    again = visitor.post(f"/console/sign-in/{token}")
    assert (again.status, "Ask for a new link" in again.text) == (410, True)


def test_a_link_works_only_in_the_browser_that_asked(bob: Organizer, visitor: Browser, console: object) -> None:
    token = asked(visitor, bob.email)
    thief = Browser(visitor.client)
    assert thief.post(f"/console/sign-in/{token}").status == 410
    thief.cookies = {"__Host-signin": clock.new_secret()}
    assert thief.post(f"/console/sign-in/{token}").status == 410
    assert visitor.post(f"/console/sign-in/{token}").location == "/console"


def test_a_link_works_ten_minutes(bob: Organizer, visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    token = asked(visitor, bob.email)
    later = clock.now() + 601
    monkeypatch.setattr(clock, "now", lambda: later)
    assert visitor.post(f"/console/sign-in/{token}").status == 410


def test_both_links_work_when_bob_asked_twice(bob: Organizer, visitor: Browser) -> None:
    first, second = asked(visitor, bob.email), asked(visitor, bob.email)
    assert first != second
    assert visitor.post(f"/console/sign-in/{first}").location == "/console"


def test_whoever_asks_gets_the_same_answer_and_causes_the_same_work(bob: Organizer, console: object) -> None:
    answers, work = [], []
    for email in (bob.email, f"nobody{clock.new_id()}@example.org"):
        before, browser = everything(), Browser(bob.client)
        answer = browser.post("/console/sign-in", {"email": email})
        cookies = re.sub(r"=[\w-]{43};", "=;", str(answer.headers.pop("set-cookie")))
        answers.append((answer.status, answer.html, answer.headers, cookies, len(mailed())))
        work.append({table: len(rows) - len(before[table]) for table, rows in everything().items()})
        assert "somebody" not in browser.get(answer.location).text
    assert answers[0] == answers[1]
    assert work[0] == work[1]


def test_an_address_gets_five_links_an_hour(bob: Organizer, visitor: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    mailed()
    answers = {visitor.post("/console/sign-in", {"email": bob.email}).location for _ in range(8)}
    assert answers == {"/console/sign-in?done=asked"}
    assert len(mailed()) == 5
    later = clock.now() + 3600
    monkeypatch.setattr(clock, "now", lambda: later)
    visitor.post("/console/sign-in", {"email": bob.email})
    assert len(mailed()) == 1


@pytest.mark.parametrize(
    "email", ["", "bob", "bob@", "b@x\r\nBcc: c@example.org", "<script>alert(1)</script>", "é" * 400]
)
def test_what_is_no_address_is_said_beside_the_field(visitor: Browser, email: str) -> None:
    mailed()
    answer = visitor.post("/console/sign-in", {"email": email})
    assert answer.status == 422
    assert "Write an email address" in answer.text
    assert "<script>alert" not in answer.html
    assert mailed() == []


def test_another_site_can_neither_ask_nor_use(bob: Organizer, visitor: Browser) -> None:
    token = asked(visitor, bob.email)
    assert visitor.post("/console/sign-in", {"email": bob.email}, sec_fetch_site="cross-site").status == 403
    assert visitor.post(f"/console/sign-in/{token}", sec_fetch_site="cross-site").status == 403
    assert mailed() == []


def test_a_made_up_browser_secret_is_not_taken_over(bob: Organizer, visitor: Browser) -> None:
    visitor.cookies = {"__Host-signin": "known-to-charlie"}
    visitor.post("/console/sign-in", {"email": bob.email})
    assert len(visitor.cookies["__Host-signin"]) == 43


def test_signing_out_ends_the_session_everywhere(bob: Organizer) -> None:
    kept = dict(bob.cookies)
    assert bob.post("/console/sign-out").location == "/console/sign-in"
    assert bob.cookies == {}
    bob.cookies = kept
    assert bob.get("/console").location == "/console/sign-in"


def test_signing_in_makes_a_new_session(bob: Organizer, visitor: Browser) -> None:
    visitor.cookies = {"__Host-session": "planted"}
    token = asked(visitor, bob.email)
    visitor.post(f"/console/sign-in/{token}")
    assert visitor.cookies["__Host-session"] not in ("planted", bob.cookies["__Host-session"])


def test_bob_switches_between_his_groups_only(bob: Organizer, charlie: Organizer) -> None:
    second = organizer(bob.client, "second@example.org", "Night bus")
    network.add_organizer(bob.email, second.group.id)
    assert "Night bus Work in this group" in bob.get("/console/groups").text
    assert bob.post("/console/groups", {"group": charlie.group.id}).status == 404
    assert bob.group.name in bob.get("/console").text
    assert bob.post("/console/groups", {"group": second.group.id}).location == "/console?done=switched"
    assert "Night bus" in bob.get("/console").text
    assert "Another group" not in bob.get("/console/groups").text


def test_twelve_idle_hours_end_a_session(bob: Organizer, monkeypatch: pytest.MonkeyPatch) -> None:
    later = clock.now() + sign_in.IDLE_SECONDS + 1
    monkeypatch.setattr(clock, "now", lambda: later)
    assert bob.get("/console").location == "/console/sign-in"
