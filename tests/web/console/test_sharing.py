"""What shared links of Bob's pages show: what he says, or a good default; and a picture, which keeps no page waiting."""

import re
from urllib.parse import unquote

import pytest
from organizers import Browser, Organizer, petition, published, saved

from chalicelib import aws as clients
from chalicelib import config, files
from chalicelib.actions import write_page
from chalicelib.actions.action_page import ActionPage
from chalicelib.network import store as network

TYPED = {"title": "Save the library", "language": "en"}
PNG = b"\x89PNG\r\n\x1a\n"


def save(bob: Organizer, page: ActionPage, **fields: str) -> ActionPage:
    fields = TYPED | {"opened": repr(saved(page).edited)} | fields
    assert bob.post(f"/console/actions/{page.id}/edit", fields).status == 303
    return saved(page)


def tells(visitor: Browser, bob: Organizer, page: ActionPage) -> dict[str, str]:
    """What the page tells machines, by property."""
    html = visitor.get(f"/{bob.group.slug}/{page.slug}").html
    return dict(re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html))


def kept(path: str) -> bytes:
    content: bytes = clients.client("s3").get_object(Bucket=config.media_bucket(), Key=f"media/{path}")["Body"].read()
    return content


def test_a_page_without_a_picture_gets_one(bob: Organizer, visitor: Browser) -> None:
    page = published(bob, petition(bob))
    assert kept(page.share_picture).startswith(PNG)
    told = tells(visitor, bob, page)
    assert told["og:image"] == f"{config.public_url()}/media/{page.share_picture}"
    assert (told["og:image:width"], told["og:image:height"]) == ("1200", "630")
    assert told["og:image:alt"] == f"Save the library · {bob.group.name}"
    assert told["twitter:card"] == "summary_large_image"


def test_a_draft_has_none_yet(bob: Organizer) -> None:
    assert petition(bob).share_picture == ""


def test_a_picture_of_its_own_goes_before(bob: Organizer, visitor: Browser) -> None:
    own = f"{bob.group.id}/{'0' * 32}.png"
    page = published(bob, petition(bob, picture=own, picture_alt="The reading room"))
    assert page.share_picture == ""
    told = tells(visitor, bob, page)
    assert told["og:image"].endswith(own)
    assert "og:image:width" not in told
    without = save(bob, page, no_picture="1", picture=own)
    assert tells(visitor, bob, without)["og:image"].endswith(without.share_picture)
    assert without.share_picture


def test_it_follows_the_title_and_is_drawn_only_anew(bob: Organizer, monkeypatch: pytest.MonkeyPatch) -> None:
    page = published(bob, petition(bob))
    drawn: list[str] = []
    put = files.put_media
    monkeypatch.setattr(files, "put_media", lambda *what: drawn.append(what[0]) or put(*what))  # type: ignore[func-returns-value]
    assert save(bob, page, thanks="Thank you.").share_picture == page.share_picture
    assert drawn == []
    changed = save(bob, page, title="Save our library")
    assert changed.share_picture != page.share_picture
    assert drawn == [changed.share_picture]


def test_it_shows_the_colour_of_the_group(bob: Organizer) -> None:
    page = published(bob, petition(bob))
    network.change_group(bob.group.id, accent="#b91c1c")
    bob.post(f"/console/actions/{page.id}/close")
    bob.post(f"/console/actions/{page.id}/publish")
    assert saved(page).share_picture != page.share_picture


@pytest.mark.parametrize("title", ["图书馆", "Save the library"])
def test_what_cannot_be_drawn_or_kept_keeps_no_page_waiting(
    bob: Organizer, visitor: Browser, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], title: str
) -> None:
    def lost(*what: object) -> None:
        raise ConnectionError("S3 is away")

    monkeypatch.setattr(files, "put_media", lost)
    page = published(bob, petition(bob, title=title, slug="library"))
    assert (page.is_open, page.share_picture) == (True, "")
    assert "og:image" not in tells(visitor, bob, page)
    logged = capsys.readouterr().out
    assert ("share picture not made" in logged) == (title != "图书馆")
    assert title not in logged


def test_it_comes_with_the_next_saving(bob: Organizer, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as while_s3_is_away:
        while_s3_is_away.setattr(files, "put_media", lambda *what: 1 / 0)
        page = published(bob, petition(bob))
    assert save(bob, page).share_picture


def test_bob_says_what_shared_links_say(bob: Organizer, visitor: Browser) -> None:
    page = published(bob, petition(bob, body="<p>They want to close it.</p>"))
    told = tells(visitor, bob, page)
    assert (told["og:title"], told["og:description"]) == ("Save the library", "They want to close it.")
    page = save(bob, page, share_title="Our  library\u202e", share_text="It closes\r\nin March <b>")
    assert (page.share_title, page.share_text) == ("Our library", "It closes in March <b>")
    told = tells(visitor, bob, page)
    assert (told["og:title"], told["og:description"]) == ("Our library", "It closes in March &lt;b&gt;")


def test_the_messages_of_the_thank_you_page_say_it_too(bob: Organizer, visitor: Browser) -> None:
    page = published(bob, petition(bob))
    path = f"/{bob.group.slug}/{page.slug}/thanks"
    assert "I signed “Save the library”" in unquote(visitor.get(path).html)
    save(bob, page, share_title="Our library", share_text="It closes in March & soon")
    links = unquote(visitor.get(path).html)
    assert links.count("It closes in March & soon http") == 3
    assert "mailto:?subject=Our library" in links


@pytest.mark.parametrize(("field", "most"), [("share_title", 100), ("share_text", 200)])
def test_what_is_too_long_to_share_is_said(bob: Organizer, field: str, most: int) -> None:
    page = petition(bob)
    answer = bob.post(
        f"/console/actions/{page.id}/edit", TYPED | {"opened": repr(page.edited), field: "x" * (most + 1)}
    )
    assert (answer.status, "Too long" in answer.text) == (422, True)
    assert "x" * (most + 1) in answer.html
    assert getattr(save(bob, page, **{field: "x" * most}), field) == "x" * most


def test_a_copy_says_the_same_and_gets_its_own_picture_with_its_own_title(bob: Organizer) -> None:
    page = published(bob, petition(bob, share_title="Our library"))
    copy = write_page.duplicate(page)
    assert copy.share_title == "Our library"
    renamed = save(bob, copy, title="Save the school", then="publish")
    assert renamed.share_picture != page.share_picture
