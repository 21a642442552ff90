"""Bob writes a petition, publishes it, and sees who signs; Charlie cannot look or touch."""

import csv
import io
import re

import pytest
from organizers import Answer, Browser, Organizer, petition, published, saved, sign, written

from chalicelib import action_types, clock, config
from chalicelib import aws as clients
from chalicelib.actions import find_page, store
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.network import store as network
from chalicelib.people import store as people

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\0IEND\xaeB`\x82"
TYPED = {"title": "Save the library", "body": "They want to close it.\n\nWe will not let them.", "language": "en"}


def only_page(bob: Organizer) -> ActionPage:
    [page] = store.pages_of(bob.group.id)
    return page


def begun(organizer: Organizer, type_name: str = "petition") -> str:
    """Where the editor of a new draft is."""
    answer = organizer.post("/console/actions/new", {"type": type_name})
    assert answer.status == 303
    return answer.location


def write(organizer: Organizer, fields: dict[str, str], at: str = "") -> Answer:
    """Send the editor's form, as it was opened just now."""
    at = at or begun(organizer)
    [opened] = re.findall(r'name="opened" value="([^"]*)"', organizer.get(at).html)
    return organizer.post(at, {"opened": opened} | TYPED | fields)


def upload(organizer: Organizer, fields: dict[str, str], filename: str, content: bytes) -> Answer:
    at = begun(organizer)
    [opened] = re.findall(r'name="opened" value="([^"]*)"', organizer.get(at).html)
    return organizer.upload(at, TYPED | {"opened": opened} | fields, filename, content)


def test_no_action_yet(bob: Organizer) -> None:
    assert "No action yet" in bob.get("/console/actions").text


def test_every_type_is_offered_and_begun(bob: Organizer) -> None:
    offered = re.findall(r'<button name="type" value="(\w+)">', bob.get("/console/actions/new").html)
    assert offered == list(action_types.NAMES)
    for name in offered:
        assert f"Publish {action_types.of(name).words.one}" in bob.get(begun(bob, name)).text
    assert {page.type for page in store.pages_of(bob.group.id)} == set(offered)


@pytest.mark.parametrize("name", ["", "nonsense", "__init__", "../petition"])
def test_a_type_that_there_is_not(bob: Organizer, name: str) -> None:
    assert bob.post("/console/actions/new", {"type": name}).status == 404


def test_bob_writes_a_petition(bob: Organizer) -> None:
    more = {"target": "The city council", "goal": "1,500", "thanks": "Thank you.\r\nTell a friend.", "language": "es"}
    answer = write(bob, more)
    page = only_page(bob)
    assert answer.location == f"/console/actions/{page.id}?done=saved"
    assert (page.slug, page.status, page.goal, page.language) == ("", Status.DRAFT, 1500, "es")
    assert page.own["target"] == "The city council"
    assert page.body == "<p>They want to close it.</p>\n<p>We will not let them.</p>"
    assert page.thanks == "Thank you.\nTell a friend."
    assert "Publish petition" in bob.get(f"/console/actions/{page.id}").text


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("title", "x" * 151, "Too long"),
        ("slug", "日本", "Use letters from a to z"),
        ("goal", "many", "Write a whole number"),
        ("goal", "-5", "Write a whole number"),
        ("goal", "9" * 30, "Write a whole number"),
        ("language", "xx", "Choose a language"),
        ("picture", "../../etc/passwd", "Choose a PNG"),
        ("thanks", "x" * 2001, "Too long"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(bob: Organizer, field: str, typed: str, words: str) -> None:
    answer = write(bob, {"target": "The mayor", field: typed})
    assert answer.status == 422
    assert words in answer.text
    assert "Nothing you typed is lost" in answer.text
    assert 'value="The mayor"' in answer.html
    assert only_page(bob).title == ""


def test_a_taken_address_is_said_to_be(bob: Organizer) -> None:
    petition(bob, slug="library")
    answer = write(bob, {"slug": "Library"})
    assert (answer.status, "Another page has this address" in answer.text) == (422, True)


def test_two_pages_of_one_title_get_two_addresses(bob: Organizer) -> None:
    assert [published(bob, petition(bob)).slug for _ in range(2)] == ["save-the-library", "save-the-library-2"]


def test_two_groups_may_have_the_same_address(bob: Organizer, charlie: Organizer) -> None:
    assert published(bob, petition(bob)).slug == published(charlie, petition(charlie)).slug


def test_hostile_html_is_gone_when_saved(bob: Organizer) -> None:
    body = '<p onclick="x()">Hi <script>alert(1)</script><img src=x onerror=y()><a href="javascript:z()">a</a></p>'
    write(bob, {"body": body, "thanks": "<script>alert(2)</script>"})
    page = only_page(bob)
    assert not re.search(r"script|onclick|onerror|javascript", page.body)
    assert "<script>alert" not in bob.get(f"/console/actions/{page.id}/edit").html


def test_a_changed_address_keeps_the_earlier_one(bob: Organizer) -> None:
    page = published(bob, petition(bob))
    bob.post(f"/console/actions/{page.id}/edit", TYPED | {"slug": "our-library", "opened": repr(page.edited)})
    for slug in ("save-the-library", "our-library"):
        found = find_page.find(bob.group.slug, slug)
        assert found
        assert found.page.id == page.id
    assert saved(page).slug == "our-library"


def test_editing_keeps_what_the_form_does_not_hold(bob: Organizer) -> None:
    page = petition(bob)
    bob.post(f"/console/actions/{page.id}/publish")
    page = saved(page)
    answer = bob.post(f"/console/actions/{page.id}/edit", TYPED | {"title": "Save it", "opened": repr(page.edited)})
    assert answer.location.endswith("done=saved")
    now = saved(page)
    assert (now.title, now.status, now.slug, now.created) == ("Save it", Status.PUBLISHED, page.slug, page.created)


def test_of_two_organizers_the_last_wins_after_being_told(bob: Organizer) -> None:
    page = petition(bob)
    opened = repr(page.edited)
    address = f"/console/actions/{page.id}/edit"
    assert bob.post(address, TYPED | {"title": "First", "opened": opened}).status == 303
    warned = bob.post(address, TYPED | {"title": "Second", "opened": opened})
    assert (warned.status, "Someone else saved this page" in warned.text) == (409, True)
    assert 'value="Second"' in warned.html
    assert saved(page).title == "First"
    [now_opened] = re.findall(r'name="opened" value="([^"]*)"', warned.html)
    assert bob.post(address, TYPED | {"title": "Second", "opened": now_opened}).status == 303
    assert saved(page).title == "Second"


@pytest.mark.parametrize("opened", ["", "x", "nan", "inf", "0"])
def test_a_form_that_forgot_when_it_was_opened_is_told_too(bob: Organizer, opened: str) -> None:
    page = petition(bob)
    assert bob.post(f"/console/actions/{page.id}/edit", TYPED | {"opened": opened}).status == 409


def test_publish_close_and_open_again(bob: Organizer) -> None:
    page = petition(bob)
    for step, status, done in [
        ("publish", Status.PUBLISHED, "published"),
        ("close", Status.CLOSED, "closed"),
        ("publish", Status.PUBLISHED, "reopened"),
    ]:
        assert bob.post(f"/console/actions/{page.id}/{step}").location.endswith(f"done={done}")
        assert saved(page).status == status


def test_a_picture_is_published_under_the_groups_own_name(bob: Organizer) -> None:
    answer = upload(bob, {"picture_alt": "The reading room"}, "../../x.html", PNG)
    page = only_page(bob)
    assert answer.status == 303
    assert re.fullmatch(rf"{bob.group.id}/[0-9a-f]{{32}}\.png", page.picture)
    stored = clients.client("s3").get_object(Bucket=config.media_bucket(), Key=f"media/{page.picture}")
    assert (stored["ContentType"], stored["Body"].read()) == ("image/png", PNG)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<svg onload=alert(1)>", "Choose a PNG, JPEG or WebP"),
        (b"GIF89a", "Choose a PNG, JPEG or WebP"),
        (PNG[:-5], "Choose a PNG, JPEG or WebP"),
        (PNG + b"\0" * 2 * 1024 * 1024, "2 MB at most"),
    ],
)
def test_what_is_no_picture_is_refused_whatever_its_name(bob: Organizer, content: bytes, words: str) -> None:
    answer = upload(bob, {"picture_alt": "x"}, "photo.png", content)
    assert (answer.status, words in answer.text) == (422, True)
    assert only_page(bob).picture == ""


def test_a_picture_needs_words_and_is_kept_until_they_are_there(bob: Organizer) -> None:
    answer = upload(bob, {}, "photo.png", PNG)
    assert (answer.status, "Describe the picture" in answer.text) == (422, True)
    [kept] = re.findall(r'name="picture" value="([^"]+)"', answer.html)
    write(bob, {"picture": kept, "picture_alt": "The reading room"}, f"/console/actions/{only_page(bob).id}/edit")
    assert (only_page(bob).picture, only_page(bob).picture_alt) == (kept, "The reading room")


def test_a_picture_of_another_group_is_not_taken(bob: Organizer, charlie: Organizer) -> None:
    theirs = f"{charlie.group.id}/{'0' * 32}.png"
    assert write(bob, {"picture": theirs, "picture_alt": "x"}).status == 422


def test_a_picture_can_be_removed(bob: Organizer) -> None:
    page = petition(bob, picture=f"{bob.group.id}/{'0' * 32}.png", picture_alt="The reading room")
    fields = TYPED | {"picture": page.picture, "picture_alt": "x", "no_picture": "1", "opened": repr(page.edited)}
    assert bob.post(f"/console/actions/{page.id}/edit", fields).status == 303
    assert (saved(page).picture, saved(page).picture_alt) == ("", "")


def test_signers_page_by_page_and_as_a_file(bob: Organizer) -> None:
    page = published(bob, petition(bob, comments="1"))
    for number in range(60):
        sign(bob, page, f"=Person {number}", f"p{number}@example.org", zip_code="01234", source="tw", comment="+1")
    first = bob.get(f"/console/actions/{page.id}")
    assert "60 of 100" in first.text
    [after] = re.findall(r'href="\?after=([0-9a-f]{32})#people"', first.html)
    second = bob.get(f"/console/actions/{page.id}?after={after}")
    seen = [address for answer in (first, second) for address in re.findall(r"p\d+@example.org(?=</td>)", answer.html)]
    assert len(seen) == len(set(seen)) == 60
    answer = bob.get(f"/console/actions/{page.id}/export")
    rows = list(csv.DictReader(io.StringIO(answer.html[1:], newline="")))
    assert len(rows) == 60
    assert {(row["given_name"], row["Your comment"], row["source"], row["zip_code"]) for row in rows} == {
        ("'=Person", "'+1", "tw", "01234")
    }
    assert 'filename="save-the-library.csv"' in answer.headers["content-disposition"]


def test_whoever_was_deleted_is_counted_but_not_named(bob: Organizer) -> None:
    page = petition(bob)
    ada = sign(bob, page, "Ada Lovelace", "ada@example.org")
    people.forget(bob.group.id, ada.id)
    answer = bob.get(f"/console/actions/{page.id}")
    assert "Deleted" in answer.text
    assert "Lovelace" not in answer.text


def test_a_draft_can_be_looked_at_before_anybody_else_can(bob: Organizer, visitor: Browser) -> None:
    page = petition(bob, body="<p>Why it matters</p>", slug="library")
    preview = bob.get(f"/console/actions/{page.id}/preview")
    assert (preview.status, preview.headers["cache-control"]) == (200, "no-store")
    assert "Why it matters" in preview.text
    assert "Sign the petition" in preview.text
    assert visitor.get(f"/{bob.group.slug}/{page.slug}").status == 404


def test_charlie_finds_none_of_it(bob: Organizer, charlie: Organizer) -> None:
    page = petition(bob, "Bob's own petition")
    assert "Bob's own petition" not in charlie.get("/console/actions").text
    for path in ("", "/edit", "/export", "/preview"):
        assert charlie.get(f"/console/actions/{page.id}{path}").status == 404
    for path in ("/edit", "/autosave", "/arrange", "/preview", "/publish", "/close", "/duplicate"):
        assert charlie.post(f"/console/actions/{page.id}{path}", TYPED).status == 404
    assert saved(page) == page


def test_a_draft_is_saved_as_it_is_typed(bob: Organizer) -> None:
    page = petition(bob)
    first = bob.post(f"/console/actions/{page.id}/autosave", {"title": "Save", "opened": repr(page.edited)})
    [opened] = re.findall(r'name="opened" value="([^"]*)"', first.html)
    second = bob.post(f"/console/actions/{page.id}/autosave", {"title": "Save it", "opened": opened})
    assert "Saved as a draft" in second.text
    late = bob.post(f"/console/actions/{page.id}/autosave", {"title": "Late", "opened": opened})
    assert "Someone else saved this page" in late.text
    assert saved(page).title == "Save it"


def test_an_answer_that_was_lost_on_the_way_is_no_one_elses_save(bob: Organizer) -> None:
    page = petition(bob)
    at = f"/console/actions/{page.id}"
    one, other = ([*re.findall(r'name="hand" value="(\w+)"', bob.get(f"{at}/edit").html)] for _ in range(2))
    typed = {"opened": repr(page.edited), "hand": one[0]}
    for title in ("Save", "Save it"):
        assert "Saved as a draft" in bob.post(f"{at}/autosave", typed | {"title": title}).text
    assert "Someone else saved" in bob.post(f"{at}/autosave", typed | {"title": "Mine", "hand": other[0]}).text
    store.change_page(page.group, page.id, own={"target": "The mayor"})
    assert bob.post(f"{at}/edit", TYPED | typed).status == 409
    assert (saved(page).title, saved(page).own["target"]) == ("Save it", "The mayor")


def test_what_is_published_changes_only_by_a_button(bob: Organizer) -> None:
    page = published(bob, petition(bob))
    bob.post(f"/console/actions/{page.id}/autosave", {"title": "Half a", "opened": repr(page.edited)})
    assert saved(page).title == page.title
    assert (
        'hx-post="/console/actions/'
        not in bob.get(f"/console/actions/{page.id}/edit").html.partition("data-preview")[0]
    )


def test_the_preview_shows_what_is_typed_and_saves_nothing(bob: Organizer) -> None:
    page = petition(bob)
    answer = bob.post(f"/console/actions/{page.id}/preview", {"title": "Not saved", "body": "<p>A <script>x</script>b"})
    assert "<h1>Not saved</h1>" in answer.html
    assert "<script>x" not in answer.html
    assert saved(page) == page


def test_arranging_questions_without_scripts_keeps_every_box_as_it_is(bob: Organizer) -> None:
    page = written(bob, "form", title="Volunteers", no_email="1")
    edit = f"/console/actions/{page.id}"
    assert 'name="no_email" value="1" checked' in bob.get(f"{edit}/edit").html
    answer = bob.post(f"{edit}/arrange", {"title": "Volunteers", "do": "add", "opened": repr(page.edited)})
    assert 'name="no_email" value="1" checked' not in answer.html
    assert re.search(r'id="question-0-label"[^>]* autofocus', answer.html)


def test_what_is_wrong_with_a_field_is_said_to_whoever_hears_it(bob: Organizer) -> None:
    typed = {"question-0-label": "x", "question-0-type": "single", "question-0-hint": "x" * 301}
    answer = write(bob, typed, begun(bob, "form"))
    for name in ("choices", "hint"):
        assert re.search(rf'aria-describedby="[^"]*question-0-{name}-problem"', answer.html)
        assert f'id="question-0-{name}-problem"' in answer.html


def test_publishing_out_of_the_editor(bob: Organizer) -> None:
    at = begun(bob)
    refused = write(bob, {"title": "", "then": "publish"}, at)
    assert (refused.status, "Write a title" in refused.text) == (422, True)
    assert write(bob, {"then": "publish"}, at).location.endswith("done=published")
    assert only_page(bob).status == Status.PUBLISHED


def test_a_draft_without_a_title_is_not_published_from_its_front_page(bob: Organizer) -> None:
    page = begun(bob).split("/")[3]
    answer = bob.post(f"/console/actions/{page}/publish")
    assert "Write a title" in bob.get(answer.location).text


def test_a_copy(bob: Organizer) -> None:
    page = petition(bob)
    copy = bob.post(f"/console/actions/{page.id}/duplicate").location
    assert 'value="Save the library"' in bob.get(copy).html
    assert len(store.pages_of(bob.group.id)) == 2


def test_bob_may_choose_groups_that_he_works_for_as_sponsors_and_no_others(bob: Organizer, charlie: Organizer) -> None:
    union = network.create_group(f"u{clock.new_id()}", "Workers' Union")
    assert union
    network.add_organizer(bob.email, union.id)
    page = petition(bob)
    assert "Workers&#39; Union" in bob.get(f"/console/actions/{page.id}/edit").html
    ticked = {f"sponsor-{group}": "1" for group in (union.id, charlie.group.id, bob.group.id)}
    write(bob, ticked | {"sponsors": charlie.group.id}, f"/console/actions/{page.id}/edit")
    assert saved(page).sponsors == (union.id,)


def test_how_people_came_and_who_brought_them(bob: Organizer, charlie: Organizer) -> None:
    page = published(bob, petition(bob))
    ada = sign(bob, page, "Ada Lovelace", "ada@example.org", source="tw")
    sign(bob, page, "Grace Hopper", "grace@example.org", source="tw", referrer=ada.referrer_code)
    sign(bob, page, "José Núñez", "jose@example.org", website="blog.example", referrer="nonsense")
    text = bob.get(f"/console/actions/{page.id}").text
    assert "tw 2 2" in text
    assert "blog.example 1 1" in text
    assert "Ada Lovelace 1 1" in text
    assert "nonsense 1 1" in text
    theirs = published(charlie, petition(charlie))
    sign(charlie, theirs, "Grace Hopper", "grace@example.org", referrer=ada.referrer_code)
    assert "Lovelace" not in charlie.get(f"/console/actions/{theirs.id}").text


def test_whoever_acts_twice_came_once(bob: Organizer) -> None:
    page = published(bob, petition(bob))
    for source in ("tw", "fb"):
        sign(bob, page, "Ada Lovelace", "ada@example.org", source=source)
    text = bob.get(f"/console/actions/{page.id}").text
    assert "tw 1 1" in text
    assert "fb 1" not in text
