"""What deploying does and says about SES: the price plan, and the DNS records that a human must make."""

import boto3
import pytest
from botocore.stub import Stubber

from infra import sender

DOMAIN = {
    "DkimAttributes": {"Status": "PENDING", "Tokens": ["one", "two"]},
    "MailFromAttributes": {"MailFromDomain": "mail.example.org", "MailFromDomainStatus": "PENDING"},
}


@pytest.fixture
def ses():
    client = boto3.client("sesv2", region_name="eu-west-1", aws_access_key_id="ada", aws_secret_access_key="ada")
    with Stubber(client) as stubber:
        client.stubber = stubber
        yield client


def _account(plan):
    return {"PricingAttributes": {"CurrentPlan": plan}}


def test_an_account_that_never_chose_pays_by_the_piece(ses):
    ses.stubber.add_response("put_account_pricing_attributes", {}, {"Plan": "NONE"})
    said = sender.settle_plan(ses, _account("ESSENTIALS"), "")
    assert said.startswith("SES plan: changed from Essentials to a-la-carte")
    ses.stubber.assert_no_pending_responses()


@pytest.mark.parametrize("plan", ["NONE", "PRO", "ENTERPRISE"])
def test_a_plan_that_somebody_chose_stays(ses, plan):
    assert "changed" not in sender.settle_plan(ses, _account(plan), "")


def test_essentials_stays_when_asked(ses):
    assert sender.settle_plan(ses, _account("ESSENTIALS"), "keep") == "SES plan: Essentials."


def test_a_plan_is_changed_when_asked(ses):
    ses.stubber.add_response("put_account_pricing_attributes", {}, {"Plan": "PRO"})
    assert "from a-la-carte to Pro" in sender.settle_plan(ses, _account("NONE"), "pro")


def test_a_refusal_is_told_and_stops_nothing(ses):
    ses.stubber.add_client_error("put_account_pricing_attributes", "ConflictException", "Wait until next month.")
    assert "still Essentials" in sender.settle_plan(ses, _account("ESSENTIALS"), "")


def test_an_older_account_does_not_tell_its_plan(ses):
    assert "does not say" in sender.settle_plan(ses, {}, "")


def test_every_dns_record_is_told_with_its_exact_name_and_value():
    assert [str(record) for record in sender.records("example.org", DOMAIN, "eu-west-1")] == [
        "one._domainkey.example.org  CNAME  one.dkim.amazonses.com",
        "two._domainkey.example.org  CNAME  two.dkim.amazonses.com",
        "mail.example.org  MX  10 feedback-smtp.eu-west-1.amazonses.com",
        'mail.example.org  TXT  "v=spf1 include:amazonses.com ~all"',
        '_dmarc.example.org  TXT  "v=DMARC1; p=none; rua=mailto:dmarc@example.org"',
    ]


def test_a_region_with_a_dkim_zone_of_its_own_is_named():
    known = {"DkimAttributes": {"Tokens": ["one"], "SigningHostedZone": "dkim.eu-south-1.amazonses.com"}}
    assert sender.records("example.org", known, "eu-south-1")[0].value == "one.dkim.eu-south-1.amazonses.com"


def test_what_ses_still_waits_for_is_told():
    assert sender.unfinished(DOMAIN) == ["DKIM", "MAIL FROM"]


def test_a_proven_domain_waits_for_nothing():
    proven = {
        "DkimAttributes": {"Status": "SUCCESS"},
        "MailFromAttributes": {"MailFromDomain": "mail.example.org", "MailFromDomainStatus": "SUCCESS"},
    }
    assert sender.unfinished(proven) == []


def test_a_domain_that_ses_does_not_know_is_none(ses):
    ses.stubber.add_client_error("get_email_identity", "NotFoundException")
    assert sender.identity(ses, "example.org") is None
