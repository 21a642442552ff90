"""Bob brings together who needs help and who can give it; nobody else sees any of it."""

import re

import pytest
from organizers import Browser, Organizer, published, saved, sign, written

from chalicelib.action_types.aid import store
from chalicelib.actions.action_page import ActionPage
from chalicelib.people.person import Person

NEEDS = {
    "needs": "Food\nTransport",
    "gives": "",
    "zip_code": "02139",
    "when": "Mornings",
    "note": "Two <b>children</b>",
}
GIVES = {"needs": "", "gives": "Food", "zip_code": "02140", "when": "", "note": ""}


def reply(bob: Organizer, page: ActionPage, name: str, own: dict[str, str]) -> Person:
    return sign(bob, page, name, f"{name.split(maxsplit=1)[0].lower()}@example.org", own=own)  # type: ignore[arg-type]


@pytest.fixture
def page(bob: Organizer) -> ActionPage:
    return published(bob, written(bob, "aid", title="After the flood"))


def matched(page: ActionPage) -> dict[str, tuple[str, bool]]:
    return {need: (match.give, match.done) for need, match in store.matches_of(page.id).items()}


def test_who_needs_help_is_shown_with_who_fits(bob: Organizer, page: ActionPage) -> None:
    reply(bob, page, "Ada Lovelace", NEEDS)
    reply(bob, page, "Grace Hopper", GIVES)
    answer = bob.get(f"/console/actions/{page.id}")
    assert "Ada Lovelace needs Food, Transport" in answer.text
    assert re.search(r"Grace Hopper Food \d km away", answer.text)
    assert "Two <b>children</b>" not in answer.html


def test_bringing_together_helping_and_taking_it_back(bob: Organizer, page: ActionPage) -> None:
    ada, grace = reply(bob, page, "Ada Lovelace", NEEDS), reply(bob, page, "Grace Hopper", GIVES)
    at = f"/console/actions/{page.id}"
    for _ in range(2):
        assert bob.post(f"{at}/match", {"need": ada.id, "give": grace.id}).location.endswith("done=matched")
    assert matched(page) == {ada.id: (grace.id, False)}
    assert "Nobody waits for help." in bob.get(at).text
    pair = {"need": ada.id, "give": grace.id}
    assert bob.get(at).html.count(f'name="give" value="{grace.id}"') == 2
    bob.post(f"{at}/part", pair)
    assert matched(page) == {}
    bob.post(f"{at}/match", pair)
    bob.post(f"{at}/helped", pair)
    assert matched(page) == {ada.id: (grace.id, True)}
    bob.post(f"{at}/match", pair)
    assert matched(page) == {ada.id: (grace.id, True)}


@pytest.mark.parametrize("late", ["helped", "part"])
def test_a_button_on_an_old_screen_is_about_the_pair_that_stood_there(
    bob: Organizer, page: ActionPage, late: str
) -> None:
    ada, grace = reply(bob, page, "Ada Lovelace", NEEDS), reply(bob, page, "Grace Hopper", GIVES)
    other = reply(bob, page, "José Núñez", GIVES)
    at = f"/console/actions/{page.id}"
    for step, give in (("match", grace), ("part", grace), ("match", other)):
        bob.post(f"{at}/{step}", {"need": ada.id, "give": give.id})
    assert bob.post(f"{at}/{late}", {"need": ada.id, "give": grace.id}).location.endswith("done=not-changed")
    assert matched(page) == {ada.id: (other.id, False)}


def test_of_two_organizers_the_second_is_told(bob: Organizer, page: ActionPage) -> None:
    ada, grace = reply(bob, page, "Ada Lovelace", NEEDS), reply(bob, page, "Grace Hopper", GIVES)
    other = reply(bob, page, "José Núñez", GIVES)
    at = f"/console/actions/{page.id}/match"
    bob.post(at, {"need": ada.id, "give": grace.id})
    assert bob.post(at, {"need": ada.id, "give": other.id}).location.endswith("done=not-changed")
    assert matched(page) == {ada.id: (grace.id, False)}


def test_only_people_who_replied_here_are_brought_together(
    bob: Organizer, charlie: Organizer, page: ActionPage
) -> None:
    ada = reply(bob, page, "Ada Lovelace", NEEDS)
    theirs = published(charlie, written(charlie, "aid", title="Elsewhere"))
    stranger = reply(charlie, theirs, "Grace Hopper", GIVES)
    at = f"/console/actions/{page.id}/match"
    for give in (stranger.id, ada.id, "", "x", "0" * 32):
        assert bob.post(at, {"need": ada.id, "give": give}).status == 404
    for path in ("match", "helped", "part"):
        assert charlie.post(f"/console/actions/{page.id}/{path}", {"need": ada.id, "give": stranger.id}).status == 404
    assert matched(page) == {}


def test_bob_names_the_kinds_of_help(bob: Organizer, visitor: Browser) -> None:
    made = published(bob, written(bob, "aid", title="Winter", kinds="Firewood\r\n\r\nSoup\nSoup"))
    assert list(saved(made).own["kinds"]) == ["Firewood", "Soup"]
    text = visitor.get(f"/{bob.group.slug}/{made.slug}").text
    assert "Firewood" in text
    assert "Childcare" not in text
    assert "Only the organizers of Friends of the Library see" in text


@pytest.mark.parametrize(
    ("kinds", "words"),
    [
        (" \n", "at least one kind"),
        ("\n".join(map(str, range(21))), "20 kinds at most"),
        ("x" * 61, "20 kinds at most"),
    ],
)
def test_what_is_wrong_with_kinds(bob: Organizer, page: ActionPage, kinds: str, words: str) -> None:
    typed = {"title": "x", "kinds": kinds, "opened": repr(page.edited)}
    answer = bob.post(f"/console/actions/{page.id}/edit", typed)
    assert (answer.status, words in answer.text) == (422, True)
