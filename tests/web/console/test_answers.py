"""What Bob is shown of the answers to his questions, and what he is given of them."""

import csv
import io

from organizers import Organizer, petition, published, saved, sign, written

from chalicelib import clock
from chalicelib.actions.question import tally
from chalicelib.network import store as network

ASKED = {
    "title": "How often?",
    "question-0-label": "How often?",
    "question-0-type": "single",
    "question-0-choices": "Dayly\nNever",
}


def test_answers_chosen_before_their_words_were_mended_stay_counted(bob: Organizer) -> None:
    page = published(bob, written(bob, "survey", **ASKED))
    [question] = page.questions
    for name, said in (("Ada", "Dayly"), ("Grace", "Dayly"), ("José", "Never")):
        counted = tally(page.questions, {question.id: said})
        sign(bob, page, name, f"{name}@example.org", answers={question.id: said}, tally=counted)  # type: ignore[arg-type]
    mended = ASKED | {"question-0-id": question.id, "question-0-choices": "Daily\nNever"}
    assert bob.post(f"/console/actions/{page.id}/edit", mended | {"opened": repr(saved(page).edited)}).status == 303
    text = bob.get(f"/console/actions/{page.id}").text
    assert "3 answers Daily 0 Never 1 No longer offered 2" in text.replace("How often? ", "")


def exported(bob: Organizer, page: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(bob.get(f"/console/actions/{page}/export").html[1:], newline="")))


def test_comments_are_in_the_file_when_nobody_is_asked_for_them_any_more(bob: Organizer) -> None:
    page = published(bob, petition(bob, comments="1"))
    sign(bob, page, "Ada Lovelace", "ada@example.org", comment="I read there")
    typed = {"title": page.title, "opened": repr(saved(page).edited)}
    assert bob.post(f"/console/actions/{page.id}/edit", typed).status == 303
    assert [row["Your comment (removed)"] for row in exported(bob, page.id)] == ["I read there"]
    never = published(bob, petition(bob))
    sign(bob, never, "Ada Lovelace", "ada@example.org")
    assert "comment" not in "".join(exported(bob, never.id)[0]).lower()


def test_whose_list_was_joined_is_in_the_file_when_they_are_no_sponsor_any_more(bob: Organizer) -> None:
    union = network.create_group(f"u{clock.new_id()}", "Workers' Union")
    assert union
    page = published(bob, petition(bob))
    sign(bob, page, "Ada Lovelace", "ada@example.org", joins=(bob.group.id, union.id))
    assert [row["joined_lists"] for row in exported(bob, page.id)] == ["Friends of the Library; Workers' Union"]
