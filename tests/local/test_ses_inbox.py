"""What was sent can be read again, counted whatever the size, and survives."""

import pytest
from ses_requests import FROM, an_account, bulk, entry, single

from local.ses.accept import send_bulk_email, send_email
from local.ses.inbox import Inbox
from local.ses.letter import read_letter


@pytest.fixture
def inbox(tmp_path):
    return Inbox(tmp_path / "inbox.db")


def letters(inbox, **asked):
    return [read_letter(row) for row in inbox.each(**asked)]


def test_ada_reads_what_was_written_to_her(inbox):
    people = [entry("Ada@example.org", h1="Ada <3"), entry("bob@example.org", h1="Bob")]
    inbox.keep(send_bulk_email(an_account(), bulk(*people), now=1_800_000_000).accepted)
    [letter] = letters(inbox, to="ada@example.org")
    assert (letter.to, letter.subject, letter.html, letter.text) == (
        "Ada@example.org",
        "Hello Ada <3",
        "<p>Ada <3</p>",
        "Ada <3",
    )
    assert letter.headers["From"] == FROM
    assert letter.headers["List-Unsubscribe"] == "<http://127.0.0.1/u/1>"
    assert letter.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert letter.sent_at == "2027-01-15T08:00:00.000Z"


def test_a_recipients_own_header_replaces_the_templates(inbox):
    own = {"list-unsubscribe-post": "None", "Message-ID": "<forged>"}
    inbox.keep(send_bulk_email(an_account(), bulk(entry(headers=own, h1="x")), now=0).accepted)
    [letter] = letters(inbox)
    assert letter.headers["List-Unsubscribe-Post"] == "None"
    assert letter.headers["Message-ID"].endswith("@email.amazonses.com>")


def test_the_summary_shows_who_was_written_to_twice(inbox):
    account = an_account()
    for to in ("ada@example.org", "bob@example.org", "ADA@example.org"):
        inbox.keep(send_email(account, single(to), now=0).accepted)
    assert inbox.summary() == {"emails": 3, "recipients": 2, "most_to_one_recipient": 2}


def test_an_empty_inbox_counts_nothing(inbox):
    assert inbox.summary() == {"emails": 0, "recipients": 0, "most_to_one_recipient": 0}


def test_what_never_left_is_not_in_the_inbox(inbox):
    inbox.keep(send_bulk_email(an_account(), bulk(entry(h2="x")), now=0).accepted)
    inbox.keep(send_email(an_account(), single("suppressionlist@simulator.amazonses.com"), now=0).accepted)
    assert inbox.summary()["emails"] == 0


def test_the_inbox_survives_a_restart(inbox):
    account = an_account()
    inbox.keep(send_email(account, single(), now=0).accepted)
    inbox.flush()
    again = Inbox(inbox.path)
    again.keep(send_email(account, single(), now=0).accepted)
    assert again.summary() == {"emails": 2, "recipients": 1, "most_to_one_recipient": 2}
    assert again.last_number() == 2


def test_when_only_counting_nothing_is_kept_but_the_numbers(tmp_path):
    inbox = Inbox(tmp_path / "inbox.db", counting=True)
    inbox.keep(send_bulk_email(an_account(), bulk(*[entry(h1="x")] * 3), now=0).accepted)
    assert inbox.summary() == {"emails": 3, "recipients": 1, "most_to_one_recipient": 3}
    assert letters(inbox) == []


def test_the_newest_come_first_page_by_page(inbox):
    account = an_account()
    for n in range(5):
        inbox.keep(send_email(account, single(f"p{n}@example.org"), now=n).accepted)
    first = inbox.newest(2)
    assert [row["recipient"] for row in first] == ["p4@example.org", "p3@example.org"]
    assert [row["recipient"] for row in inbox.newest(2, before=first[-1]["id"])] == ["p2@example.org", "p1@example.org"]
