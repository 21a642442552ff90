"""Bob tries two subjects, sees them side by side, and chooses."""

import pytest
from organizers import Organizer
from written import at, draft, finish, now, under_way

from chalicelib.mailings import conduct, store, write_variants
from chalicelib.mailings.mailing import Mailing, Status
from chalicelib.mailings.variant import Measure, Trial, Variant
from chalicelib.network import store as network

TRIAL = {"share": "50", "hours": "8", "measure": "actions"}


def with_variant(mailing: Mailing, **words: str) -> Mailing:
    write_variants.add(now(mailing))
    write_variants.save(now(mailing), now(mailing).letters[-1], Variant(**words or {"subject": "Come and vote"}))
    return now(mailing)


def test_a_variant_is_added_written_and_removed(bob: Organizer, mailing: Mailing) -> None:
    added = bob.post(at(mailing, "/variants"))
    assert added.location == at(mailing, "/variants/b?done=variant-added")
    assert "A says: The vote" in bob.get(added.location).text
    assert bob.post(at(mailing, "/variants/b"), {"subject": "Come", "body": "Dear all\n\nCome."}).status == 303
    assert now(mailing).variants == [Variant(subject="Come", body="<p>Dear all</p>\n<p>Come.</p>")]
    page = bob.get(at(mailing, "/variants")).text
    assert "Come" in page
    assert "Its own" in page
    assert "Variants (2)" in bob.get(at(mailing, "/write")).text
    bob.post(at(mailing, "/variants/b/remove"))
    assert now(mailing).variants == []


def test_how_they_are_tried_is_chosen(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    assert bob.post(at(mailing, "/trial"), TRIAL).status == 303
    assert now(mailing).trial == Trial(share=50, hours=8, measure=Measure.ACTIONS)
    page = bob.get(at(mailing, "/variants")).html
    assert '<option value="50" selected>' in page
    assert '<option value="actions" selected>' in page


@pytest.mark.parametrize(
    "wrong",
    [{"share": "0"}, {"share": "101"}, {"hours": "-1"}, {"hours": "9" * 30}, {"measure": "opens"}, {"share": "²"}],
)
def test_a_tampered_choice_changes_nothing(bob: Organizer, mailing: Mailing, wrong: dict[str, str]) -> None:
    bob.post(at(mailing, "/trial"), TRIAL | wrong)
    assert now(mailing).trial == Trial()


def test_a_sender_is_the_groups_own_or_none(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    refused = bob.post(at(mailing, "/variants/b"), {"sender_address": "press@bank.example", "subject": "kept"})
    assert refused.status == 422
    assert "kept" in refused.html
    assert now(mailing).variants[0].sender_address == ""
    network.change_group(bob.group.id, sender_domains=("library.example",))
    assert bob.post(at(mailing, "/variants/b"), {"sender_address": "ada@library.example"}).status == 303
    assert "ada@library.example" in bob.get(at(mailing, "/preview?variant=b")).text
    assert "ada@library.example" not in bob.get(at(mailing, "/preview")).text
    network.change_group(bob.group.id, sender_domains=())
    assert "ada@library.example" not in bob.get(at(mailing, "/preview?variant=b")).text


def test_a_senders_address_is_kept_as_it_is_sent_from(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    network.change_group(bob.group.id, sender_domains=("library.example",))
    assert bob.post(at(mailing, "/variants/b"), {"sender_address": "Ada@Library.Example"}).status == 303
    assert now(mailing).variants[0].sender_address == "ada@library.example"


def test_a_text_is_cleaned_and_all_together_have_room(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    with_variant(mailing)
    bob.post(at(mailing, "/variants/b"), {"body": '<p onclick="x">Hi<script>alert(1)</script></p>'})
    assert now(mailing).variants[0].body == "<p>Hi</p>"
    long = "<p>" + "a" * 160_000 + "</p>"
    bodies = [bob.post(at(mailing, f"/variants/{one}"), {"body": long}) for one in "bc"]
    assert [answer.status for answer in bodies][1] in (413, 422)
    assert sum(len(variant.body) for variant in now(mailing).variants) < 300_000


def test_a_problem_of_any_variant_stands_in_the_way(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing, subject="Hello {{ frist_name }}")
    assert "frist_name" in bob.get(at(mailing, "/review")).text


def test_before_sending_it_is_said_how_they_are_tried(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    assert bob.post(at(mailing, "/trial"), TRIAL).status == 303
    page = bob.get(at(mailing, "/review")).text
    assert "50 % of them are tried first, with 2 variants; the rest waits 8 hours for the best: most actions" in page
    assert "A The vote B Come and vote" in page


def test_each_variant_is_previewed(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    assert "Subject The vote" in bob.get(at(mailing, "/preview")).text
    assert "Subject Come and vote" in bob.get(at(mailing, "/preview?variant=b")).text
    assert "Subject The vote" in bob.get(at(mailing, "/preview?variant=%00")).text


def test_variants_stand_side_by_side_and_one_is_chosen(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    tried = under_way(mailing)
    numbers = {"a_sent": 100, "b_sent": 100, "a_clicked": 5, "b_opened": 40, "b_clicked": 9, "b_unsubscribed": 1}
    store.add_progress(tried.run_name, numbers)
    store.change_mailing(tried.group, tried.id, status=Status.WAITING, reason="test", decide_at=2e9)
    page = bob.get(at(mailing))
    assert "B Come and vote 100 40 40.0 % 9 9.0 % 0 1 1.0 % 0" in page.text
    assert "The rest waits until" in page.text
    assert "Try again now" not in page.text
    assert 'hx-trigger="every 30s"' in page.html
    assert bob.post(at(mailing, "/choose"), {"letter": "b"}).location.endswith("done=variant-chosen")
    page = bob.get(at(mailing)).text
    assert "The rest gets B" in page
    assert "to the rest" not in page.replace("gets", "")
    again = bob.post(at(mailing, "/choose"), {"letter": "a"})
    assert (again.status, now(mailing).winner) == (409, "b")


@pytest.mark.parametrize(("dropped", "asked"), [([], False), (["a"], True)])
def test_without_a_rest_one_is_chosen_for_those_of_a_stopped_variant(
    bob: Organizer, mailing: Mailing, dropped: list[str], asked: bool
) -> None:
    with_variant(mailing)
    tried = under_way(mailing)
    store.change_mailing(tried.group, tried.id, trial=Trial(share=100), dropped=dropped)
    assert ("Send B to the rest" in bob.get(at(mailing)).text) is asked


@pytest.mark.parametrize("letter", ["", "c", "rest", "x" * 3000, "b "])
def test_what_is_no_variant_is_not_chosen(bob: Organizer, mailing: Mailing, letter: str) -> None:
    with_variant(mailing)
    under_way(mailing)
    assert bob.post(at(mailing, "/choose"), {"letter": letter}).status == 409
    assert now(mailing).winner == ""


def test_when_all_drove_people_away_it_says_what_to_do(bob: Organizer, mailing: Mailing) -> None:
    with_variant(mailing)
    under_way(mailing)
    conduct.pause(bob.group.id, mailing.id, reason="variants")
    assert "Every variant drew complaints" in bob.get(at(mailing)).text


def test_what_is_on_its_way_keeps_its_variants(bob: Organizer, mailing: Mailing) -> None:
    finish(under_way(with_variant(mailing)))
    assert bob.post(at(mailing, "/variants/b"), {"subject": "Late"}).status == 409
    assert bob.post(at(mailing, "/variants")).status == 409
    assert now(mailing).variants == [Variant(subject="Come and vote")]
    assert bob.get(at(mailing, "/variants")).location == at(mailing)
    assert "The vote" in bob.get(at(draft(bob), "/write")).html
