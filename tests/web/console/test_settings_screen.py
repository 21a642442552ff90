"""Bob says how the group is called and how its mail is signed."""

from pathlib import Path

import pytest
from organizers import Organizer, petition, published, sign

from chalicelib import config
from chalicelib.network import store as network
from chalicelib.network.group import Group

TYPED = {
    "name": "Night bus",
    "sender_name": "Bob of Night bus",
    "sender_address": "",
    "reply_to": "",
    "postal_address": "1 Main Street\r\nSpringfield",
    "accent": "#AA3300",
    "language": "es",
    "time_zone": "Europe/Madrid",
}


def group_of(bob: Organizer) -> Group:
    group = network.find_group(bob.group.id)
    assert group
    return group


def test_settings_are_saved(bob: Organizer) -> None:
    network.change_group(bob.group.id, sender_domains=["example.org"])
    typed = TYPED | {"sender_address": " Bob@Example.org"}
    assert bob.post("/console/settings", typed).location == "/console/settings?done=settings-saved"
    group = group_of(bob)
    assert (group.name, group.accent, group.language) == ("Night bus", "#aa3300", "es")
    assert (group.sender_address, group.postal_address) == ("bob@example.org", "1 Main Street\nSpringfield")
    assert "--accent: #aa3300; --on-accent: #fff" in bob.get("/console").html


def test_nobody_sends_from_a_domain_that_is_another_groups(bob: Organizer) -> None:
    network.change_group(bob.group.id, sender_domains=["nightbus.example"])
    for taken in ("press@example.org", "bob@sub.nightbus.example", "bob@nightbus.example.evil.example"):
        answer = bob.post("/console/settings", TYPED | {"sender_address": taken})
        assert (answer.status, group_of(bob).sender_address) == (422, "")
        assert "is not set up for this group" in answer.html
    network.change_group(bob.group.id, sender_address="press@example.org")
    assert group_of(bob).mail_address == config.mail_from()


def test_what_the_form_does_not_hold_stays(bob: Organizer) -> None:
    bob.post("/console/settings", TYPED | {"salt": "00", "id": "x", "slug": "demo", "created": "0"})
    now = group_of(bob)
    assert (now.salt, now.id, now.slug, now.created) == (
        bob.group.salt,
        bob.group.id,
        bob.group.slug,
        bob.group.created,
    )


PNG = b"\x89PNG\r\n\x1a\n"
LOGO = (Path(__file__).parent / "logo.png").read_bytes()


def test_a_logo_stands_above_each_page_until_it_is_removed(bob: Organizer) -> None:
    page = published(bob, petition(bob))
    assert bob.upload("/console/settings", TYPED, "logo.png", LOGO).location.endswith("settings-saved")
    logo = group_of(bob).logo
    assert logo.startswith(bob.group.id)
    shown = f'<img src="/media/{logo}" alt="Night bus">'
    assert shown in bob.get(f"/{bob.group.slug}/{page.slug}").html
    assert shown in bob.get(f"/{bob.group.slug}").html
    bob.post("/console/settings", TYPED)
    assert group_of(bob).logo == logo
    bob.post("/console/settings", TYPED | {"logo": logo, "no_logo": "1"})
    assert group_of(bob).logo == ""


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"<svg onload=alert(1)>", "Choose a PNG, JPEG or WebP picture"), (PNG + b"x" * 100_000, "100 kB at most")],
)
def test_what_is_no_logo_changes_nothing(bob: Organizer, content: bytes, words: str) -> None:
    answer = bob.upload("/console/settings", TYPED | {"name": "As typed"}, "logo.svg", content)
    assert answer.status == 422
    assert words in answer.html
    assert 'value="As typed"' in answer.html
    assert group_of(bob) == bob.group


def test_no_other_picture_than_the_groups_own_becomes_its_logo(bob: Organizer) -> None:
    for foreign in (f"{'0' * 32}/{'1' * 32}.png", "https://evil.example/a.png", f"{bob.group.id}/../x.png"):
        bob.post("/console/settings", TYPED | {"logo": foreign})
        assert group_of(bob).logo == ""


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("name", " ", "Write the group's name"),
        ("name", "x" * 81, "Use 80 letters at most"),
        ("sender_address", "bob", "Write an email address"),
        ("reply_to", "bob@", "Write an email address"),
        ("accent", "red; background: url(//evil.example)", "Choose a colour"),
        ("accent", "#fffffff", "Choose a colour"),
        ("language", "xx", "Choose a language"),
        ("time_zone", "../../etc/passwd", "Choose a time zone"),
        ("postal_address", "x" * 301, "Use 300 letters at most"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_saved_or_lost(bob: Organizer, field: str, typed: str, words: str) -> None:
    answer = bob.post("/console/settings", TYPED | {"sender_name": "Kept as typed"} | {field: typed})
    assert answer.status == 422
    assert words in answer.text
    assert "Kept as typed" in answer.html
    assert group_of(bob) == bob.group


def test_no_header_can_be_smuggled_into_a_name(bob: Organizer) -> None:
    bob.post("/console/settings", TYPED | {"sender_name": "Bob\r\nBcc: charlie@example.com\u2028x"})
    assert group_of(bob).sender_name == "Bob Bcc: charlie@example.com x"


def test_times_are_told_in_the_groups_zone(bob: Organizer) -> None:
    ada = sign(bob, petition(bob), "Ada", "ada@example.org")
    bob.post("/console/settings", TYPED | {"time_zone": "Asia/Tokyo"})
    assert " JST" in bob.get(f"/console/people/{ada.id}").html
