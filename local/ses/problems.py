"""What SES finds wrong with a send request before it takes any message: None, or the error."""

import re
from typing import Any

from local.ses.account import Account
from local.ses.addresses import bare
from local.ses.answer import Refused, bad_request, message_rejected, not_found, too_many_requests
from local.ses.content import Content, Header

JsonObject = dict[str, Any]

MOST_DESTINATIONS = 50  # in one bulk call, and recipients in one message
MOST_HEADERS = 15

_HEADER_NAME = re.compile(r"[!-9;-~]{1,126}")
_HEADER_VALUE = re.compile(r"[ -~]{1,995}")
_TAG = re.compile(r"[A-Za-z0-9_\-.@]{1,256}")


def sender_problem(account: Account, body: JsonObject, content: Content) -> Refused | None:
    configuration_set = body.get("ConfigurationSetName") or ""
    if not account.sending:
        return Refused(400, "SendingPausedException", "Email sending is disabled for this account.")
    if not bare(content.sender):
        return bad_request(f"Invalid From address: {content.sender!r}.")
    if not account.may_send_from(content.sender):
        return message_rejected(f"Email address is not verified. These identities failed the check: {content.sender}")
    if not account.knows_configuration_set(configuration_set):
        return not_found(f"Configuration set <{configuration_set}> does not exist.")
    return tags_problem(pairs(body.get("DefaultEmailTags")))


def entries_problem(entries: list[JsonObject]) -> Refused | None:
    if not entries:
        return bad_request("BulkEmailEntries is empty.")
    if len(entries) > MOST_DESTINATIONS:
        return bad_request("Number of destinations is greater than 50.")
    for entry in entries:
        headers, tags = pairs(entry.get("ReplacementHeaders")), pairs(entry.get("ReplacementTags"))
        if problem := headers_problem(tuple(headers)) or tags_problem(tags):
            return problem
    return None


def headers_problem(headers: tuple[Header, ...]) -> Refused | None:
    if len(headers) > MOST_HEADERS:
        return bad_request("More than 15 headers.")
    for name, value in headers:
        if not _HEADER_NAME.fullmatch(name) or not _HEADER_VALUE.fullmatch(value) or len(name + value) > 996:
            return bad_request(f"Invalid header {name!r}: printable ASCII, name <= 126, value <= 995, both <= 996.")
    return None


def tags_problem(tags: list[tuple[str, str]]) -> Refused | None:
    for name, value in tags:
        if not _TAG.fullmatch(name) or not _TAG.fullmatch(value):
            return bad_request(f"Invalid tag {name!r}: letters, digits, _ and - only, at most 256.")
    return None


def quota_problem(account: Account, now: float) -> Refused | None:
    if account.quota.throttled(now):
        return too_many_requests("Maximum sending rate exceeded.")
    if account.quota.spent_today(now):
        return too_many_requests("Daily message quota exceeded.")
    return None


def pairs(listed: list[dict[str, str]] | None) -> list[tuple[str, str]]:
    return [(item.get("Name", ""), item.get("Value", "")) for item in listed or []]
