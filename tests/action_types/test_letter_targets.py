"""Bob's lists of those who decide: any file that people have is read, and a ZIP code leads to the right ones."""

import csv
import io
import time
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.action_types.letter import columns, find_targets, list_file, store, target, upload
from chalicelib.action_types.letter.columns import PLACES, TARGETS
from chalicelib.action_types.letter.list_file import Look
from chalicelib.action_types.letter.target import EVERYWHERE, Target, find
from chalicelib.actions.submission import Problem
from chalicelib.network import store as network

HERE = Path(__file__).parent
LEGISLATORS = (HERE / "legislators.csv").read_bytes()
DISTRICTS = (HERE / "zip-districts.csv").read_bytes()


def read(text, kind=TARGETS):
    content = text.encode() if isinstance(text, str) else text
    seen = list_file.look(content, kind)
    assert isinstance(seen, Look), seen
    reader = list_file.read_targets if kind is TARGETS else list_file.read_places
    return reader(content, seen, seen.meanings)


def people(found):
    return {each.name for each in found.everyone.values()}


@pytest.fixture
def group(aws):
    return network.create_group(f"g{clock.new_id()}", "Friends of the Library")


@pytest.fixture
def listed(group):
    """A list of Bob's with these files."""

    def make(targets=LEGISLATORS, places=b""):
        made = upload.begin(group.id, "Congress")
        for kind, content in ((TARGETS, targets), (PLACES, places)):
            if content:
                upload.keep(made, kind, content)
                done = upload.take(made, kind, upload.look(made, kind).meanings)
                assert isinstance(done, store.TargetList), done
                made = done
        return made

    return make


def names_at(target_list, zip_code, place=""):
    return {each.name for each in find_targets.at(target_list, zip_code).at(place) or ()}


# The file


@pytest.mark.parametrize(
    ("heading", "meanings"),
    [
        ("Name,Email", ["name", "email"]),
        ("Full Name;E-mail;Party", ["name", "email", "party"]),
        ("first_name,last_name,email address", ["given_name", "family_name", "email"]),
        ("Nombre,Correo electrónico,Cargo,Código postal", ["name", "email", "title", "zip_codes"]),
        ("Name,Chamber,State,CD", ["name", "title", "state", "district"]),
        ("What,Ever", ["", ""]),
    ],
)
def test_columns_are_known_by_their_headings(heading, meanings):
    sign = ";" if ";" in heading else ","
    row = sign.join("x" for _ in meanings)
    assert list_file.look(f"{heading}\n{row}\n".encode(), TARGETS).meanings == meanings


def test_the_two_american_files_are_read_as_they_are():
    targets, places = read(LEGISLATORS), read(DISTRICTS, PLACES)
    assert (len(targets.everyone), targets.left_out) == (7, 0)
    assert 'Barbara "Barb" Liskov' in people(targets)
    assert (len(places.by_zip), places.left_out) == (9, 0)
    assert places.by_zip["02139"] == ["MA/5", "MA/7"]


@pytest.mark.parametrize(
    "content",
    [
        "name,email\nJosé Núñez,jose@example.gov\n".encode("utf-8-sig"),
        "name;email\nJosé Núñez;jose@example.gov\n".encode("cp1252"),
        "name\temail\r\nJosé Núñez\tjose@example.gov\r\n".encode("utf-16"),
        'sep=;\r\n"name";"email"\r\n"José Núñez";"jose@example.gov"\r\n'.encode(),
        '\n\nname,email\n\n"José\n Núñez",JOSE@example.gov\n,,\n'.encode(),
    ],
)
def test_a_file_may_come_from_any_program(content):
    found = read(content)
    [only] = found.everyone.values()
    assert (only.name, only.email) == ("José Núñez", "jose@example.gov")


def test_rows_that_name_nobody_are_told_by_line():
    found = read("name,email\nAda,ada@example.gov\n,bob@example.gov\nEve,not an address\n" + "x" * 121 + ",\n")
    assert people(found) == {"Ada"}
    assert [(left.line, left.why) for left in found.left] == [
        (3, "There is no name."),
        (4, "The email address is not one."),
        (5, "Name is longer than anybody's."),
    ]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04[Content_Types].xml", b"\x89PNG\r\n\x1a\n\0\0\0\0", b"\0" * 50])
def test_what_is_no_list_is_said_in_words(content):
    assert isinstance(list_file.look(content, TARGETS), str)


@given(content=st.binary(max_size=400), kind=st.sampled_from([TARGETS, PLACES]))
def test_no_file_breaks_the_reader(content, kind):
    seen = list_file.look(content, kind)
    if isinstance(seen, Look):
        read(content, kind)


@given(rows=st.lists(st.tuples(*[st.text(max_size=30)] * 5), max_size=8))
def test_whatever_stands_in_cells_stays_plain_text(rows):
    out = io.StringIO()
    csv.writer(out).writerows([("name", "email", "title", "state", "zip"), *rows])
    content = out.getvalue().encode("utf-8", "replace")
    seen = list_file.look(content, TARGETS)
    if isinstance(seen, Look):
        for each in list_file.read_targets(content, seen, seen.meanings).everyone.values():
            assert all(text.isprintable() for text in (each.name, each.title, each.state, each.email))
            assert len(each.name) <= 120


def test_a_hundred_thousand_rows_take_seconds_and_little_memory():
    rows = "".join(f"06,CA,{number:05d},{number % 52}\n" for number in range(100_000))
    content = ("state_fips,state_abbr,zcta,cd\n" + rows).encode()
    tracemalloc.start()
    before = time.process_time()
    found = read(content, PLACES)
    seconds, (_, peak) = time.process_time() - before, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(found.by_zip) == 100_000
    assert seconds < 20
    assert peak < 150_000_000


# The place


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("02139", "02139"),
        ("2139", "02139"),
        (" 02139-1234 ", "02139"),
        ("021391234", "02139"),
        ("sw1a 1aa", "SW1A1AA"),
        ("", ""),
        ("١٢٣٤٥", "١٢٣٤٥"),
    ],
)
def test_a_zip_code_has_one_spelling(typed, code):
    assert target.zip_code(typed) == code


@pytest.mark.parametrize(
    ("typed", "district"), [("5", "5"), ("05", "5"), ("00", "0"), ("At-Large", "0"), ("ward  a", "WARD A")]
)
def test_a_district_has_one_spelling(typed, district):
    assert target.district(typed) == district


_STATE, _DISTRICT = st.sampled_from(["", "MA", "GA"]), st.sampled_from(["", "0", "5", "7"])
_TARGETS = st.lists(st.tuples(_STATE, _DISTRICT, st.lists(st.sampled_from(["02139", "31701"]), max_size=2)), max_size=8)


def fits(state, district, zips, code, place):
    """The rule itself, in other words."""
    if zips:
        return code in zips
    there_state, _, there_district = place.partition("/")
    if district:
        return district == there_district and (state == there_state or not state or not there_state)
    return state == there_state if state else True


@given(told=_TARGETS, place=st.sampled_from(["MA/5", "GA/", "/7", "MA/0"]), code=st.sampled_from(["02139", "99999"]))
def test_whoever_decides_at_a_place_is_found_and_nobody_else(told, place, code):
    by_key: dict[str, list[Target]] = {}
    for number, (state, district, zips) in enumerate(told):
        each = Target(id=str(number), name=str(number), state=state, district=district)
        for key in target.keys_of(each, zips):
            by_key.setdefault(key, []).append(each)
    asked = {key: by_key[key] for key in target.keys_for(code, [place]) if key in by_key}
    found = {each.id for each in find(code, [place], asked).always}
    assert found == {str(number) for number, one in enumerate(told) if fits(*one, code, place)}


def test_a_place_is_asked_for_only_where_it_makes_a_difference():
    same = Target(id="1", name="Both", state="MA")
    other = Target(id="2", name="One", state="MA", district="5")
    found = find("02139", ["MA/5", "MA/7"], {"state:MA": [same], "district:MA/5": [other]})
    assert (found.always, found.by_place) == ([same], {"MA/5": [other], "MA/7": []})
    assert found.at("") is None
    assert found.at("GA/1") is None
    assert find("02139", ["MA/5", "MA/7"], {"state:MA": [same]}).at("") == [same]


def test_nobody_writes_to_a_thousand_at_once():
    crowd = [Target(id=str(number), name="x") for number in range(1000)]
    assert len(find("1", [], {EVERYWHERE: crowd}).always) == target.MOST_AT_ONCE


# The store


def test_a_zip_code_leads_to_those_who_decide_there(listed):
    made = listed(places=DISTRICTS)
    assert (made.size, made.with_email, made.zip_codes, made.needs_places) == (7, 0, 9, False)
    assert made.parties == ("Democrat", "Independent", "Republican")
    senators = {"Grace Hopper", "Alan Turing"}
    assert names_at(made, "02138-0001") == senators | {"Edsger W. Dijkstra, Jr."}
    assert names_at(made, "31703") == {"Emmy Noether"}
    assert names_at(made, "82001") == {"Donald Knuth"}
    assert names_at(made, "20001") == names_at(made, "99999") == names_at(made, "") == set()


def test_a_zip_code_of_two_districts_asks_which(listed):
    found = find_targets.at(made := listed(places=DISTRICTS), "02139")
    assert {each.name for each in found.always} == {"Grace Hopper", "Alan Turing"}
    assert {place: [each.name for each in there] for place, there in found.by_place.items()} == {
        "MA/5": ["Edsger W. Dijkstra, Jr."],
        "MA/7": ['Barbara "Barb" Liskov'],
    }
    assert names_at(made, "02139", "MA/7") == {"Grace Hopper", "Alan Turing", 'Barbara "Barb" Liskov'}


def test_targets_without_a_place_decide_for_everyone_and_zip_codes_need_no_other_file(listed):
    made = listed(b'name,email,zips\nMayor,mayor@example.gov,\nWard One,one@example.gov,"02139, 02140 2141"\n')
    assert (made.placed, made.with_email) == (2, 2)
    assert names_at(made, "") == {"Mayor"}
    assert names_at(made, "02141") == names_at(made, "02140") == {"Mayor", "Ward One"}


def test_a_new_file_takes_the_place_of_the_one_before(listed, group):
    made = listed(places=DISTRICTS)
    upload.keep(made, TARGETS, b"name,state\nNew Senator,MA\n")
    upload.take(made, TARGETS, ["name", "state"])
    now = store.find(group.id, made.id)
    assert names_at(now, "02139") == {"New Senator"}
    assert names_at(made, "82001") == {"Donald Knuth"}, "whoever had read the row before still finds the old file"


@pytest.mark.parametrize(
    ("kind", "content", "meanings", "problem"),
    [
        (TARGETS, b"a,b\nc,d\n", ["", "email"], Problem("columns", "missing")),
        (PLACES, b"zip,b\n02139,d\n", ["zip_code", ""], Problem("columns", "missing")),
        (TARGETS, b"name,email\n,x\n", ["name", "email"], Problem("file", "nobody")),
        (PLACES, b"zip,state\n,\n-,\n", ["zip_code", "state"], Problem("file", "nowhere")),
        (TARGETS, b"%PDF-1.4", ["name"], Problem("file", "unreadable")),
        (TARGETS, b"name\nx\n", ["name", "email"], Problem("file", "unreadable")),
    ],
)
def test_a_file_that_will_not_do_changes_nothing(listed, group, kind, content, meanings, problem):
    made = listed()
    upload.keep(made, kind, content)
    assert upload.take(made, kind, meanings) == problem
    assert store.find(group.id, made.id) == made


def test_a_list_is_its_own_groups(listed):
    made, other = listed(), network.create_group(f"g{clock.new_id()}", "Another group")
    assert store.find(other.id, made.id) is None
    assert store.lists_of(other.id) == []
    assert store.change(other.id, made.id, name="Mine") is None


def test_what_is_missing_is_said_in_words():
    assert columns.missing(PLACES, ["", ""]) == [
        "A column with ZIP codes",
        "A column with districts, or one with states",
    ]
    assert columns.missing(TARGETS, ["family_name"]) == []
