"""Bob uploads who decides, writes a letter to them, and sees whom a ZIP code leads to; Charlie sees nothing of it."""

import csv
import io
import re
from pathlib import Path

import pytest
from organizers import FORM, Organizer, everything, petition, published, saved, sign, written

from chalicelib.action_types.letter import send, store, write
from chalicelib.action_types.letter.target import Target
from chalicelib.action_types.letter.write import Written
from chalicelib.actions import write_page
from chalicelib.actions.action_page import ActionPage
from chalicelib.mailings import email_store
from chalicelib.people.person import Person

HERE = Path(__file__).parents[2] / "action_types"
COUNCIL = b"name,email,title,party\nMayor Quimby,mayor@example.gov,Mayor,Democrat\n"
LISTS = "/console/actions/targets"
LETTER = {
    "title": "Save the library",
    "letter-0-subject": "Keep it",
    "letter-0-text": "We need it.",
    "letter-0-editable": "1",
}


def upload(organizer: Organizer, content: bytes, at: str = LISTS, filename: str = "Council.csv", **fields: str):
    return organizer.upload(at, fields, filename, content, name="file")


def only_list(organizer: Organizer) -> store.TargetList:
    [found] = store.lists_of(organizer.group.id)
    return found


def test_bob_uploads_a_list_for_his_letter(bob: Organizer) -> None:
    page = written(bob, "letter", **LETTER)
    assert [problem.field for problem in write_page.not_ready(page)] == ["targets"]
    assert f"{LISTS}?for={page.id}" in bob.get(f"/console/actions/{page.id}/edit").html
    answer = upload(bob, COUNCIL, **{"for": page.id})
    made = only_list(bob)
    assert answer.location == f"{LISTS}/{made.id}?done=list-used&for={page.id}"
    assert (made.name, made.size, made.with_email, made.placed) == ("Council", 1, 1, 1)
    assert published(bob, saved(page)).own["targets"] == made.id
    shown = bob.get(answer.location)
    assert "The letter goes to this list now" in shown.text
    assert f"/console/actions/{page.id}/edit" in shown.html


def test_a_letter_that_has_a_list_keeps_it(bob: Organizer) -> None:
    upload(bob, COUNCIL)
    first = only_list(bob)
    page = written(bob, "letter", targets=first.id, **LETTER)
    assert "list-filled" in upload(bob, COUNCIL, **{"for": page.id}).location
    assert saved(page).own["targets"] == first.id


def test_the_american_files_load_as_they_are(bob: Organizer) -> None:
    upload(bob, (HERE / "legislators.csv").read_bytes(), name="US Congress")
    made = only_list(bob)
    at = f"{LISTS}/{made.id}"
    assert "Nobody on it has an email address" in bob.get(at).text
    assert "Upload below which ZIP codes lie where" in bob.get(at).text
    upload(bob, (HERE / "zip-districts.csv").read_bytes(), at, kind="places")
    shown = bob.get(f"{at}?zip=02139").text
    assert "In MA-5: Representative Edsger W. Dijkstra, Jr." in shown
    assert "Senator Grace Hopper Democrat, MA · no email address" in shown
    assert "Nobody on this list" in bob.get(f"{at}?zip=99999").text
    page = written(bob, "letter", targets=made.id, **LETTER)
    assert "Nobody on this list has an email address" in bob.get(f"/console/actions/{page.id}/edit?check=1").text


def test_a_file_with_strange_columns_is_kept_and_asked_about(bob: Organizer) -> None:
    answer = upload(bob, b"who,where to\nMayor Quimby,mayor@example.gov\n")
    made = only_list(bob)
    asked = bob.get(answer.location)
    assert answer.location.startswith(f"{LISTS}/{made.id}/columns?kind=targets")
    assert "Missing: A column with their names Found: who, where to" in asked.text
    chosen = dict(re.findall(r'name="(column-\d)".*?value="(\w*)" selected', asked.html, re.DOTALL))
    assert chosen["column-1"] == "email"
    again = bob.post(f"{LISTS}/{made.id}/columns", {"kind": "targets", "column-0": "party", "column-1": "email"})
    assert (again.status, "Missing: A column with their names" in again.text) == (422, True)
    done = bob.post(f"{LISTS}/{made.id}/columns", {"kind": "targets", "column-0": "name", "column-1": "email"})
    assert (done.status, only_list(bob).size) == (303, 1)


def test_more_than_anybody_writes_to_at_once_are_told_of(bob: Organizer) -> None:
    rows = "".join(f"Councillor {number},c{number}@example.org\n" for number in range(80))
    upload(bob, f"name,email\n{rows}".encode())
    assert "30 of them get no letters" in bob.get(f"{LISTS}/{only_list(bob).id}").text


def test_rows_that_were_left_out_are_told(bob: Organizer) -> None:
    upload(bob, COUNCIL + b"Eve,not an address,,\n")
    assert "Line 3: The email address is not one." in bob.get(f"{LISTS}/{only_list(bob).id}").text


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "Choose a file"), (b"PK\x03\x04[Content_Types].xml", "This is an Excel workbook"), (b"\0" * 99, "")],
)
def test_what_is_no_list_makes_none_and_its_name_is_kept(bob: Organizer, content: bytes, words: str) -> None:
    answer = upload(bob, content, name="US Congress")
    assert (answer.status, words in answer.text) == (422, True)
    assert 'value="US Congress"' in answer.html
    assert store.lists_of(bob.group.id) == []


def test_a_file_for_nobody_is_kept_and_asked_about(bob: Organizer) -> None:
    upload(bob, COUNCIL)
    at = f"{LISTS}/{only_list(bob).id}"
    answer = upload(bob, b"zip,state\n,\n", at, kind="places")
    assert answer.location.startswith(f"{at}/columns?kind=places")
    fields = {"kind": "places", "column-0": "zip_code", "column-1": "state"}
    assert "No row of this file has a ZIP code" in bob.post(f"{at}/columns", fields).text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"letter-0-subject": "x" * 151}, "Too long"),
        ({"letter-0-text": "x" * 8001}, "Too long"),
        ({"letter-0-to": "party"}, "Write whom this letter goes to"),
        ({"pace": "0"}, "whole number from 1 to 600"),
        ({"pace": "many"}, "whole number from 1 to 600"),
    ],
)
def test_what_is_wrong_in_the_editor_is_said_and_kept(bob: Organizer, fields: dict[str, str], words: str) -> None:
    page = written(bob, "letter", title="Draft")
    typed = LETTER | {"opened": repr(page.edited), "letter-1-text": "The second"} | fields
    answer = bob.post(f"/console/actions/{page.id}/edit", typed)
    assert (answer.status, words in answer.text) == (422, True)
    assert "The second" in answer.html
    assert saved(page).title == "Draft"


def test_versions_are_added_changed_and_removed_in_the_editor(bob: Organizer) -> None:
    second = {"letter-1-text": "Two", "letter-1-to": "party", "letter-1-which": "Democrat\r\n\r\nGreen"}
    page = written(bob, "letter", **LETTER, **second)
    one, two = page.own["versions"]
    assert (one["editable"], two["editable"], two["which"]) == (True, False, "Democrat\nGreen")
    html = bob.get(f"/console/actions/{page.id}/edit").html
    assert 'name="letter-2-text"' in html
    assert f'name="letter-1-id" value="{two["id"]}"' in html
    fields = LETTER | {"letter-0-id": one["id"], "letter-0-text": "", "letter-0-subject": "", "letter-1-id": two["id"]}
    bob.post(f"/console/actions/{page.id}/edit", fields | second | {"opened": repr(page.edited)})
    assert [version["id"] for version in saved(page).own["versions"]] == [two["id"]]


def test_a_letter_without_words_is_not_published(bob: Organizer) -> None:
    page = written(bob, "letter", title="Draft", **{"letter-0-subject": "Only this"})
    told = bob.get(f"/console/actions/{page.id}/edit?check=1").text
    assert "Write the letter" in told
    assert "Choose the list" in told


def test_a_letter_that_nobody_could_write_is_not_published(bob: Organizer) -> None:
    page = written(bob, "letter", title="Write to them")
    districts = b"name,email,state,district\nGrace Hopper,grace@example.org,MA,5\n"
    upload(bob, districts, **{"for": page.id})
    words = "Upload which ZIP codes are in which district"
    at = f"/console/actions/{page.id}/edit?check=1"
    assert words in bob.get(at).text
    made = only_list(bob)
    upload(bob, b"zip,state,district\n02139,MA,5\n", f"{LISTS}/{made.id}", kind="places")
    assert words not in bob.get(at).text


def test_the_preview_shows_the_letter(bob: Organizer) -> None:
    page = written(bob, "letter", **LETTER)
    shown = bob.post(f"/console/actions/{page.id}/preview", LETTER | {"letter-0-text": "As typed now"})
    assert "As typed now" in shown.text


def test_a_list_is_nobody_elses(bob: Organizer, charlie: Organizer) -> None:
    page = written(bob, "letter", **LETTER)
    upload(bob, COUNCIL)
    made = only_list(bob)
    before = everything()
    for path in (f"{LISTS}/{made.id}", f"{LISTS}/{made.id}/columns?kind=targets"):
        assert charlie.get(path).status == 404
    assert upload(charlie, COUNCIL, f"{LISTS}/{made.id}", kind="targets").status == 404
    assert charlie.post(f"{LISTS}/{made.id}/columns", {"kind": "targets"}).status == 404
    assert "Council" not in charlie.get(LISTS).text
    assert everything() == before
    upload(charlie, COUNCIL, **{"for": page.id})
    assert "targets" not in saved(page).own or not saved(page).own["targets"]


@pytest.mark.parametrize("wanted", ["x", "0" * 32, "..%2F..", "new"])
def test_a_list_that_there_is_not(bob: Organizer, wanted: str) -> None:
    assert bob.get(f"{LISTS}/{wanted}").status == 404
    assert upload(bob, COUNCIL, f"{LISTS}/{wanted}", kind="targets").status == 404


def test_looking_changes_nothing(bob: Organizer) -> None:
    upload(bob, COUNCIL)
    before = everything()
    for path in (LISTS, f"{LISTS}/{only_list(bob).id}?zip=02139", f"{LISTS}/{only_list(bob).id}/columns?kind=targets"):
        assert bob.get(path).status == 200
    assert everything() == before


@pytest.fixture
def letters(bob: Organizer) -> tuple[ActionPage, Person]:
    """Ada wrote to the mayor, whose name a spreadsheet would run, and to a councillor; one letter is sent."""
    page = published(bob, written(bob, "letter", targets=_council(bob), **LETTER))
    targets = [
        Target(id="a" * 16, name="=Quimby", title="", email="mayor@example.gov", party="Green"),
        Target(id="b" * 16, name="Grace Hopper", title="Councillor", email="grace@example.gov"),
    ]
    words = "We need it.\n<script>alert(1)</script>"
    ada = sign(
        bob, page, "Ada Lovelace", "ada@example.org", own=write.encode([Written("a", "Keep it", words, targets)])
    )
    send.prepare(send.Letters(bob.group.id, page.id, ada.id))
    email_store.claim(ada.id, send.email_id(page.id, "a" * 16), "token", "hash")
    email_store.record(ada.id, send.email_id(page.id, "a" * 16), "token", "sent")
    return page, ada


def _council(bob: Organizer) -> str:
    upload(bob, COUNCIL)
    return only_list(bob).id


def test_bob_sees_what_became_of_the_letters(bob: Organizer, letters: tuple[ActionPage, Person]) -> None:
    page, _ = letters
    shown = bob.get(f"/console/actions/{page.id}").text
    assert "=Quimby (Green) 1 1 0 0 0" in shown
    assert "Councillor Grace Hopper 1 0 1 0 0" in shown
    assert "All 2 2 1 1 0 0" in shown
    assert "Ada Lovelace" in shown


def test_the_report_is_saved_as_a_file_that_runs_nothing(bob: Organizer, letters: tuple[ActionPage, Person]) -> None:
    page, _ = letters
    saved_file = bob.get(f"/console/actions/{page.id}/letters")
    assert 'filename="save-the-library-letters.csv"' in saved_file.headers["content-disposition"]
    rows = list(csv.reader(io.StringIO(saved_file.html.lstrip("\ufeff"))))
    assert rows[0] == ["target", "written", "sent", "waiting", "refused", "came_back"]
    assert ["'=Quimby (Green)", "1", "1", "0", "0", "0"] in rows


def test_the_letters_of_a_person(bob: Organizer, letters: tuple[ActionPage, Person]) -> None:
    page, ada = letters
    at = f"/console/actions/{page.id}/letters/{ada.id}"
    record = bob.get(f"/console/people/{ada.id}")
    assert at in record.html
    assert "to Councillor Grace Hopper Waits its turn" in record.text
    shown = bob.get(at)
    assert "Dear Councillor Grace Hopper," in shown.text
    assert "&lt;script&gt;alert(1)" in shown.html
    assert "To =Quimby Sent" in shown.text


def test_letters_are_nobody_elses(charlie: Organizer, letters: tuple[ActionPage, Person]) -> None:
    page, ada = letters
    assert charlie.get(f"/console/actions/{page.id}/letters").status == 404
    assert charlie.get(f"/console/actions/{page.id}/letters/{ada.id}").status == 404
    own = written(charlie, "letter", **LETTER)
    assert charlie.get(f"/console/actions/{own.id}/letters/{ada.id}").status == 404


def test_a_petition_has_no_letters(bob: Organizer) -> None:
    page = petition(bob)
    assert bob.get(f"/console/actions/{page.id}/letters").status == 404


def test_a_forged_upload_is_refused(bob: Organizer) -> None:
    bob.csrf = "forged"
    assert upload(bob, COUNCIL).status == 403
    assert bob.post(LISTS, {}, **{"content-type": FORM}).status == 403
    assert store.lists_of(bob.group.id) == []
