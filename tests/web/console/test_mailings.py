"""Bob writes to his people; Charlie sees none of it."""

import re
from typing import Any

import pytest
from organizers import Organizer
from written import BODY, at, draft, now, seen

from chalicelib.mailings import conduct, outbox, write_mailing
from chalicelib.mailings.mailing import Mailing
from chalicelib.network import budget

POSTS = ["write", "autosave", "audience", "count", "test", "send", "schedule", "undo", "pause", "resume", "stop"]
POSTS += ["duplicate"]
PLACES = ["", "/write", "/audience", "/preview", "/review", "/progress", "/outcome/sent"]


# The list


def test_a_group_that_has_written_nothing_is_told_how_to_begin(bob: Organizer) -> None:
    assert "Nothing written yet" in bob.get("/console/mailings").text


def test_writing_a_mailing_begins_with_a_draft_of_ones_own(bob: Organizer) -> None:
    answer = bob.post("/console/mailings")
    assert answer.status == 303
    assert re.fullmatch(r"/console/mailings/[0-9a-f]{32}/write", answer.location)
    assert "New mailing" in bob.get(answer.location).text
    assert "No subject yet Draft" in " ".join(bob.get("/console/mailings").text.replace("just now", "").split())


def test_the_list_goes_on_page_by_page(bob: Organizer) -> None:
    for number in range(28):
        draft(bob, f"Mailing {number}")
    first = bob.get("/console/mailings")
    older = re.search(r"/console/mailings\?before=[0-9a-f]{32}", first.html)
    assert older
    subjects = re.findall(r">(Mailing \d+)<", first.html + bob.get(older[0]).html)
    assert subjects == [f"Mailing {number}" for number in reversed(range(28))]


# Writing


def test_what_bob_writes_is_kept(bob: Organizer, mailing: Mailing) -> None:
    words = {"subject": "New", "preheader": "Soon", "body": "<p>Hello <script>x</script></p>", "then": "people"}
    assert bob.post(at(mailing, "/write"), words).location == at(mailing, "/audience")
    kept = now(mailing)
    assert (kept.subject, kept.preheader, kept.body) == ("New", "Soon", "<p>Hello </p>")


def test_without_scripts_plain_lines_become_paragraphs(bob: Organizer, mailing: Mailing) -> None:
    bob.post(at(mailing, "/write"), {"subject": "New", "body": "One\r\n\r\nTwo"})
    assert now(mailing).body == "<p>One</p>\n<p>Two</p>"


def test_autosave_says_that_it_saved(bob: Organizer, mailing: Mailing) -> None:
    answer = bob.post(at(mailing, "/autosave"), {"subject": "Newer", "body": BODY})
    assert answer.status == 200
    assert answer.text.startswith("Saved, ")
    assert now(mailing).subject == "Newer"


def test_a_long_text_is_kept_whole(bob: Organizer, mailing: Mailing) -> None:
    body = f"<p>{'ñ' * 60_000}</p>"
    assert bob.post(at(mailing, "/autosave"), {"subject": "Long", "body": body}).status == 200
    assert now(mailing).body == body


@pytest.mark.parametrize("place", ["/write", "/autosave"])
def test_a_save_that_comes_too_late_says_so_and_loses_nothing(bob: Organizer, mailing: Mailing, place: str) -> None:
    conduct.send_now(bob.group.id, mailing.id)
    answer = bob.post(at(mailing, place), {"subject": "Too late", "body": "<p>My long text</p>"})
    assert answer.status == 409
    assert "no draft any more" in answer.text
    assert now(mailing).subject == "The vote"
    if place == "/write":
        assert "My long text" in answer.text
    copy = bob.post("/console/mailings", {"subject": "Too late", "body": "<p>My long text</p>"})
    assert "My long text" in bob.get(copy.location).text


def opened(bob: Organizer, mailing: Mailing) -> str:
    """What the editor, opened now, knows the words by."""
    found = re.search(r'name="seen" value="(\w+)"', bob.get(at(mailing, "/write")).html)
    assert found
    return found[1]


@pytest.mark.parametrize("place", ["/write", "/autosave"])
def test_two_who_write_at_once_do_not_undo_each_other(bob: Organizer, mailing: Mailing, place: str) -> None:
    seen_by_both = opened(bob, mailing)
    assert bob.post(at(mailing, "/autosave"), {"subject": "Theirs", "body": BODY, "seen": seen_by_both}).status == 200
    mine = {"subject": "Mine", "body": "<p>My long text</p>", "seen": seen_by_both}
    answer = bob.post(at(mailing, place), mine)
    assert answer.status == 409
    assert "somebody else has changed this mailing" in answer.text
    assert now(mailing).subject == "Theirs"
    if place == "/write":
        assert "My long text" in answer.text
    assert bob.post(at(mailing, "/write"), mine | {"over": "yes"}).status == 303
    assert now(mailing).subject == "Mine"


@pytest.mark.parametrize("place", ["/write", "/autosave"])
def test_two_who_save_in_the_same_instant_do_not_undo_each_other(
    bob: Organizer, mailing: Mailing, place: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = write_mailing.save

    def beaten(*args: Any, **words: Any) -> Mailing | None:
        real(mailing.group, mailing.id, subject="Theirs", preheader="", body=BODY)
        return real(*args, **words)

    mine = {"subject": "Mine", "body": BODY, "seen": opened(bob, mailing)}
    monkeypatch.setattr(write_mailing, "save", beaten)
    answer = bob.post(at(mailing, place), mine)
    assert answer.status == 409
    assert "somebody else has changed this mailing" in answer.text
    assert now(mailing).subject == "Theirs"


def test_ones_own_saves_do_not_stand_in_ones_way(bob: Organizer, mailing: Mailing) -> None:
    seen = opened(bob, mailing)
    for number in range(3):
        answer = bob.post(at(mailing, "/autosave"), {"subject": f"No. {number}", "body": BODY, "seen": seen})
        assert answer.status == 200
        seen = re.findall(r'name="seen" value="(\w+)"', answer.html)[0]
    bob.post(at(mailing, "/audience"), {"more_tags": "volunteer"})
    assert bob.post(at(mailing, "/write"), {"subject": "Last", "body": BODY, "seen": seen}).status == 303


@pytest.mark.parametrize("place", ["/write", "/autosave"])
def test_a_text_that_no_row_can_hold_is_refused_and_shown_again(bob: Organizer, mailing: Mailing, place: str) -> None:
    answer = bob.post(at(mailing, place), {"subject": "Huge", "body": f"<p>Begin {'ñ' * 200_000}</p>"})
    assert answer.status == 413
    assert "longer than 300 kB" in answer.text
    assert now(mailing).subject == "The vote"
    if place == "/write":
        assert "Begin" in answer.text


# Preview and tests


def test_the_preview_shows_what_the_chosen_person_would_get(bob: Organizer, mailing: Mailing) -> None:
    page = bob.get(at(mailing, "/preview?as=JOSE@example.org"))
    assert "Dear José," in page.html
    assert 'sandbox=""' in page.html


def test_an_address_that_nobody_has_shows_somebody_else_and_says_so(bob: Organizer, mailing: Mailing) -> None:
    page = bob.get(at(mailing, "/preview?as=nobody@example.org"))
    assert "Nobody on your list has exactly the address" in page.text
    assert "Dear Ada," in page.html or "Dear José," in page.html


def test_the_text_part_is_shown_as_text(bob: Organizer, mailing: Mailing) -> None:
    assert "<pre" in bob.get(at(mailing, "/preview?width=text&as=ada@example.org")).html


def test_a_test_goes_to_each_address_through_the_mail_queue(
    bob: Organizer, mailing: Mailing, tests_sent: list[outbox.TestSend]
) -> None:
    answer = bob.post(at(mailing, "/test"), {"to": "Bob@Example.org, carol@example.org", "as": "ada@example.org"})
    assert answer.location.endswith("?done=test-sent")
    assert [one.to for one in tests_sent] == ["bob@example.org", "carol@example.org"]
    assert {one.mailing for one in tests_sent} == {mailing.id}
    assert len({one.id for one in tests_sent}) == 2


@pytest.mark.parametrize("to", ["", "nobody", "a@b.org " * 6, "bob@example.org, carol"])
def test_wrong_test_addresses_are_named_and_nothing_is_sent(
    bob: Organizer, mailing: Mailing, tests_sent: list[outbox.TestSend], to: str
) -> None:
    answer = bob.post(at(mailing, "/test"), {"to": to})
    assert answer.status == 422
    assert 'id="to-problem"' in answer.html
    assert tests_sent == []


# Who may


@pytest.mark.parametrize("place", PLACES)
def test_charlie_sees_nothing(charlie: Organizer, mailing: Mailing, place: str) -> None:
    answer = charlie.get(at(mailing, place))
    assert answer.status == 404
    assert "The vote" not in answer.text


@pytest.mark.parametrize("place", POSTS)
def test_charlie_changes_nothing(charlie: Organizer, mailing: Mailing, place: str) -> None:
    assert charlie.post(at(mailing, f"/{place}"), {"subject": "Mine"} | seen(mailing)).status == 404
    assert now(mailing) == mailing


@pytest.mark.parametrize("place", POSTS)
def test_a_form_without_the_sessions_token_changes_nothing(bob: Organizer, mailing: Mailing, place: str) -> None:
    assert bob.post(at(mailing, f"/{place}"), {"csrf": "guess"} | seen(mailing)).status == 403
    assert now(mailing) == mailing


@pytest.mark.parametrize("place", PLACES[:-2])
def test_looking_changes_nothing(bob: Organizer, mailing: Mailing, place: str) -> None:
    bob.get(at(mailing, place))
    assert now(mailing) == mailing


@pytest.mark.parametrize("name", ["x", "../people", "0" * 31, "Z" * 32])
def test_an_id_that_is_none_is_not_found(bob: Organizer, name: str) -> None:
    assert bob.get(f"/console/mailings/{name.replace('/', '%2F')}/write").status == 404


def test_tests_have_a_budget(bob: Organizer, mailing: Mailing) -> None:
    budget.may_send_tests(bob.group.id, budget.TESTS_AN_HOUR - 1)
    answer = bob.post(at(mailing, "/test"), {"to": "bob@example.org, carol@example.org"})
    assert answer.status == 429
    assert "Send more in the next" in answer.html
    assert bob.post(at(mailing, "/test"), {"to": "bob@example.org"}).status == 303


@pytest.mark.parametrize("field", ["took", "not_took"])
def test_an_action_that_is_not_the_groups_does_not_make_the_audience_everyone(
    bob: Organizer, mailing: Mailing, field: str
) -> None:
    answer = bob.post(at(mailing, "/audience"), {"more_tags": "volunteer", field: "0" * 32})
    assert answer.status == 404
    assert now(mailing).query == mailing.query
