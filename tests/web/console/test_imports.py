"""Bob imports a list on screen; he sees what would change before anything does, and Charlie sees nothing of it."""

import csv
import io
import re
import urllib.request
from html import unescape
from typing import Any

import pytest
from organizers import Answer, Organizer, known, multipart

from chalicelib import clock, files, lambdas
from chalicelib.people import import_file, import_people, import_store, store
from chalicelib.people.import_store import State

ROWS = "Correo;Nombre;Apellidos;Teléfono\nada@example.org;Ada;Lovelace;1\njosé;José;Núñez;2\ngrace@example.org;;;3\n"
CHOSEN = {"column-0": "email", "column-1": "given_name", "column-2": "family_name", "column-3": "", "agreed": "yes"}


@pytest.fixture
def workers(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """The workers that were asked for."""
    asked: list[dict[str, str]] = []
    monkeypatch.setattr(lambdas, "start", lambda job, payload: asked.append(payload))
    return asked


def work(workers: list[dict[str, str]]) -> None:
    while workers:
        asked = workers.pop()
        import_people.run(asked["group"], asked["import"])


def upload(organizer: Organizer, content: bytes) -> str:
    """Send the form of the upload screen as a browser does; gives the address that S3 sends it on to."""
    page = organizer.get("/console/people/import")
    action = unescape(re.findall(r'action="(http[^"]*)"', page.html)[0])
    origin = "/".join(action.split("/")[:3])
    assert f"form-action 'self' {origin};" in page.headers["content-security-policy"]
    fields = {
        name: unescape(value) for name, value in re.findall(r'type="hidden" name="([^"]+)" value="([^"]*)"', page.html)
    }
    fields.pop("csrf")
    kind, body = multipart(fields, "file", "people.csv", content)

    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args: Any) -> None:
            return None

    request = urllib.request.Request(action, body, {"content-type": kind})
    with pytest.raises(urllib.error.HTTPError) as answer:
        urllib.request.build_opener(Stay).open(request, timeout=5)
    assert answer.value.code == 303
    return re.sub(r"^https?://[^/]+|\?.*$", "", answer.value.headers["location"])


def put(organizer: Organizer, content: bytes) -> str:
    """A file that was uploaded; the address of its columns."""
    wanted = clock.new_id()
    files.put(import_file.key(organizer.group.id, wanted), content)
    return f"/console/imports/{wanted}/columns"


def check(organizer: Organizer, columns: str, workers: list[dict[str, str]], **more: str) -> Answer:
    """Say what the columns hold, and look at what the dry run found."""
    answer = organizer.post(columns, CHOSEN | more)
    assert answer.status == 303
    work(workers)
    return organizer.get(answer.location)


def chosen(page: Answer) -> list[str]:
    return re.findall(r'<option value="(\w*)" selected>', page.html)


def test_bob_imports_a_list_from_upload_to_the_end(bob: Organizer, workers: list[dict[str, str]]) -> None:
    columns = upload(bob, ROWS.encode("cp1252"))
    page = bob.get(columns)
    assert chosen(page) == ["email", "given_name", "family_name", ""]
    assert "Núñez" in page.text
    assert re.search(r'name="tag" type="text" value="import 20\d\d-\d\d-\d\d"', page.html)
    answer = bob.post(columns, CHOSEN | {"tag": "spring"})
    there = answer.location
    assert "Reading your file" in bob.get(there).text
    assert 'hx-trigger="every 1s"' in bob.get(there).html
    work(workers)
    checked = bob.get(there)
    assert "What would change" in checked.text
    assert "New people 2" in checked.text
    assert "these cannot be imported 1" in checked.text
    assert "Save the row that cannot be imported" in checked.text
    assert "Import 2 people" in checked.text
    assert known(bob, "ada@example.org") is None
    assert bob.post(f"{there}/confirm").location == f"{there}?done=imported"
    assert "Importing" in bob.get(there).text
    work(workers)
    done = bob.get(there)
    assert "Imported" in done.text
    assert "hx-get" not in done.html
    ada = known(bob, "ada@example.org")
    assert ada
    assert (ada.full_name, ada.tags) == ("Ada Lovelace", {"spring"})
    assert "spring" in bob.get("/console/people/import").text


def test_an_empty_file_is_said_to_be_empty(bob: Organizer) -> None:
    page = bob.get(upload(bob, b""))
    assert page.status == 422
    assert "The file is empty" in page.text


def test_rows_to_mend_are_saved_as_text_that_no_spreadsheet_runs(bob: Organizer, workers: list[dict[str, str]]) -> None:
    content = b'email,name\n=cmd|\' /C calc\'!A0,@SUM(1)\nada@example.org,Ada\n-1+1,"a,""b""\nc"\n'
    page = check(bob, put(bob, content), workers, **{"column-1": ""})
    (link,) = re.findall(r'href="([^"]+/errors)"', page.html)
    saved = bob.get(link)
    assert saved.headers["content-disposition"] == 'attachment; filename="rows-to-mend.csv"'
    rows = list(csv.reader(io.StringIO(saved.html.lstrip("\ufeff"))))
    assert rows == [
        ["line", "problem", "email", "name"],
        ["2", "This is not an email address.", "'=cmd|' /C calc'!A0", "'@SUM(1)"],
        ["4", "This is not an email address.", "'-1+1", 'a,"b"\nc'],
    ]


def test_very_many_wrong_rows_still_make_a_file(bob: Organizer, workers: list[dict[str, str]]) -> None:
    content = ("email,name\n" + 'nobody,"' + "字" * 2000 + '"\n').encode() + b"nobody,x\n" * 6000
    page = check(bob, put(bob, content), workers)
    assert "Save the first 5,000 rows that cannot be imported" in page.text
    saved = bob.get(re.findall(r'href="([^"]+/errors)"', page.html)[0])
    assert (saved.status, saved.html.count("\r\n")) == (200, 5001)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"column-0": ""}, "which one column holds the email"),
        ({"column-1": "email"}, "Two columns are said to hold the same"),
        ({"column-1": "subscription"}, "which one column holds the email"),
        ({"agreed": ""}, "who agreed to hear from you"),
        ({"tag": "x" * 65}, "The tag is longer than 64 letters"),
    ],
)
def test_nothing_begins_before_the_form_is_right(
    bob: Organizer, workers: list[dict[str, str]], fields: dict[str, str], words: str
) -> None:
    columns = put(bob, ROWS.encode())
    answer = bob.post(columns, CHOSEN | {"column-3": "zip_code"} | fields)
    assert answer.status == 422
    assert words in answer.text
    assert chosen(answer)[-1] == "zip_code"
    assert import_store.imports_of(bob.group.id) == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"PK\x03\x04[Content_Types].xml", "This is an Excel workbook"),
        (b"\n", "The file is empty"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "This is not a text file"),
        (b"x" * 200_000, "No row of this file can be read"),
    ],
)
def test_what_cannot_be_read_is_said_at_once(bob: Organizer, content: bytes, words: str) -> None:
    answer = bob.get(put(bob, content))
    assert answer.status == 422
    assert words in answer.text
    assert "Nothing was changed" in answer.text


def test_html_in_a_file_stays_text(bob: Organizer, workers: list[dict[str, str]]) -> None:
    columns = put(bob, b"<script>alert(1)</script>,email\n<img src=x onerror=alert(1)>,ada@example.org\n")
    page = bob.get(columns)
    assert "<script>alert" not in page.html
    assert "<img" not in page.html


def test_columns_may_be_changed_after_the_dry_run(bob: Organizer, workers: list[dict[str, str]]) -> None:
    columns = put(bob, ROWS.encode())
    page = check(bob, columns, workers, tag="one")
    assert "Change the columns" in page.text
    again = bob.get(columns)
    assert chosen(again) == ["email", "given_name", "family_name", ""]
    page = check(bob, columns, workers, tag="two", **{"column-1": "", "column-2": "full_name"})
    assert "gets the tag two" in page.text
    bob.post(columns.replace("columns", "confirm"))
    work(workers)
    ada = known(bob, "ada@example.org")
    assert ada
    assert (ada.given_name, ada.tags) == ("Lovelace", {"two"})
    assert bob.get(columns).location == columns.removesuffix("/columns")


def test_a_file_of_nobody_offers_nothing(bob: Organizer, workers: list[dict[str, str]]) -> None:
    page = check(bob, put(bob, b"email,a,b,c\n"), workers)
    assert "There is nobody in this file" in page.text
    assert "/confirm" not in page.html


def test_an_import_that_fell_silent_can_be_taken_up(
    bob: Organizer, workers: list[dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    there = bob.post(put(bob, ROWS.encode()), CHOSEN).location
    workers.clear()
    assert "Nothing has happened for a while" not in bob.get(there).text
    later = clock.now() + 100
    with monkeypatch.context() as patch:
        patch.setattr(clock, "now", lambda: later)
        assert "Nothing has happened for a while" in bob.get(there).text
    assert bob.post(f"{there}/go-on").location == there
    work(workers)
    assert "What would change" in bob.get(there).text


def test_a_check_that_was_stopped_imported_nothing_and_says_so(bob: Organizer, workers: list[dict[str, str]]) -> None:
    there = bob.post(put(bob, ROWS.encode()), CHOSEN).location
    assert bob.post(f"{there}/stop").location == f"{there}?done=import-stopped"
    work(workers)
    page = bob.get(f"{there}?done=import-stopped").text
    assert "Stopped before the import" in page
    assert "Nothing was imported" in page
    assert "stays" not in page
    assert "New people" not in page
    assert bob.post(f"{there}/confirm").location == there
    assert workers == []
    assert list(store.each(bob.group.id)) == []


def test_a_stopped_import_says_that_what_was_imported_stays(bob: Organizer, workers: list[dict[str, str]]) -> None:
    columns = put(bob, ROWS.encode())
    check(bob, columns, workers)
    there = columns.removesuffix("/columns")
    bob.post(f"{there}/confirm")
    bob.post(f"{there}/stop")
    page = bob.get(there).text
    assert "Import stopped" in page
    assert "What was imported until then stays" in page


def test_charlie_sees_nothing_of_bobs_import(bob: Organizer, charlie: Organizer, workers: list[dict[str, str]]) -> None:
    columns = put(bob, ROWS.encode())
    assert charlie.get(columns).status == 404
    assert charlie.post(columns, CHOSEN).status == 404
    page = check(bob, columns, workers)
    assert "What would change" in page.text
    there = columns.removesuffix("/columns")
    for path in ("", "/columns", "/errors"):
        assert charlie.get(there + path).status == 404
    for path in ("/columns", "/confirm", "/stop", "/go-on"):
        assert charlie.post(there + path, CHOSEN).status == 404
    found = import_store.find(bob.group.id, there.rpartition("/")[2])
    assert found
    assert found.state == State.CHECKED
    assert there not in charlie.get("/console/people/import").html


@pytest.mark.parametrize("wanted", ["..", "..%2F..%2Fexports", "x", "%00", "a" * 2000])
def test_made_up_ids_lead_nowhere(bob: Organizer, wanted: str) -> None:
    assert bob.get(f"/console/imports/{wanted}").status == 404
    assert bob.get(f"/console/imports/{wanted}/columns").status == 404
    assert bob.post(f"/console/imports/{wanted}/columns", CHOSEN).status == 404


def test_the_sample_file_can_be_imported(bob: Organizer, workers: list[dict[str, str]]) -> None:
    sample = bob.get("/console/people/import/sample").html.encode()
    columns = put(bob, sample)
    assert chosen(bob.get(columns)) == ["email", "given_name", "family_name", "zip_code", "language", "tags"]
