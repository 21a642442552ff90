"""Checks that only a received email can answer: is what matters signed, and did SES fill in exactly what we gave it?

`send` writes one to a mailbox of the caller's; its source, saved to a file, is then read by `check`.
"""

import json
import re
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from infra.finding import Finding, Installation, judged

# What is hard to pass on unchanged: quotes, ampersands, markup, braces, other scripts.
_NAME = 'O\'Neil & "Søn" <b> {{x}} 木'
_IN_HTML = "O&#39;Neil &amp; &quot;Søn&quot; &lt;b&gt; {{x}} 木"
_ONE_CLICK = "List-Unsubscribe=One-Click"


def send(live: Installation, mailbox: str) -> Finding:
    """Write to the mailbox as the senders do: one bulk call, holes filled by SES, headers of the recipient's own."""
    data = json.dumps({"h0": _IN_HTML, "r0": _NAME})
    headers = {"List-Unsubscribe": f"<{live.outputs['Url']}/u/doctor>", "List-Unsubscribe-Post": _ONE_CLICK}
    content = {"Subject": "Muster's doctor: {{r0}}", "Text": "[{{r0}}]", "Html": "<p>[{{h0}}]</p>"}
    entry = {
        "Destination": {"ToAddresses": [mailbox]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": data}},
        "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in headers.items()],
    }
    reply = live.client("sesv2").send_bulk_email(
        FromEmailAddress=live.sender,
        DefaultContent={"Template": {"TemplateContent": content, "TemplateData": "{}"}},
        BulkEmailEntries=[entry],
        ConfigurationSetName=live.name,
    )
    status = reply["BulkEmailEntryResults"][0]["Status"]
    said = f'wrote to {mailbox}. Save its source ("show original") to a file, then: make doctor SOURCE=<that file>'
    return judged(status == "SUCCESS", said, f"SES refuses to write to {mailbox}: {status}")


def check(source: Path, domain: str) -> Iterator[Finding]:
    """What the source of that email, as received, says."""
    mail = message_from_bytes(source.read_bytes(), policy=policy.default)
    yield from _signature(mail, domain)
    yield from _headers(mail)
    yield from _contents(mail)


def _signature(mail: EmailMessage, domain: str) -> Iterator[Finding]:
    signatures = [re.sub(r"\s+", "", str(value)) for value in mail.get_all("DKIM-Signature", [])]
    ours = [signature for signature in signatures if f";d={domain.lower()};" in f";{signature.lower()};"]
    yield judged(bool(ours), f"signed by {domain}", f"no DKIM signature of {domain}: DMARC fails")
    for header in ("list-unsubscribe", "list-unsubscribe-post"):
        covered = any(header in _covered(signature) for signature in ours)
        yield judged(covered, f"the signature covers {header}", f"the signature does not cover {header}: no one-click")


def _covered(signature: str) -> list[str]:
    found = re.search(r"(?:^|;)h=([^;]*)", signature)
    return found[1].lower().split(":") if found else []


def _headers(mail: EmailMessage) -> Iterator[Finding]:
    link, post = str(mail.get("List-Unsubscribe", "")), str(mail.get("List-Unsubscribe-Post", ""))
    yield judged("https://" in link, f"List-Unsubscribe: {link}", f"List-Unsubscribe is {link or 'missing'}")
    yield judged(post == _ONE_CLICK, f"List-Unsubscribe-Post: {post}", f"List-Unsubscribe-Post is {post or 'missing'}")


def _contents(mail: EmailMessage) -> Iterator[Finding]:
    """SES must put in what it was given, no more escaped and no less."""
    found = {
        "subject": (str(mail["Subject"]), f"Muster's doctor: {_NAME}"),
        "text": (_part(mail, "plain"), f"[{_NAME}]"),
        "HTML": (_part(mail, "html"), f"[{_IN_HTML}]"),
    }
    for part, (came, given) in found.items():
        yield judged(
            given in came, f"the {part} came as given", f"the {part} came as {came.strip()!r}, not as {given!r}"
        )


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    return str(part.get_content()) if part else ""
