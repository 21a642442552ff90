"""Bob has gifts of elsewhere counted: from files of past years, and through ActBlue. Charlie sees none of it."""

import csv
import io
import re
from base64 import b64encode
from typing import Any

import pytest
from organizers import Answer, Organizer, given, known

from chalicelib import clock, files, lambdas
from chalicelib.giving import outside_store, recurring_store, statement
from chalicelib.giving.actblue import access, record, told
from chalicelib.giving.donation import Donation, Donor, State
from chalicelib.network import store as network
from chalicelib.people import import_file, import_people, import_store
from chalicelib.people.import_store import Kind

CONTENT = (
    "Email;Amount;Date;Frequency;Donor\n"
    "ada@example.org;$1,000.00;25/3/2024;;\"=cmd|' /C calc'!A0 Lovelace\"\n"
    "grace@example.org;5;13/4/2024;monthly;Grace Hopper\n"
    "nobody;5;3/4/2024;;\n"
    "josé@example.com;-5;3/4/2024;;\n"
)
COLUMNS = {f"column-{place}": name for place, name in enumerate(("email", "amount", "date", "often", "name"))}
CHOSEN = COLUMNS | {"currency": "USD", "days": "day", "tag": "past"}


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


def put(organizer: Organizer, content: str = CONTENT) -> str:
    """A file that was uploaded; the address of its columns."""
    wanted = clock.new_id()
    files.put(import_file.key(organizer.group.id, wanted), content.encode())
    return f"/console/giving/past/{wanted}/columns"


def check(organizer: Organizer, workers: list[dict[str, str]], columns: str) -> Answer:
    answer = organizer.post(columns, CHOSEN)
    assert answer.status == 303
    work(workers)
    return organizer.get(answer.location)


def confirm(organizer: Organizer, workers: list[dict[str, str]], columns: str) -> Answer:
    check(organizer, workers, columns)
    started = organizer.post(columns.replace("giving/past", "imports").replace("columns", "confirm"))
    assert "done=imported" in started.location
    moved_on = organizer.get(started.location).location
    work(workers)
    return organizer.get(moved_on)


def elsewhere(organizer: Organizer, **more: Any) -> Donation:
    now = clock.now()
    usual = {"id": clock.new_id(), "origin": "actblue", "reference": "AB1/2", "title": "spring", "amount": 4200}
    gift = Donation(
        group=organizer.group.id,
        page="",
        person="a" * 32,
        currency="USD",
        at=now,
        given_at=now,
        state=State.GIVEN,
        donor=Donor(email="ada@example.org"),
        **usual | more,  # type: ignore[arg-type]
    )
    assert outside_store.add(gift)
    return gift


def test_bob_uploads_past_gifts_from_the_file_to_the_sum(bob: Organizer, workers: list[dict[str, str]]) -> None:
    assert "What the file needs" in bob.get("/console/giving/past").text
    columns = put(bob)
    page = bob.get(columns)
    assert re.findall(r'<option value="(\w*)" selected>', page.html) == [*COLUMNS.values(), "USD", "day"]
    checked = check(bob, workers, columns)
    assert "New gifts 2" in checked.text
    assert "Line 4: This is not an email address." in checked.text
    assert "Line 5: This is not an email address." in checked.text
    assert "2 of the donors are new to you" in checked.text
    assert "Raised" not in bob.get("/console/giving").text
    done = confirm(bob, workers, put(bob))
    assert "Finished" in done.text
    giving = bob.get("/console/giving").text
    assert "Raised $1,005" in giving
    assert "Others who took it Gifts Raised Uploaded 2 $1,005" in giving
    grace = known(bob, "grace@example.org")
    assert grace
    assert (grace.subscription, grace.tags) == ("outside", {"past"})
    assert "Uploaded" in bob.get(f"/console/people/{grace.id}").text
    assert "Waits for you" in bob.get("/console/giving/past").text


def test_what_was_uploaded_comes_out_as_text_that_no_spreadsheet_runs(
    bob: Organizer, workers: list[dict[str, str]]
) -> None:
    confirm(bob, workers, put(bob))
    rows = list(csv.DictReader(io.StringIO(bob.get("/console/giving/gifts.csv").html.lstrip("\ufeff"))))
    assert {row["origin"] for row in rows} == {"upload"}
    assert "'=cmd|' /C calc'!A0" in {row["given_name"] for row in rows}
    assert bob.get("/console/giving/fec.csv").html.count("\r\n") == 1


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"column-1": ""}, "Say which columns hold"),
        ({"column-0": "subscription"}, "Say which columns hold"),
        ({"column-4": "often"}, "Two columns are said to hold the same"),
        ({"currency": "BTC"}, "Choose a currency"),
        ({"tag": "x" * 65}, "The tag is longer than 64 letters"),
    ],
)
def test_nothing_begins_before_the_form_is_right(
    bob: Organizer, workers: list[dict[str, str]], fields: dict[str, str], words: str
) -> None:
    answer = bob.post(put(bob), CHOSEN | fields)
    assert answer.status == 422
    assert words in answer.text
    assert import_store.imports_of(bob.group.id, Kind.GIFTS) == []


def test_what_cannot_be_read_is_said_at_once(bob: Organizer) -> None:
    answer = bob.get(put(bob, "PK\x03\x04[Content_Types].xml"))
    assert answer.status == 422
    assert "This is an Excel workbook" in answer.text


def test_the_sample_can_be_uploaded(bob: Organizer, workers: list[dict[str, str]]) -> None:
    page = bob.get(put(bob, bob.get("/console/giving/past/sample").html))
    chosen = re.findall(r'<option value="(\w*)" selected>', page.html)
    assert chosen[:-2] == ["email", "amount", "date", "currency", "often", "source", "reference", "name"]


def test_a_file_of_people_is_no_file_of_gifts(bob: Organizer, workers: list[dict[str, str]]) -> None:
    columns = put(bob)
    check(bob, workers, columns)
    as_people = columns.replace("giving/past", "imports")
    assert bob.get(as_people).status == 404
    assert bob.post(as_people, {"column-0": "email", "agreed": "yes"}).status == 404
    assert import_store.imports_of(bob.group.id) == []
    assert known(bob, "ada@example.org") is None


def test_charlie_sees_nothing_of_bobs_upload(bob: Organizer, charlie: Organizer, workers: list[dict[str, str]]) -> None:
    columns = put(bob)
    assert charlie.get(columns).status == 404
    check(bob, workers, columns)
    there = columns.removesuffix("/columns")
    for path in (there, columns, there.replace("giving/past", "imports") + "/errors"):
        assert charlie.get(path).status == 404
    assert charlie.post(columns, CHOSEN).status == 404
    assert charlie.post(columns.replace("giving/past", "imports").replace("columns", "confirm")).status == 404
    assert there not in charlie.get("/console/giving/past").html


def test_a_gift_through_actblue_is_shown_and_not_given_back_here(bob: Organizer) -> None:
    gift = elsewhere(bob)
    page = bob.get(f"/console/giving/gifts/{gift.person}/{gift.id}")
    assert "Taken by ActBlue" in page.text
    assert "AB1/2" in page.text
    assert "Give back" not in page.text
    assert "Their own page" not in page.text
    refused = bob.post(f"/console/giving/gifts/{gift.person}/{gift.id}/refund", {"amount": "42"})
    assert "done=not-given-back" in refused.location
    assert "ActBlue 1 $42" in bob.get("/console/giving").text


def test_whoever_else_took_a_gift_writes_the_statement_of_it(bob: Organizer) -> None:
    ours, theirs = given(bob), elsewhere(bob)
    [year] = statement.years([ours], "UTC")
    assert statement.years([theirs], "UTC") == []
    stated = statement.of_year([ours, theirs], year, "UTC")
    assert stated
    assert list(stated.gifts) == [ours]


def test_bob_sets_actblue_up_and_sees_the_password_once(bob: Organizer) -> None:
    here = "/console/giving/actblue"
    assert "Make a password to begin" in bob.get(here).text
    made = bob.post(f"{here}/password")
    password = re.findall(r'id="password">([^<]+)<', made.html)[0]
    address = re.findall(r"http[^<]+/hooks/actblue/[^<]+/contributions", made.html)[0]
    assert bob.group.id in address
    assert password not in bob.get(here).html
    header = f"Basic {b64encode(f'muster:{password}'.encode()).decode()}"
    assert access.admits(bob.group.id, header)
    assert "done=actblue-off" in bob.post(f"{here}/off").location
    assert access.admits(bob.group.id, header) is None


@pytest.mark.parametrize("typed", ["abc", "C1", "12345, DROP TABLE", "1" * 20, ",".join(map(str, range(60)))])
def test_committees_are_numbers(bob: Organizer, typed: str) -> None:
    answer = bob.post("/console/giving/actblue", {"committees": typed})
    assert answer.status == 422
    assert "Write numbers like 12345" in answer.text


def test_choices_are_kept_and_the_password_with_them(bob: Organizer) -> None:
    bob.post("/console/giving/actblue/password")
    bob.post("/console/giving/actblue", {"committees": "12345 c00401224, 12345", "joins": "1"})
    group = network.find_group(bob.group.id, consistent=True)
    assert group
    now = access.of(group)
    assert (now.committees, now.joins, now.is_open) == (("12345", "C00401224"), True, True)
    assert 'value="12345, C00401224"' in bob.get("/console/giving/actblue").html


def test_a_recurring_gift_of_actblues_is_not_changed_here(bob: Organizer) -> None:
    item = told.Item(id="1", amount=1000, paid_at=clock.now(), committee=("7",))
    order = told.Order(
        group=bob.group.id,
        kind=told.Kind.CONTRIBUTIONS,
        number="AB1",
        at=clock.now(),
        donor=Donor(email="ada@example.org", given_name="Ada"),
        items=(item,),
        often=told.Often.MONTHLY,
        title="spring",
    )
    record.record(order)
    ada = known(bob, "ada@example.org")
    assert ada
    [series] = recurring_store.of_person(ada.id)
    listed = bob.get("/console/giving/recurring")
    assert f"/console/people/{ada.id}" in listed.html
    gift = bob.get(f"/console/people/{ada.id}").html
    [(person, donation)] = set(re.findall(r"/console/giving/gifts/(\w+)/(\w+)", gift))
    page = bob.get(f"/console/giving/gifts/{person}/{donation}")
    assert "changed and ended where it was begun" in page.text
    assert bob.post(f"/console/giving/gifts/{person}/{donation}/change", {"do": "cancel"}).status == 404
    assert recurring_store.of_person(ada.id) == [series]


def test_charlie_sees_nothing_of_bobs_gifts_from_elsewhere(bob: Organizer, charlie: Organizer) -> None:
    gift = elsewhere(bob)
    assert charlie.get(f"/console/giving/gifts/{gift.person}/{gift.id}").status == 404
