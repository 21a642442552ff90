"""What Bob is shown of the answers to his questions, and what he is given of them."""

from organizers import Organizer, published, saved, sign, written

from chalicelib.actions.question import tally

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
