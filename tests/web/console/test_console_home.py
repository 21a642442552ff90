"""Bob sees at a glance how the group grows."""

import re

from organizers import Organizer, petition, sign

from chalicelib.actions import write_page
from chalicelib.mailings import write_mailing


def test_a_new_group_is_told_how_to_begin(bob: Organizer) -> None:
    home = bob.get("/console")
    assert "Begin with people or with an action" in home.text
    assert "People 0 Subscribed 0 Actions taken 0" in home.text


def test_people_actions_and_mailings_are_counted(bob: Organizer) -> None:
    page = petition(bob)
    write_page.publish(bob.group, page)
    for name in ("ada", "grace"):
        sign(bob, page, name.title(), f"{name}@example.org")
    mailing = write_mailing.create(bob.group.id)
    write_mailing.save(bob.group.id, mailing.id, subject="The vote is on Tuesday", preheader="", body="<p>Come</p>")
    home = bob.get("/console")
    assert "People 2 Subscribed 2 Actions taken 2" in home.text
    assert "Save the library 2 Open" in home.text
    assert "The vote is on Tuesday" in home.text


def test_every_chart_has_a_table_and_begins_at_zero(bob: Organizer) -> None:
    sign(bob, petition(bob), "Ada", "ada@example.org")
    home = bob.get("/console")
    assert home.html.count("<svg") == home.html.count("<details>") == 2
    assert home.html.count('class="zero">0<') == 2
    assert len(re.findall(r"<td><time datetime=", home.html)) == 60


def test_another_groups_numbers_do_not_show(bob: Organizer, charlie: Organizer) -> None:
    sign(bob, petition(bob, "Bob's petition"), "Ada", "ada@example.org")
    home = charlie.get("/console")
    assert "Bob's petition" not in home.text
    assert "People 0" in home.text


def test_names_are_told_as_they_are_and_never_run(bob: Organizer) -> None:
    petition(bob, "<script>alert(1)</script> & more")
    home = bob.get("/console")
    assert "<script>alert" not in home.html
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in home.html


def test_only_our_own_words_come_by_a_link(bob: Organizer) -> None:
    assert "You are working in another group now" in bob.get("/console?done=switched").text
    forged = bob.get("/console?done=Your+account+is+locked,+call+us")
    assert "locked" not in forged.html
    assert 'role="status"' not in forged.html
