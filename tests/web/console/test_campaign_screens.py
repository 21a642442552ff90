"""Bob puts several actions under one heading and sees their sums."""

from organizers import Organizer, petition, published, saved, sign, written

from chalicelib.action_types import campaign


def test_bob_chooses_what_it_shows(bob: Organizer, charlie: Organizer) -> None:
    first, second = published(bob, petition(bob, "First")), petition(bob, "Second")
    theirs = petition(charlie, "Charlie's")
    page = written(bob, "campaign", title="Ours", **{f"shows-{first.id}": "1"})
    edit = bob.get(f"/console/actions/{page.id}/edit")
    assert "Second" in edit.text
    assert "Charlie" not in edit.text
    ticked = {f"shows-{each.id}": "1" for each in (second, first, theirs)} | {
        "title": "Ours",
        "opened": repr(page.edited),
    }
    bob.post(f"/console/actions/{page.id}/edit", ticked)
    parts = campaign.TYPE.results(saved(page))["parts"]
    assert [part.page.title for part in parts] == ["First", "Second"]


def test_its_numbers_are_the_sums_of_theirs(bob: Organizer) -> None:
    first, second = published(bob, petition(bob, "First")), published(bob, petition(bob, "Second"))
    page = published(
        bob, written(bob, "campaign", title="Ours", **{f"shows-{first.id}": "1", f"shows-{second.id}": "1"})
    )
    sign(bob, first, "Ada Lovelace", "ada@example.org")
    sign(bob, second, "Ada Lovelace", "ada@example.org")
    sign(bob, second, "Grace Hopper", "grace@example.org")
    text = bob.get(f"/console/actions/{page.id}").text
    assert "Actions 3" in text
    assert "First Petition Open 1 1 Second Petition Open 2 1" in text


def test_one_that_shows_nothing_is_not_published(bob: Organizer) -> None:
    page = written(bob, "campaign", title="Ours")
    refused = bob.post(
        f"/console/actions/{page.id}/edit", {"title": "Ours", "then": "publish", "opened": repr(page.edited)}
    )
    assert (refused.status, "Choose at least one action" in refused.text) == (422, True)


def test_thirty_actions_are_enough(bob: Organizer) -> None:
    page = written(bob, "campaign", title="Ours")
    many = {f"shows-{number:032x}": "1" for number in range(31)}
    refused = bob.post(f"/console/actions/{page.id}/edit", many | {"title": "Ours", "opened": repr(page.edited)})
    assert (refused.status, "30 actions at most" in refused.text) == (422, True)
    odd = {f"shows-{text}": "1" for text in ("", "x", "../..", "\x00")}
    assert (
        bob.post(f"/console/actions/{page.id}/edit", odd | {"title": "Ours", "opened": repr(page.edited)}).status == 303
    )
    assert bob.get(f"/console/actions/{page.id}").status == 200
