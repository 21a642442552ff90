"""What SES takes and what it refuses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ses_requests import an_account, bulk, entry, single

from local.ses.accept import EICAR, send_bulk_email, send_email
from local.ses.addresses import Fate
from local.ses.answer import Answer, Refused


def statuses(answer):
    return [result["Status"] for result in answer.body["BulkEmailEntryResults"]]


def test_each_of_fifty_people_gets_a_message_of_their_own():
    people = [entry(f"person{n}@example.org", h1=f"Person {n}") for n in range(50)]
    answer = send_bulk_email(an_account(), bulk(*people), now=0)
    assert statuses(answer) == ["SUCCESS"] * 50
    assert len({message.message_id for message in answer.accepted}) == 50
    assert [message.recipients for message in answer.accepted][:2] == [
        ("person0@example.org",),
        ("person1@example.org",),
    ]


def test_fifty_one_people_are_too_many():
    answer = send_bulk_email(an_account(), bulk(*[entry(h1="x")] * 51), now=0)
    assert answer.kind == "BadRequestException"


def test_one_bad_address_does_not_hold_up_the_others():
    answer = send_bulk_email(an_account(), bulk(entry(h1="Ada"), entry("bob", h1="Bob"), entry(h1="Eve")), now=0)
    assert statuses(answer) == ["SUCCESS", "INVALID_PARAMETER", "SUCCESS"]


@pytest.mark.parametrize("address", ["bob", "bob@example", "bøb@example.org", "bob@exämple.org", "a b@example.org", ""])
def test_an_address_that_is_none_is_refused(address):
    assert send_email(an_account(), single(address), now=0).kind == "BadRequestException"


@pytest.mark.parametrize("address", ["Ada <ada@example.org>", "o'hara+x@sub.example.org", "ada@xn--exmple-cua.org"])
def test_an_address_may_have_a_name_and_odd_characters(address):
    assert isinstance(send_email(an_account(), single(address), now=0), Answer)


def test_a_call_that_finds_the_rate_used_up_is_refused_whole():
    account = an_account(rate=14)
    people = [entry(f"person{n}@example.org", h1="x") for n in range(50)]
    assert statuses(send_bulk_email(account, bulk(*people), now=0)) == ["SUCCESS"] * 50
    refused = send_bulk_email(account, bulk(*people), now=1)
    assert refused == Refused(429, "TooManyRequestsException", "Maximum sending rate exceeded.")
    assert isinstance(send_bulk_email(account, bulk(*people), now=4), Answer)


def test_without_debt_the_entries_that_do_not_fit_are_throttled():
    account = an_account(rate=2)
    account.debt = False
    answer = send_bulk_email(account, bulk(*[entry(h1="x")] * 3), now=0)
    assert statuses(answer) == ["SUCCESS", "SUCCESS", "ACCOUNT_THROTTLED"]


def test_the_daily_quota_ends_within_a_call():
    answer = send_bulk_email(an_account(daily=2), bulk(*[entry(h1="x")] * 3), now=0)
    assert statuses(answer) == ["SUCCESS", "SUCCESS", "ACCOUNT_DAILY_QUOTA_EXCEEDED"]


def test_a_single_email_beyond_the_daily_quota_is_refused():
    account = an_account(daily=1)
    send_email(account, single(), now=0)
    assert send_email(account, single(), now=2).message == "Daily message quota exceeded."


def test_a_missing_variable_is_accepted_and_then_fails():
    answer = send_bulk_email(an_account(), bulk(entry(h2="x")), now=0)
    assert statuses(answer) == ["SUCCESS"]
    assert (answer.accepted[0].fate, answer.accepted[0].missing) == (Fate.NOT_RENDERED, "h1")


def test_a_default_fills_in_for_a_missing_variable():
    answer = send_bulk_email(an_account(), bulk(entry(), defaults='{"h1": "friend"}'), now=0)
    assert answer.accepted[0].fate is Fate.DELIVERED


def test_data_that_is_no_json_is_an_invalid_parameter():
    broken = entry()
    broken["ReplacementEmailContent"]["ReplacementTemplate"]["ReplacementTemplateData"] = "{h1: "
    assert statuses(send_bulk_email(an_account(), bulk(broken), now=0)) == ["INVALID_PARAMETER"]


@pytest.mark.parametrize(
    "headers",
    [
        {"List-Unsubscribe": "x" * 996},
        {"List-Unsubscribe": "<http://example.org/\r\nBcc: eve@example.org>"},
        {"List-Unsubscribe": "<http://exämple.org>"},
        {"List:Unsubscribe": "x"},
        {f"X-{n}": "x" for n in range(16)},
    ],
)
def test_headers_must_be_short_printable_and_few(headers):
    assert send_bulk_email(an_account(), bulk(entry(headers=headers, h1="x")), now=0).kind == "BadRequestException"


def test_a_subject_with_a_line_break_is_refused():
    assert send_email(an_account(), single(Subject={"Data": "Hi\r\nBcc: x@y.z"}), now=0).kind == "BadRequestException"


@pytest.mark.parametrize(
    ("to", "fate"),
    [
        ("success@simulator.amazonses.com", Fate.DELIVERED),
        ("bounce+ada@simulator.amazonses.com", Fate.BOUNCED),
        ("Complaint+bob@simulator.amazonses.com", Fate.COMPLAINED),
        ("ooto@simulator.amazonses.com", Fate.OUT_OF_OFFICE),
        ("suppressionlist@simulator.amazonses.com", Fate.SUPPRESSED),
        ("Sue@example.org", Fate.ON_ACCOUNT_LIST),
        ("ada@example.org", Fate.DELIVERED),
    ],
)
def test_what_becomes_of_a_message_depends_on_whom_it_is_for(to, fate):
    account = an_account()
    account.suppressed["sue@example.org"] = {}
    assert send_email(account, single(to), now=0).accepted[0].fate is fate


def test_a_virus_is_accepted_and_then_rejected():
    request = single(Body={"Text": {"Data": EICAR}})
    assert send_email(an_account(), request, now=0).accepted[0].fate is Fate.REJECTED


def test_a_template_that_is_not_there_is_not_found():
    request = bulk(entry(h1="x"))
    request["DefaultContent"] = {"Template": {"TemplateName": "gone"}}
    assert send_bulk_email(an_account(), request, now=0).kind == "NotFoundException"


def test_another_configuration_set_is_not_found():
    account = an_account()
    account.configuration_sets = frozenset({"muster-prod"})
    assert send_email(account, single(), now=0).kind == "NotFoundException"


def test_strangers_may_not_send_when_senders_are_verified():
    account = an_account()
    account.verify_senders = True
    assert send_email(account, single(), now=0).kind == "MessageRejected"
    account.identities["example.org"] = {}
    assert isinstance(send_email(account, single(), now=0), Answer)


@given(
    rate=st.integers(1, 60),
    daily=st.integers(0, 200),
    calls=st.lists(st.tuples(st.floats(0, 3), st.lists(st.sampled_from(["ada@example.org", "bob"]), max_size=50))),
)
def test_every_entry_gets_one_answer_and_each_success_is_one_message(rate, daily, calls):
    account, now, accepted = an_account(rate, daily), 0.0, 0
    for wait, addresses in calls:
        now += wait
        answer = send_bulk_email(account, bulk(*[entry(to, h1="x") for to in addresses]), now)
        if isinstance(answer, Answer):
            assert len(statuses(answer)) == len(addresses)
            assert statuses(answer).count("SUCCESS") == len(answer.accepted)
            accepted += len(answer.accepted)
    assert accepted <= daily
