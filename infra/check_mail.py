"""Checks of the sender: the account's standing, quota and plan; the domain's proof; where events go."""

from collections.abc import Iterator
from typing import Any

from infra import sender
from infra.finding import Finding, Installation, bad, good, judged, unknown


def check(live: Installation) -> Iterator[Finding]:
    ses = live.client("sesv2")
    yield from _account(ses.get_account())
    yield from _domain(sender.identity(ses, live.mail_domain), live.mail_domain)
    yield _dmarc(live.mail_domain)
    yield from _destinations(ses, live.name)


def _account(account: dict[str, Any]) -> Iterator[Finding]:
    out = account.get("ProductionAccessEnabled", False)
    yield judged(out, "SES is out of its sandbox", "SES is in its sandbox: it sends to proven addresses only")
    standing = account.get("EnforcementStatus", "HEALTHY")
    fine = account.get("SendingEnabled", True) and standing == "HEALTHY"
    yield judged(fine, "SES lets the account send", f"SES restricts the account: {standing}")
    quota = account["SendQuota"]
    said = f"{quota['MaxSendRate']:,.0f} recipients a second, {quota['Max24HourSend']:,.0f} a day"
    yield good(f"quota: {said} ({quota['SentLast24Hours']:,.0f} used)")
    yield _plan(sender.plan(account))


def _plan(plan: str | None) -> Finding:
    if plan is None:
        return unknown("the SES plan: SES does not say (an account from before July 2026 pays by the piece)")
    if plan == "NONE":
        return good("SES plan: a-la-carte, $0.10 a thousand")
    return good(
        f"SES plan: {plan.capitalize()}; a-la-carte costs less up to 100 million a month (make deploy SES_PLAN=none)"
    )


def _domain(known: dict[str, Any] | None, domain: str) -> Iterator[Finding]:
    if known is None:
        yield bad(f"SES does not know {domain}")
        return
    waiting = sender.unfinished(known)
    yield judged("DKIM" not in waiting, f"DKIM of {domain} is verified", f"DKIM of {domain} is not verified")
    if not known.get("MailFromAttributes", {}).get("MailFromDomain"):
        yield bad(f"{domain} has no MAIL FROM domain of its own: SPF is not aligned")
    else:
        name = known["MailFromAttributes"]["MailFromDomain"]
        yield judged("MAIL FROM" not in waiting, f"MAIL FROM {name} is verified", f"MAIL FROM {name} is not verified")


def _dmarc(domain: str) -> Finding:
    try:
        from dns.exception import DNSException  # noqa: PLC0415  (comes with email-validator)
        from dns.resolver import NXDOMAIN, NoAnswer, resolve  # noqa: PLC0415
    except ImportError:
        return unknown(f"the DMARC record of {domain}: dnspython is not installed")
    try:
        texts = [b"".join(answer.strings).decode() for answer in resolve(f"_dmarc.{domain}", "TXT")]
    except (NXDOMAIN, NoAnswer):
        return bad(f"there is no DMARC record _dmarc.{domain}: large mailbox providers refuse bulk mail without one")
    except DNSException as error:
        return unknown(f"the DMARC record of {domain}: {error}")
    found = next((text for text in texts if text.startswith("v=DMARC1")), None)
    return good(f"DMARC of {domain}: {found}") if found else bad(f"_dmarc.{domain} is not a DMARC record: {texts}")


def _destinations(ses: Any, configuration_set: str) -> Iterator[Finding]:
    found = ses.get_configuration_set_event_destinations(ConfigurationSetName=configuration_set)["EventDestinations"]
    kinds = {kind for destination in found if destination.get("Enabled") for kind in destination["MatchingEventTypes"]}
    wanted = {"BOUNCE", "COMPLAINT", "REJECT", "RENDERING_FAILURE", "SEND", "DELIVERY", "DELIVERY_DELAY", "OPEN"}
    missing = ", ".join(sorted(wanted - kinds))
    yield judged(not missing, "SES tells us of every kind of event we use", f"SES does not tell us of {missing}")
