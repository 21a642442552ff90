"""Bob hands his petition over: everyone who signed is in it, nobody's address is, and Charlie gets nothing."""

import csv
import io
import re
import urllib.request

import pytest
from organizers import Answer, Organizer, everything, petition, published, sign
from pypdf import PdfReader

from chalicelib.action_types.petition import delivery
from chalicelib.actions import store
from chalicelib.actions.action_page import ActionPage
from chalicelib.people import store as people

SECRETS = ("@example.org", "555", "Main Street")


def signed(bob: Organizer, count: int, **fields: str) -> ActionPage:
    page = published(bob, petition(bob, target="The council", letter="Keep it open.", **fields))
    for number in range(count):
        more = {"phone": "+1 555 123 4567", "street": "1 Main Street", "zip_code": f"{number:05}"}
        sign(bob, page, f"=Ada {number}x", f"p{number}@example.org", comment=f"Because {number}", **more)
    return page


def asked(bob: Organizer, page: ActionPage, file: str, **fields: str) -> Answer:
    return bob.post(f"/console/actions/{page.id}/deliver", {"file": file} | fields)


def fetched(answer: Answer) -> bytes:
    """What a browser saves that is sent on by this answer."""
    assert answer.status == 303
    with urllib.request.urlopen(answer.location, timeout=5) as reply:
        assert reply.headers["content-disposition"].startswith("attachment")
        content: bytes = reply.read()
        return content


def text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages)


def names(content: bytes) -> list[str]:
    return [row["Name"] for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""))]


def test_everyone_is_in_it_and_nothing_that_reaches_them(bob: Organizer) -> None:
    page = signed(bob, 30, comments="1")
    printed = text(fetched(asked(bob, page, "pdf-1-of-1", comments="1")))
    assert sorted(re.findall(r"Ada \d+x", printed)) == sorted(f"Ada {number}x" for number in range(30))
    for words in (
        "Save the library",
        "To: The council",
        "30 people have signed.",
        "Keep it open.",
        "Because 29",
        "00029",
    ):
        assert words in printed
    assert not [secret for secret in SECRETS if secret in printed]


def test_the_spreadsheet_has_the_same_columns(bob: Organizer) -> None:
    page = signed(bob, 3, comments="1")
    content = fetched(asked(bob, page, "csv-1-of-1", comments="1")).decode("utf-8-sig")
    assert content.splitlines()[:2] == ["No.,Name,City or ZIP,Comment", "1,'=Ada 0x,00000,Because 0"]
    assert not [secret for secret in SECRETS if secret in content]


@pytest.mark.parametrize(("comments", "box"), [("", "1"), ("1", "")])
def test_comments_are_in_it_where_they_were_asked_for_and_bob_wants_them(
    bob: Organizer, comments: str, box: str
) -> None:
    page = signed(bob, 1, comments=comments)
    for file in ("pdf-1-of-1", "csv-1-of-1"):
        assert b"Because" not in fetched(asked(bob, page, file, comments=box))
    assert "Because" not in text(fetched(asked(bob, page, "pdf-1-of-1", comments=box)))


def test_the_parts_together_hold_everyone_once_whoever_signs_meanwhile(bob: Organizer) -> None:
    page = signed(bob, 40)
    found = names(fetched(asked(bob, page, "csv-1-of-3")))
    for number in range(40, 60):
        sign(bob, page, f"Late {number}x", f"p{number}@example.org")
    for part in ("csv-2-of-3", "csv-3-of-3"):
        found += names(fetched(asked(bob, page, part)))
    first = [name for name in found if "Ada" in name]
    assert sorted(first) == sorted(f"'=Ada {number}x" for number in range(40))
    assert len(found) == len(set(found))


@pytest.mark.parametrize("of", [1, 2, 3, 7, 4096])
def test_parts_leave_no_gap(of: int) -> None:
    ends = [delivery._end(number, of) for number in range(of + 1)]
    assert (ends[0], ends[-1]) == ("", "f" * 32)
    assert ends == sorted(set(ends))


def test_too_much_for_one_file_is_offered_in_more_parts(bob: Organizer, monkeypatch: pytest.MonkeyPatch) -> None:
    page = signed(bob, 20)
    monkeypatch.setattr(delivery, "_MOST_SIGNATURES", 19)
    answer = asked(bob, page, "pdf-1-of-1")
    assert (answer.status, "Too much for one file" in answer.text) == (413, True)
    files = re.findall(r'value="(pdf-\d-of-\d)"', answer.html)
    assert files == ["pdf-1-of-2", "pdf-2-of-2"]
    assert sum(len(re.findall(r"Ada \d+x", text(fetched(asked(bob, page, file))))) for file in files) == 20


def test_the_results_lead_there_and_the_form_may_end_in_the_bucket(bob: Organizer) -> None:
    page = signed(bob, 1)
    assert f'href="/console/actions/{page.id}/deliver"' in bob.get(f"/console/actions/{page.id}").html
    answer = bob.get(f"/console/actions/{page.id}/deliver")
    where = asked(bob, page, "pdf-1-of-1").location
    assert f"form-action 'self' {'/'.join(where.split('/')[:3])};" in answer.headers["content-security-policy"]


def test_whoever_was_deleted_is_not_handed_over(bob: Organizer) -> None:
    page = signed(bob, 2)
    [first, _] = store.each_of_page(page.id)
    people.forget(bob.group.id, first.person)
    assert len(names(fetched(asked(bob, page, "csv-1-of-1")))) == 1


def test_an_email_address_for_a_name_is_not_handed_over(bob: Organizer) -> None:
    page = published(bob, petition(bob))
    sign(bob, page, "ada@example.org", "ada@example.org")
    assert names(fetched(asked(bob, page, "csv-1-of-1"))) == ["Name not given"]


@pytest.mark.parametrize("file", ["", "pdf", "exe-1-of-1", "pdf-0-of-1", "pdf-3-of-2", "pdf-1-of-99999", "csv-١-of-1"])
def test_what_is_no_file_of_ours(bob: Organizer, file: str) -> None:
    assert asked(bob, signed(bob, 1), file).status == 404


def test_charlie_and_strangers_get_nothing(bob: Organizer, charlie: Organizer) -> None:
    page = signed(bob, 1)
    assert asked(charlie, page, "pdf-1-of-1").status == 404
    assert charlie.get(f"/console/actions/{page.id}/deliver").status == 404
    # The emulator lets everybody read everything; S3 asks for this.
    where = asked(bob, page, "pdf-1-of-1").location
    assert "X-Amz-Signature=" in where
    assert "X-Amz-Expires=600&" in where


def test_looking_changes_nothing(bob: Organizer) -> None:
    page = signed(bob, 1)
    before = everything()
    bob.get(f"/console/actions/{page.id}/deliver")
    assert everything() == before
