"""Anybody may type anybody's address: so an inbox is answered once a day by a group, whatever is typed and how often."""

from concurrent.futures import ThreadPoolExecutor

import msgspec
import pytest
from cloud import losing_a_reply

from chalicelib import clock
from chalicelib.action_types.event import attend
from chalicelib.action_types.event.settings import settings_of
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage, Status
from chalicelib.mailings import autoresponse_store, deliver, email_store
from chalicelib.mailings.autoresponse_store import DAY_SECONDS, may_answer
from chalicelib.mailings.outbox import ThankYou
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import Person, person_id


@pytest.fixture
def ada(group):
    return known(group, f"ada@{group.slug}.example.org")


def known(group, email):
    person = Person(id=person_id(group.salt, email), group=group.id, email=email)
    people.upsert(person, at=clock.now())
    return person


@pytest.fixture
def pages(group):
    """Twelve petitions of the group."""
    return [page_of(group, f"p{number}") for number in range(12)]


def page_of(group, slug, **more):
    about = {"type": "petition", "slug": slug, "title": f"Page {slug}", "status": Status.PUBLISHED}
    page = ActionPage(id=clock.new_id(), group=group.id, created=clock.now(), **about | more)
    actions.add_page(page)
    return page


def events(group, count):
    own = {"starts": clock.now() + 86400, "ends": clock.now() + 90000, "zone": "UTC"}
    return [page_of(group, f"e{number}", type="event", own=own) for number in range(count)]


def thank(*emails):
    records = [{"messageId": str(n), "body": msgspec.json.encode(email).decode()} for n, email in enumerate(emails)]
    assert deliver.deliver_all(records)["batchItemFailures"] == []


def thanks(page, person):
    return ThankYou(page.group, page.id, person.id)


def test_ada_acts_on_twelve_pages_in_a_day_and_is_thanked_once(aws, pages, ada):
    for _ in range(2):
        thank(*(thanks(page, ada) for page in pages))
    assert [email["subject"] for email in aws.inbox(ada.email)] == ["Thank you for signing “Page p0”"]


def test_all_at_once_it_is_one_all_the_same(aws, pages, ada):
    with ThreadPoolExecutor(6) as pool:
        list(pool.map(lambda page: thank(thanks(page, ada)), pages * 3))
    assert len(aws.inbox(ada.email)) == 1


def test_the_next_day_she_is_thanked_again_for_what_she_does_then(aws, pages, ada, monkeypatch):
    first, second, *_ = pages
    thank(thanks(first, ada), thanks(second, ada))
    tomorrow = clock.now() + DAY_SECONDS + 1
    monkeypatch.setattr(clock, "now", lambda: tomorrow)
    thank(thanks(first, ada), thanks(second, ada))
    assert len(aws.inbox(ada.email)) == 2


def test_other_spellings_of_her_address_are_the_same_inbox(aws, group, pages, ada):
    spelled = [known(group, ada.email.replace("ada@", f"ada+{number}@")) for number in range(4)]
    thank(thanks(pages[0], ada), *(thanks(pages[0], one) for one in spelled))
    assert sum(len(aws.inbox(one.email)) for one in (ada, *spelled)) == 1


def test_another_group_answers_for_itself(aws, ada, pages):
    other = network.create_group(f"o{clock.new_id()}", "Another", postal_address="2 River Road")
    there = known(other, ada.email)
    thank(thanks(pages[0], ada), thanks(page_of(other, "p"), there))
    assert len(aws.inbox(ada.email)) == 2


def test_where_to_come_is_told_also_on_a_day_with_a_thank_you_but_not_without_end(aws, group, pages, ada):
    thank(thanks(pages[0], ada))
    for page in events(group, 5):
        seat = attend.claim(page, ada.id, settings_of(page).kinds[0], 1).seat
        thank(ThankYou(page.group, page.id, ada.id, seat.claim))
    thank(thanks(pages[1], ada))
    assert len(aws.inbox(ada.email)) == 3


def test_a_lost_answer_takes_nothing_from_ada(aws, pages, ada):
    with losing_a_reply("dynamodb", "UpdateItem"):
        assert may_answer(ada.id, "one")
    assert may_answer(ada.id, "one")
    assert not may_answer(ada.id, "two")
    with losing_a_reply("dynamodb", "UpdateItem"):
        assert may_answer(ada.id, "two", 2)
    assert may_answer(ada.id, "two", 2)
    assert not may_answer(ada.id, "three", 2)


def test_an_email_that_ses_could_not_take_yet_goes_later_the_same_day(aws, pages, ada):
    aws.set_ses(rate=0)
    thank(thanks(pages[0], ada))
    aws.set_ses(rate=5000)
    thank(thanks(pages[1], ada))
    assert aws.inbox(ada.email) == []
    thank(thanks(pages[0], ada))
    assert len(aws.inbox(ada.email)) == 1


def test_many_needed_ones_at_once_stay_within_their_budget(aws, ada):
    with ThreadPoolExecutor(8) as pool:
        allowed = list(pool.map(lambda number: may_answer(ada.id, f"event {number}", 3), range(40)))
    assert allowed.count(True) == 3


def test_the_row_is_gone_after_two_days(aws, ada):
    may_answer(ada.id, "one")
    row = autoresponse_store._EMAILS.get(ada.id, "answered", consistent=True)
    assert clock.now() + DAY_SECONDS < row["x"] <= clock.now() + 2 * DAY_SECONDS


def test_what_was_spared_is_said_and_never_in_doubt(aws, pages, ada):
    thank(thanks(pages[0], ada), thanks(pages[1], ada))
    states = {row.id: row.state for row in email_store.emails_of(ada.id, "thanks-")}
    assert states == {f"thanks-{pages[0].id}": "sent", f"thanks-{pages[1].id}": "spared"}
