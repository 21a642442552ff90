"""Unmodified boto3 talks to the double, running as its own process."""

import concurrent.futures
import json
import sys
import urllib.request
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ReadTimeoutError
from ses_requests import bulk, entry, single

from local.children import Child, free_port, own_environment
from local.folder import ROOT


@pytest.fixture(scope="module")
def url(tmp_path_factory):
    state, port = tmp_path_factory.mktemp("ses"), free_port()
    command = [sys.executable, "-m", "local.ses", "--port", str(port), "--state", str(state), "--rate", "100000"]
    child = Child("ses", command, {**own_environment(), "PYTHONPATH": str(ROOT)}, Path(state))
    child.wait_until_up(f"http://127.0.0.1:{port}/healthz")
    yield f"http://127.0.0.1:{port}"
    child.stop()


@pytest.fixture
def ses(url):
    once = Config(retries={"total_max_attempts": 1})
    keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
    return boto3.client("sesv2", endpoint_url=url, region_name="us-east-1", config=once, **keys)


def read(url, path):
    with urllib.request.urlopen(url + path) as answer:
        return json.load(answer)


def change(url, **wanted):
    request = urllib.request.Request(url + "/_local/ses", json.dumps(wanted).encode(), method="POST")
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_a_bulk_call_arrives_in_the_inbox(ses, url):
    results = ses.send_bulk_email(**bulk(entry("ada@bulk.example", h1="Ada"), entry("bob", h1="Bob")))
    assert [each["Status"] for each in results["BulkEmailEntryResults"]] == ["SUCCESS", "INVALID_PARAMETER"]
    [letter] = read(url, "/_local/inbox.json?to=ada@bulk.example")
    assert set(letter) == {"to", "from", "subject", "headers", "html", "text", "sent_at"}
    assert letter["headers"]["List-Unsubscribe"] == "<http://127.0.0.1/u/1>"


def test_the_rate_is_a_429_that_boto_knows(ses, url):
    change(url, rate=1)
    try:
        ses.send_email(**single("ada@rate.example"))
        with pytest.raises(ses.exceptions.TooManyRequestsException, match="Maximum sending rate exceeded"):
            ses.send_email(**single("ada@rate.example"))
        assert ses.get_account()["SendQuota"]["MaxSendRate"] == 1
    finally:
        change(url, rate=100_000)


def test_stored_templates_can_be_made_used_and_removed(ses, url):
    ses.create_email_template(TemplateName="thanks", TemplateContent={"Subject": "Thanks {{n}}", "Text": "{{n}}"})
    content = {"Template": {"TemplateName": "thanks", "TemplateData": '{"n": "Ada"}'}}
    ses.send_email(**{**single("ada@stored.example"), "Content": content})
    assert read(url, "/_local/inbox.json?to=ada@stored.example")[0]["subject"] == "Thanks Ada"
    ses.delete_email_template(TemplateName="thanks")
    with pytest.raises(ses.exceptions.NotFoundException):
        ses.get_email_template(TemplateName="thanks")


def test_identities_suppressed_addresses_and_the_plan_are_remembered(ses):
    ses.create_email_identity(EmailIdentity="wire.example")
    assert ses.get_email_identity(EmailIdentity="wire.example")["DkimAttributes"]["Status"] == "SUCCESS"
    assert "wire.example" in [each["IdentityName"] for each in ses.list_email_identities()["EmailIdentities"]]
    ses.put_suppressed_destination(EmailAddress="Sue@wire.example", Reason="COMPLAINT")
    assert (
        ses.get_suppressed_destination(EmailAddress="sue@wire.example")["SuppressedDestination"]["Reason"]
        == "COMPLAINT"
    )
    ses.delete_suppressed_destination(EmailAddress="sue@wire.example")
    assert ses.list_suppressed_destinations()["SuppressedDestinationSummaries"] == []
    ses.put_account_pricing_attributes(Plan="NONE")
    assert ses.get_account()["PricingAttributes"]["CurrentPlan"] == "NONE"


def test_many_senders_at_once_lose_and_double_nothing(ses, url):
    def send(call):
        people = [entry(f"p{call}-{n}@many.example", h1="x") for n in range(50)]
        return ses.send_bulk_email(**bulk(*people))["BulkEmailEntryResults"]

    before = read(url, "/_local/inbox.json?summary=1")
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = [each for call in pool.map(send, range(40)) for each in call]
    after = read(url, "/_local/inbox.json?summary=1")
    assert len({each["MessageId"] for each in results}) == 2000
    assert after["recipients"] - before["recipients"] == after["emails"] - before["emails"] == 2000


def test_a_person_can_read_the_inbox(ses, url):
    ses.send_bulk_email(**bulk(entry("ada@page.example", h1="<script>alert(1)</script>")))
    with urllib.request.urlopen(url + "/_local/inbox?to=ada@page.example") as answer:
        page = answer.read().decode()
    assert "<script>" not in page
    number = read(url, "/_local/inbox.json?to=ada@page.example&limit=1")[0]["id"]
    with urllib.request.urlopen(f"{url}/_local/inbox/{number}") as answer:
        letter = answer.read().decode()
    assert 'sandbox="' in letter
    assert "allow-scripts" not in letter
    assert "<script>" not in letter


def test_reading_on_after_the_last_seen_email(ses, url):
    for name in ("one", "two", "three"):
        ses.send_email(**single("ada@after.example", Subject={"Data": name}))
    newest = read(url, "/_local/inbox.json?to=ada@after.example&limit=2")
    assert [each["subject"] for each in newest] == ["two", "three"]
    later = read(url, f"/_local/inbox.json?to=ada@after.example&after={newest[0]['id']}")
    assert [each["subject"] for each in later] == ["three"]


def test_the_configuration_set_says_what_it_tells(ses):
    found = ses.get_configuration_set_event_destinations(ConfigurationSetName="any")["EventDestinations"]
    kinds = {kind for one in found if one["Enabled"] for kind in one["MatchingEventTypes"]}
    assert kinds >= {"BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE", "SEND", "DELIVERY", "DELIVERY_DELAY"}
    assert "SnsDestination" in found[0]
    assert "KinesisFirehoseDestination" in found[1]


def test_an_email_is_taken_though_nobody_waits_for_the_answer(url):
    change(url, answer_seconds=0.5)
    try:
        impatient = Config(read_timeout=0.1, retries={"total_max_attempts": 1})
        keys = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        ses = boto3.client("sesv2", endpoint_url=url, region_name="us-east-1", config=impatient, **keys)
        with pytest.raises(ReadTimeoutError):
            ses.send_email(**single("ada@slow.example"))
    finally:
        change(url, answer_seconds=0)
    assert len(read(url, "/_local/inbox.json?to=ada@slow.example")) == 1
