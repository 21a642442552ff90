"""Bob sees what came of a mailing, and opens the people behind each number; Charlie sees none of it."""

import pytest
from organizers import Organizer
from written import at, deliver, draft, finish, under_way

from chalicelib import clock, config, queues
from chalicelib.actions import take_action
from chalicelib.actions.submission import Submission
from chalicelib.mailings import chunk_store, feedback, follow_link, links, record_clicks, store
from chalicelib.mailings.chunk import Outcome
from chalicelib.mailings.clicks import Click, Where
from chalicelib.mailings.mailing import Mailing
from chalicelib.people.person import person_id

ELSEWHERE = "https://news.example/story"


@pytest.fixture
def sent(bob: Organizer, mailing: Mailing) -> Mailing:
    """Over since a while, with two links."""
    page = f"{config.public_url()}/{bob.group.slug}/save-it"
    written = draft(bob, body=f'<p><a href="{page}">Sign</a> <a href="{ELSEWHERE}">Read</a></p>')
    over = finish(deliver(under_way(written)))
    store.change_mailing(over.group, over.id, released=True)
    return over


def told(mailing: Mailing, outcome: Outcome) -> None:
    before = chunk_store.add_facts(mailing.run_name, 0, outcome)
    assert before
    store.add_progress(mailing.run_name, outcome.news(before))


def followed(mailing: Mailing, *links_followed: int, place: int = 0) -> None:
    where = Where(mailing.group, mailing.run_name, 0, place)
    facts = [follow_link.Followed(where, link, int(clock.now()) + 3600) for link in links_followed]
    records = [{"messageId": str(n), "body": queues.msgspec.json.encode(fact).decode()} for n, fact in enumerate(facts)]
    assert record_clicks.record_all(records) == {"batchItemFailures": []}


def signs(organizer: Organizer, mailing: Mailing, name: str = "Ada", page: str = "1" * 32, source: str = "") -> None:
    email = f"{name.lower()}@example.org"
    submission = Submission(
        id=clock.new_id(),
        group=organizer.group.id,
        page=page,
        type="petition",
        person=person_id(organizer.group.salt, email),
        at=clock.now(),
        email=email,
        given_name=name,
        source=source or links.source_code(mailing.id),
    )
    take_action._count([take_action.record(submission)])


def test_each_link_has_its_people(bob: Organizer, sent: Mailing) -> None:
    followed(sent, 1)
    page = bob.get(at(sent))
    assert ELSEWHERE in page.text
    assert f"/{bob.group.slug}/save-it" in page.text
    assert "source=" not in page.text
    behind = bob.get(at(sent, "/outcome/clicked?links=l1"))
    assert len([name for name in ("Ada", "Eve", "Zoe") if name in behind.text]) <= 1
    assert "Nobody." not in behind.text
    assert "Nobody." in bob.get(at(sent, "/outcome/clicked?links=l0")).text
    assert "Nobody." not in bob.get(at(sent, "/outcome/clicked")).text


def test_machines_are_named_and_not_counted(bob: Organizer, sent: Mailing) -> None:
    followed(sent, 0, 1, links.HIDDEN)
    assert "(3 clicks) is not counted here" in bob.get(at(sent)).text
    assert "Nobody." in bob.get(at(sent, "/outcome/clicked")).text


def test_who_came_and_took_action_is_counted_once_for_each_page(bob: Organizer, sent: Mailing) -> None:
    assert "has taken action yet" in bob.get(at(sent)).text
    for page in ("1" * 32, "2" * 32, "1" * 32):
        signs(bob, sent, page=page)
    signs(bob, sent, "Zelda", source="flyer")
    assert "2 actions were taken" in bob.get(at(sent)).text
    behind = bob.get(at(sent, "/acted")).text
    assert "Ada" in behind
    assert "Zelda" not in behind


def test_bounces_are_told_by_kind_and_by_domain(bob: Organizer, sent: Mailing) -> None:
    told(sent, Outcome(bounced={0: "Permanent General", 1: "Transient MailboxFull"}))
    store.add_bounces(sent.run_name, {"a.example": {"hard": 1}, "b.example": {"soft": 1}})
    store.change_mailing(sent.group, sent.id, surveyed=clock.now(), bounced=2, hard_bounced=1)  # as the sweeper sums up
    page = bob.get(at(sent, "/outcome/bounced"))
    assert "1 for good" in page.text
    assert "a.example" in page.text
    hard = bob.get(at(sent, "/outcome/bounced?kind=hard")).text
    assert "There is no such address" in hard
    assert "The mailbox is full" not in hard
    assert "Nobody." in bob.get(at(sent, "/outcome/bounced?domain=nowhere.example")).text


def test_who_left_by_it_is_behind_the_number(bob: Organizer, sent: Mailing) -> None:
    told(sent, Outcome(unsubscribed=frozenset({1})))
    assert f'href="{at(sent, "/outcome/unsubscribed")}"' in bob.get(at(sent)).html
    assert "Nobody." not in bob.get(at(sent, "/outcome/unsubscribed")).text


@pytest.mark.parametrize(
    "query",
    ["clicked?links=l1.x.%3Cb%3E..", "clicked?after=²", "bounced?kind=<b>&domain=%00", "bounced?after=99999999"],
)
def test_a_tampered_address_shows_no_more_than_another(bob: Organizer, sent: Mailing, query: str) -> None:
    assert bob.get(at(sent, f"/outcome/{query}")).status == 200


@pytest.mark.parametrize("place", ["", "/outcome/clicked", "/outcome/unsubscribed", "/acted"])
def test_charlie_sees_nothing(charlie: Organizer, sent: Mailing, place: str) -> None:
    assert charlie.get(at(sent, place)).status == 404


def test_a_source_code_typed_by_another_groups_supporter_counts_nothing_here(
    bob: Organizer, charlie: Organizer, sent: Mailing
) -> None:
    signs(charlie, sent)
    assert "has taken action yet" in bob.get(at(sent)).text


def test_the_clicks_of_a_long_mailing_are_found_partition_by_partition(bob: Organizer, sent: Mailing) -> None:
    assert [chunk.number for chunk in chunk_store.each(sent.run_name)] == [0]
    assert list(chunk_store.each(sent.run_name, after=0)) == []
    assert Click(1, "", 0, 3).name == "l3"
    assert feedback.take_all([]) == {"batchItemFailures": []}
