"""The doctor: what it says of a healthy installation, and of one where something is missing."""

import boto3
import pytest

from infra import check_events, check_mail, check_source, check_stack, idle
from infra.finding import Installation
from local.aws import ACCOUNT, environment

SIGNED = (
    "DKIM-Signature: v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple; s=one; d=example.org; t=1795000000;\r\n"
    "\th=From:To:Subject:MIME-Version:List-Unsubscribe:\r\n\t List-Unsubscribe-Post:Date:Message-ID;\r\n"
    "\tbh=abc=; b=def=\r\n"
)
SIGNED_BY_SES = "DKIM-Signature: v=1; s=two; d=amazonses.com; h=From:List-Unsubscribe:List-Unsubscribe-Post; b=x\r\n"
HEADERS = (
    "List-Unsubscribe: <https://act.example.org/u/doctor>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
)
HEALTHY = {
    "ProductionAccessEnabled": True,
    "SendingEnabled": True,
    "EnforcementStatus": "HEALTHY",
    "SendQuota": {"MaxSendRate": 300.0, "Max24HourSend": 1e6, "SentLast24Hours": 5.0},
    "PricingAttributes": {"CurrentPlan": "NONE"},
}


@pytest.fixture
def source(tmp_path):
    """Saves an email's source as Ada's mail program does."""

    def save(signature=SIGNED, headers=HEADERS, name=check_source._NAME, html=check_source._IN_HTML):
        body = (
            f'--b\r\nContent-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n[{name}]\r\n'
            f'--b\r\nContent-Type: text/html; charset="utf-8"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n<p>[{html}]</p>\r\n'
            "--b--\r\n"
        )
        subject = f"Subject: Muster's doctor: {name}\r\n"
        top = f'{signature}{headers}{subject}MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        file = tmp_path / "mail.eml"
        file.write_bytes((top + body).encode())
        return file

    return save


def _failures(findings):
    return [finding.what for finding in findings if finding.failed]


def test_an_email_as_it_should_be(source):
    assert _failures(check_source.check(source(), "example.org")) == []


def test_a_signature_without_the_one_click_header_is_found(source):
    signature = SIGNED.replace("List-Unsubscribe-Post:", "")
    (failure,) = _failures(check_source.check(source(signature=signature), "example.org"))
    assert "does not cover list-unsubscribe-post" in failure


def test_a_signature_of_ses_alone_does_not_count(source):
    failures = _failures(check_source.check(source(signature=SIGNED_BY_SES), "example.org"))
    assert failures[0] == "no DKIM signature of example.org: DMARC fails"


def test_a_missing_unsubscribe_header_is_found(source):
    failures = _failures(check_source.check(source(headers=""), "example.org"))
    assert [failure.split(" is ")[0] for failure in failures] == ["List-Unsubscribe", "List-Unsubscribe-Post"]


def test_html_escaped_twice_is_found(source):
    twice = check_source._IN_HTML.replace("&", "&amp;")
    (failure,) = _failures(check_source.check(source(html=twice), "example.org"))
    assert failure.startswith("the HTML came as")


def test_a_name_that_lost_its_letters_is_found(source):
    failures = _failures(check_source.check(source(name="O'Neil"), "example.org"))
    assert [failure.split(" came")[0] for failure in failures] == ["the subject", "the text"]


def test_a_healthy_account():
    assert _failures(check_mail._account(HEALTHY)) == []


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"ProductionAccessEnabled": False}, "sandbox"),
        ({"SendingEnabled": False}, "restricts"),
        ({"EnforcementStatus": "PROBATION"}, "PROBATION"),
    ],
)
def test_an_account_that_cannot_send_to_everybody_is_found(wrong, said):
    (failure,) = _failures(check_mail._account(HEALTHY | wrong))
    assert said in failure


def test_an_older_account_whose_plan_is_not_told_does_not_fail():
    account = {key: value for key, value in HEALTHY.items() if key != "PricingAttributes"}
    findings = list(check_mail._account(account))
    assert _failures(findings) == []
    assert findings[-1].verdict == "cannot check here"


def test_a_domain_that_is_not_proven_is_found():
    known = {"DkimAttributes": {"Status": "PENDING"}, "MailFromAttributes": {}}
    assert len(_failures(check_mail._domain(known, "example.org"))) == 2
    assert _failures(check_mail._domain(None, "example.org")) == ["SES does not know example.org"]


def test_what_happens_to_an_email_comes_back(cloud, monkeypatch):
    """The whole way on this machine: mailbox simulator, topic and files, as far as our double of SES is true."""
    for name, value in environment(cloud.stack.endpoint, cloud.stack.ses_url, cloud.stack.stripe_url).items():
        monkeypatch.setenv(name, value)
    live = Installation("local", ACCOUNT, boto3.Session(), {"MailFrom": "muster@example.org"}, {})
    findings = list(check_events.check(live))
    assert [finding.verdict for finding in findings] == ["ok"] * 5
    assert live.client("sqs").list_queues(QueueNamePrefix="muster-local-doctor").get("QueueUrls", []) == []


def test_the_doctor_knows_every_trigger(prod):
    assert len(check_stack._TRIGGERS) == len(idle.triggers(prod))
