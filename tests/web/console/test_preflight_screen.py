"""Before he sends, Bob is told what blocks, what had better be changed, and what was looked at and is fine."""

import pytest
from organizers import Organizer
from written import at, now, seen

from chalicelib.mailings import ses, write_mailing
from chalicelib.mailings.mailing import Mailing, Status
from chalicelib.network import store as network


def test_a_good_mailing_shows_what_was_looked_at(bob: Organizer, mailing: Mailing) -> None:
    text = bob.get(at(mailing, "/review")).text
    assert "It cannot be sent yet" not in text
    assert "“First name” is known for 100% of 2 people." in text
    assert "example.org is verified, and its mail is signed (DKIM)." in text


def test_what_had_better_be_changed_does_not_keep_it_from_going(bob: Organizer, mailing: Mailing) -> None:
    body = '<p>Dear all, <a href="https://bit.ly/x">come</a></p>'
    write_mailing.save(bob.group.id, mailing.id, subject="COME TO THE COUNCIL", preheader="", body=body)
    text = bob.get(at(mailing, "/review")).text
    assert "You can send it, but look at this first" in text
    assert "“https://bit.ly/x” hides where it leads" in text
    assert bob.post(at(mailing, "/send"), seen(mailing)).status == 303


@pytest.mark.parametrize("there", ["/send", "/schedule"])
def test_from_a_domain_that_ses_does_not_know_nothing_is_sent(bob: Organizer, mailing: Mailing, there: str) -> None:
    network.change_group(bob.group.id, sender_domains=["nobody.example"])
    network.change_group(bob.group.id, sender_address="bob@nobody.example")
    assert "nobody.example is not verified there" in bob.get(at(mailing, "/review")).text
    answer = bob.post(at(mailing, there), {"at": "2099-01-01T10:00"} | seen(mailing))
    assert (answer.status, now(mailing).status) == (409, Status.DRAFT)


def test_when_ses_does_not_answer_bob_can_send_all_the_same(
    bob: Organizer, mailing: Mailing, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(address: str) -> None:
        raise ses.Throttled("too fast")

    monkeypatch.setattr(ses, "identity", busy)
    assert "did not say whether it knows example.org" in bob.get(at(mailing, "/review")).text
    assert bob.post(at(mailing, "/send"), seen(mailing)).status == 303
