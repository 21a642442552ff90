"""SES as an account has it: the price plan, the sandbox, and the DNS records that a sending domain needs."""

from typing import Any, NamedTuple

from botocore.exceptions import ClientError


class Record(NamedTuple):
    """One DNS record to be made by hand."""

    name: str
    kind: str
    value: str

    def __str__(self) -> str:
        return f"{self.name}  {self.kind}  {self.value}"


def identity(ses: Any, domain: str) -> dict[str, Any] | None:
    """What SES knows about a domain; None when it does not know it."""
    try:
        found: dict[str, Any] = ses.get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response["Error"]["Code"] in ("NotFoundException", "404"):
            return None
        raise
    return found


def records(domain: str, known: dict[str, Any], region: str) -> list[Record]:
    """What must stand in the DNS for mail to be signed (DKIM), aligned (MAIL FROM) and trusted (DMARC)."""
    dkim = known.get("DkimAttributes", {})
    zone = dkim.get("SigningHostedZone") or "dkim.amazonses.com"
    keys = [Record(f"{token}._domainkey.{domain}", "CNAME", f"{token}.{zone}") for token in dkim.get("Tokens", [])]
    bounces = known.get("MailFromAttributes", {}).get("MailFromDomain") or f"mail.{domain}"
    return [
        *keys,
        Record(bounces, "MX", f"10 feedback-smtp.{region}.amazonses.com"),
        Record(bounces, "TXT", '"v=spf1 include:amazonses.com ~all"'),
        Record(f"_dmarc.{domain}", "TXT", f'"v=DMARC1; p=none; rua=mailto:dmarc@{domain}"'),
    ]


def unfinished(known: dict[str, Any]) -> list[str]:
    """Which parts of a domain's proof SES still waits for."""
    bounces = known.get("MailFromAttributes", {})
    parts = {
        "DKIM": known.get("DkimAttributes", {}).get("Status") == "SUCCESS",
        "MAIL FROM": not bounces.get("MailFromDomain") or bounces.get("MailFromDomainStatus") == "SUCCESS",
    }
    return [part for part, done in parts.items() if not done]


def plan(account: dict[str, Any]) -> str | None:
    """NONE (a-la-carte), ESSENTIALS, PRO or ENTERPRISE; None where SES does not tell (yet)."""
    return (account.get("PricingAttributes") or {}).get("CurrentPlan")


def settle_plan(ses: Any, account: dict[str, Any], wanted: str) -> str:
    """Pay by the piece ($0.10 a thousand instead of $0.16) unless somebody chose otherwise; what was done, in words.

    Essentials is what AWS gives an account that never chose; Pro and Enterprise somebody chose. `wanted` is a plan's
    name, `keep`, or empty for that rule.
    """
    now = plan(account)
    if now is None:
        return "SES plan: SES does not say; an account from before July 2026 pays by the piece."
    chosen = wanted.upper() or ("NONE" if now == "ESSENTIALS" else now)
    if chosen in ("KEEP", now):
        return f"SES plan: {_named(now)}."
    try:
        ses.put_account_pricing_attributes(Plan=chosen)
    except ClientError as error:
        return f"SES plan: still {_named(now)}; SES refused {_named(chosen)}: {error.response['Error']['Message']}"
    return f"SES plan: changed from {_named(now)} to {_named(chosen)}, for the whole account in this region."


def _named(plan: str) -> str:
    return "a-la-carte" if plan == "NONE" else plan.capitalize()
