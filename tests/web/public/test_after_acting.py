"""What follows when Ada has acted: where she is led, what she is tagged with, what she and others are told."""

import msgspec
import pytest

from chalicelib import clock
from chalicelib.actions import notice_store, notify, take_action
from chalicelib.actions import store as actions
from chalicelib.mailings import deliver
from chalicelib.mailings.outbox import Notice
from chalicelib.network import store as network
from chalicelib.people import store as people
from chalicelib.people.person import person_id

ADA = {"email": "ada@example.org", "name": "Ada Lovelace"}


@pytest.fixture
def act(browser, aws, group):
    """Somebody acts, and it is recorded."""

    def acts(page, **fields):
        answer = browser.post(f"/{group.slug}/{page.slug}", ADA | fields)
        assert answer.status_code == 303
        aws.handle("submissions", take_action.record_all)
        return answer

    return acts


def told(aws, page, window, to):
    """What is in the inbox of somebody to be told, once the five minutes are over."""
    message = Notice(page.group, page.id, window, to)
    record = {"messageId": "1", "body": msgspec.json.encode(message).decode()}
    for _ in range(2):
        assert deliver.deliver_all([record])["batchItemFailures"] == []
    return aws.inbox(to)


def test_ada_is_led_to_a_page_of_the_groups_own(publish, act):
    page = publish(thanks_url="https://library.example/thanks")
    assert act(page).headers["Location"] == "https://library.example/thanks"


def test_ada_is_tagged_and_keeps_what_she_had(publish, act, group, ada):
    people.tag(group.id, ada.id, add=["member"])
    act(publish(tags=("library", "2026")))
    assert people.find(group.id, ada.id, consistent=True).tags == {"member", "library", "2026"}


def test_the_thank_you_email_in_the_groups_words(publish, act, aws):
    email = f"ada-{clock.new_id()[-8:]}@example.org"
    act(publish(email_subject="We meet on Friday", email_text="Bring <b>soup</b>.\n\nAnd friends."), email=email)
    aws.handle("mail", deliver.deliver_all)
    [thanks] = aws.inbox(email)
    assert thanks["subject"] == "We meet on Friday"
    assert "Bring &lt;b&gt;soup&lt;/b&gt;." in thanks["html"]
    assert "Bring <b>soup</b>.\n\nAnd friends." in thanks["text"]


def test_no_email_where_the_group_wants_none(publish, act, aws):
    email = f"ada-{clock.new_id()[-8:]}@example.org"
    act(publish(thank_by_email=False), email=email)
    aws.handle("mail", deliver.deliver_all)
    assert aws.inbox(email) == []


def test_whoever_is_to_be_told_reads_who_acted_once(publish, act, aws):
    to = f"bob-{clock.new_id()[-8:]}@example.org"
    page = publish(notify=(to,))
    window = int(clock.now() // notify.WINDOW_SECONDS)
    act(page, name="Ada <b>Lovelace</b>")
    act(page, email="grace@example.org", name="Grace Hopper")
    windows = {window, int(clock.now() // notify.WINDOW_SECONDS)}
    found = [email for each in sorted(windows) for email in told(aws, page, each, to)]
    text = "".join(email["text"] for email in found)
    assert len({email["subject"] for email in found}) == len(found)
    assert "ada@example.org" in text
    assert "Grace Hopper" in text
    assert "Ada <b>" not in "".join(email["html"] for email in found)


def test_a_spike_makes_one_email_that_names_some(group, publish, aws):
    to = f"bob-{clock.new_id()[-8:]}@example.org"
    page = publish(notify=(to,))
    notice_store.add(page.id, 7, {person_id(group.salt, f"p{number}@example.org") for number in range(300)})
    [email] = told(aws, page, 7, to)
    assert "And 200 more people." in email["text"]
    assert "More came than are counted here." in email["text"]


def test_nobody_is_told_who_was_taken_off_meanwhile(publish, act, aws):
    to = f"bob-{clock.new_id()[-8:]}@example.org"
    page = publish(notify=(to,))
    act(page)
    actions.change_page(page.group, page.id, notify=[])
    assert told(aws, page, int(clock.now() // notify.WINDOW_SECONDS), to) == []


def test_charlies_group_is_told_nothing_of_bobs(publish, aws):
    to = f"charlie-{clock.new_id()[-8:]}@example.com"
    page = publish(notify=(to,))
    charlies = network.create_group(f"g{clock.new_id()}", "Another group")
    forged = msgspec.structs.replace(page, group=charlies.id)
    assert told(aws, forged, 1, to) == []


def test_a_browser_lets_the_form_lead_on_to_the_groups_page(browser, group, publish):
    """It holds the redirect after a form to the page's own rule for forms."""
    page = publish(thanks_url="https://library.example/thanks")
    path = f"/{group.slug}/{page.slug}"
    rules = [browser.get(at).headers["Content-Security-Policy"] for at in (path, f"/embed{path}")]
    assert ["form-action 'self' https:;" in rule for rule in rules] == [True, False]


def test_other_forms_go_nowhere_else(browser, address):
    assert "form-action 'self';" in browser.get(address).headers["Content-Security-Policy"]
