"""Who may open a console screen. Made from the routes themselves, so that no screen can be forgotten."""

import re
from html import unescape
from urllib.parse import urlsplit

import pytest
from organizers import Answer, Browser, Organizer, everything, petition, saved, sign

from app import app
from chalicelib import clock
from chalicelib.giving import recurring_store
from chalicelib.giving import store as giving
from chalicelib.giving.donation import Donation, Donor, Often, State
from chalicelib.giving.recurring import Recurring
from chalicelib.mailings import write_mailing, write_variants
from chalicelib.network import store as network
from chalicelib.people import import_store
from chalicelib.people.csv_file import Dialect
from chalicelib.people.import_store import Import

HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')

# What somebody must be able to open without being signed in.
OPEN = "/console/sign-in"


def _routes() -> list[tuple[str, str]]:
    console = [(path, methods) for path, methods in sorted(app.routes.items()) if path.startswith("/console")]
    return [(method, path) for path, methods in console for method in methods]


GUARDED = [(method, path) for method, path in _routes() if not path.startswith(OPEN)]
READS = [path for method, path in GUARDED if method == "GET"]
WRITES = [path for method, path in GUARDED if method == "POST"]


def _filled(path: str, **ids: str) -> str:
    return re.sub(r"{(\w+)}", lambda hole: ids.get(hole[1], clock.new_id()), path)


def _of(organizer: Organizer) -> dict[str, str]:
    """Things of this organizer's, by the name that addresses have for them."""
    page = petition(organizer)
    ada = sign(organizer, page, "Ada Lovelace", "ada@example.org")
    mailing = write_mailing.create(organizer.group.id)
    write_variants.add(mailing)
    started = Import(id=clock.new_id(), group=organizer.group.id, created=clock.now(), dialect=Dialect("utf-8", ","))
    import_store.add(started)
    return {
        "page": page.id,
        "person": ada.id,
        "mailing": mailing.id,
        "wanted": started.id,
        "outcome": "sent",
        "letter": "b",
        "gift": _gift(organizer, page.id, ada.id),
    }


def _gift(organizer: Organizer, page: str, person: str) -> str:
    """Ada gives every month."""
    known = {"group": organizer.group.id, "page": page, "person": person, "amount": 1000, "currency": "USD"}
    known |= {"id": clock.new_id(), "account": "own", "often": Often.MONTHLY}
    paid = {"at": clock.now(), "given_at": clock.now(), "state": State.GIVEN, "payment": "pi_1"}
    donor = Donor(email="ada@example.org")
    assert giving.add(Donation(**known | paid, recurring=known["id"], donor=donor))
    begun = {"subscription": "sub_1", "customer": "cus_1", "since": clock.now()}
    assert recurring_store.add(Recurring(**known | begun))
    return str(known["id"])


def test_a_visitor_is_sent_to_the_sign_in_page(visitor: Browser) -> None:
    before = everything()
    for method, path in GUARDED:
        answer = visitor.get(_filled(path)) if method == "GET" else visitor.post(_filled(path))
        assert (method, path, answer.status, answer.location) == (method, path, 303, "/console/sign-in")
    assert everything() == before


@pytest.mark.parametrize("made_up", ["x" * 3000, "%00", "%F0%9F%93%9A", "..%2F..", "{page}"])
def test_an_address_that_somebody_made_up_leads_nowhere(bob: Organizer, made_up: str) -> None:
    for method, path in GUARDED:
        if "{" in path:
            ask = bob.get if method == "GET" else bob.post
            assert (method, path, ask(re.sub(r"{\w+}", lambda hole: made_up, path)).status) == (method, path, 404)


def test_a_part_of_a_page_that_asks_signed_out_takes_the_whole_page_along(visitor: Browser) -> None:
    for method, path in GUARDED:
        ask = visitor.get if method == "GET" else visitor.post
        answer = ask(_filled(path), hx_request="true")
        assert (path, answer.status, answer.html) == (path, 401, "")
        assert answer.headers["hx-redirect"] == "/console/sign-in"


@pytest.mark.parametrize("token", ["", "wrong", "ä"])
def test_a_form_without_the_sessions_token_changes_nothing(bob: Organizer, token: str) -> None:
    things, before = _of(bob), everything()
    for path in WRITES:
        answer = bob.post(_filled(path, **things), {"csrf": token, "title": "Forged", "group": bob.group.id})
        assert (path, answer.status) == (path, 403)
        assert "Nothing was changed" in answer.text
    assert everything() == before


def test_what_bob_typed_while_his_session_ended_can_be_sent_again(bob: Organizer, visitor: Browser) -> None:
    page = petition(bob)
    typed = {"title": 'Hours of "work"', "body": "<p>Typed</p>", "opened": repr(page.edited)}
    at = f"/console/actions/{page.id}/edit"
    lost = visitor.post(at, typed, sec_fetch_site="same-origin")
    assert (lost.status, "Sign in, in a new tab" in lost.text) == (401, True)
    bob.sign_in()
    kept = {unescape(name): unescape(value) for name, value in HIDDEN.findall(lost.html)}
    again = bob.post(at, kept, sec_fetch_site="same-origin")
    assert (again.status, "Send it once more?" in again.text) == (403, True)
    assert saved(page) == page
    once_more = {unescape(name): unescape(value) for name, value in HIDDEN.findall(again.html)}
    assert bob.post(at, once_more, sec_fetch_site="same-origin").status == 303
    assert (saved(page).title, saved(page).body) == ('Hours of "work"', "<p>Typed</p>")


def test_nobody_else_lays_words_before_bob(bob: Organizer, visitor: Browser) -> None:
    page = petition(bob)
    for somebody in (bob, visitor):
        for site in ("cross-site", "same-site", "none", ""):
            forged = somebody.post(
                f"/console/actions/{page.id}/edit", {"csrf": "", "title": "Forged"}, sec_fetch_site=site
            )
            assert "Forged" not in forged.html


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_form_of_another_site_changes_nothing(bob: Organizer, site: str) -> None:
    things, before = _of(bob), everything()
    for path in WRITES:
        assert (path, bob.post(_filled(path, **things), sec_fetch_site=site).status) == (path, 403)
    assert everything() == before


def test_charlie_may_not_even_know_what_bob_has(bob: Organizer, charlie: Organizer) -> None:
    things = _of(bob)
    for path in [path for path in READS if "{" in path]:
        bobs, nobodys = charlie.get(_filled(path, **things)), charlie.get(_filled(path))
        assert (path, bobs.status, nobodys.status) == (path, 404, 404)
        assert bobs.text == nobodys.text


def test_charlie_may_not_change_what_bob_has(bob: Organizer, charlie: Organizer) -> None:
    things, before = _of(bob), everything()
    for path in [path for path in WRITES if "{" in path]:
        answer = charlie.post(_filled(path, **things), {"title": "Mine now", "tag": "x", "given_name": "Eve"})
        assert (path, answer.status) == (path, 404)
    assert everything() == before


@pytest.mark.parametrize("path", READS)
def test_a_screen_is_private_and_protected_leads_where_there_is_something_and_changes_nothing(
    bob: Organizer, path: str
) -> None:
    address = _filled(path, **_of(bob))
    answer = bob.get(address)  # what is made at the first look, such as a cache, is there now
    before = everything()
    assert bob.get(address).status in (200, 303, 404)
    assert everything() == before
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    if answer.headers.get("content-type", "").startswith("text/html"):
        assert "script-src 'self'" in answer.headers["content-security-policy"]
        assert not re.search(r"<script(?![^>]* src=)|\son\w+=", answer.html)
    assert not _lost(answer)


def _lost(page: Answer) -> list[str]:
    """Addresses of links and forms to which no screen belongs."""
    known = [re.compile(re.sub(r"{\w+}", "[^/]+", route) + "$") for _, route in _routes()]
    addresses = [urlsplit(address).path for address in re.findall(r'(?:href|action)="(/console[^"]*)"', page.html)]
    return [address for address in addresses if not any(route.match(address) for route in known)]


def test_a_session_ends_when_its_organizer_is_no_longer_one(bob: Organizer) -> None:
    network._ORGANIZERS.delete(bob.email, bob.group.id)
    assert bob.get("/console").location == "/console/sign-in"


@pytest.mark.parametrize("cookie", ["", "x", "é", "=; ;=", "a" * 5000])
def test_a_made_up_cookie_opens_nothing(visitor: Browser, cookie: str) -> None:
    visitor.cookies = {"__Host-session": cookie}
    assert visitor.get("/console").status == 303


def test_a_form_that_is_too_long_is_refused_in_words(bob: Organizer) -> None:
    answer = bob.post("/console/settings", {"name": "x" * 5_000_000})
    assert (answer.status, "larger than any form" in answer.text) == (413, True)


@pytest.mark.parametrize(
    ("kind", "body"), [("multipart/form-data", b"nothing"), ("application/x-www-form-urlencoded", b"a=\xff\xfe")]
)
def test_what_is_no_form_is_refused_in_words(bob: Organizer, kind: str, body: bytes) -> None:
    headers = bob._headers({"content-type": kind})
    response = bob.client.http.post(f"/console/actions/{petition(bob).id}/edit", headers=headers, body=body)
    assert response.status_code == 400
    assert b"not a form of ours" in response.body
