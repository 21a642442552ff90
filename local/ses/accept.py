"""SendEmail and SendBulkEmail: which messages SES takes, which it refuses, and what comes of each. Pure."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from local.ses.account import Account
from local.ses.addresses import Fate, bare, fate
from local.ses.answer import Accepted, Answer, Refused, bad_request, too_many_requests
from local.ses.compose import single_content, template_content
from local.ses.content import Content, Header, merged
from local.ses.problems import MOST_DESTINATIONS, entries_problem, pairs, quota_problem, sender_problem, tags_problem

JsonObject = dict[str, Any]

MOST_DATA = 262_144  # characters
EICAR = "X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class Call(NamedTuple):
    """What all messages of one request share."""

    id: str
    content: Content
    configuration_set: str
    now: float


class Draft(NamedTuple):
    """One message before SES has looked at it."""

    destination: JsonObject
    data: str
    headers: tuple[Header, ...]
    tags: dict[str, str]


def send_email(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    content = single_content(account, body)
    if isinstance(content, Refused):
        return content
    tags = pairs(body.get("EmailTags"))
    if problem := sender_problem(account, body, content) or tags_problem(tags) or quota_problem(account, now):
        return problem
    draft = Draft(body.get("Destination") or {}, "", (), dict(tags))
    result = _accept(account, _call(account, body, content, now), draft)
    return bad_request(result) if isinstance(result, str) else Answer({"MessageId": result.message_id}, [result])


def send_bulk_email(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    """One result per entry, in order. A call that finds the rate used up is refused as a whole."""
    entries = body.get("BulkEmailEntries") or []
    content = template_content(account, body, (body.get("DefaultContent") or {}).get("Template"))
    if isinstance(content, Refused):
        return content
    if problem := entries_problem(entries) or sender_problem(account, body, content):
        return problem
    if account.quota.throttled(now):
        return too_many_requests("Maximum sending rate exceeded.")
    tags = dict(pairs(body.get("DefaultEmailTags")))
    drafts = [_entry_draft(entry, tags) for entry in entries]
    outcomes = list(_each_entry(account, _call(account, body, content, now), drafts))
    results = [outcome if isinstance(outcome, dict) else _success(outcome) for outcome in outcomes]
    return Answer({"BulkEmailEntryResults": results}, [each for each in outcomes if isinstance(each, Accepted)])


def _call(account: Account, body: JsonObject, content: Content, now: float) -> Call:
    return Call(account.new_id(), content, body.get("ConfigurationSetName") or "", now)


def _entry_draft(entry: JsonObject, shared_tags: dict[str, str]) -> Draft:
    replaced = (entry.get("ReplacementEmailContent") or {}).get("ReplacementTemplate") or {}
    headers = tuple(pairs(entry.get("ReplacementHeaders")))
    tags = {**shared_tags, **dict(pairs(entry.get("ReplacementTags")))}
    return Draft(entry.get("Destination") or {}, replaced.get("ReplacementTemplateData") or "", headers, tags)


def _each_entry(account: Account, call: Call, drafts: list[Draft]) -> Iterator[Accepted | JsonObject]:
    for draft in drafts:
        if account.quota.spent_today(call.now):
            yield {"Status": "ACCOUNT_DAILY_QUOTA_EXCEEDED", "Error": "Daily message quota exceeded."}
        elif not account.debt and account.quota.throttled(call.now):
            yield {"Status": "ACCOUNT_THROTTLED", "Error": "Maximum sending rate exceeded."}
        else:
            result = _accept(account, call, draft)
            yield {"Status": "INVALID_PARAMETER", "Error": result} if isinstance(result, str) else result


def _success(message: Accepted) -> JsonObject:
    return {"Status": "SUCCESS", "MessageId": message.message_id}


def _accept(account: Account, call: Call, draft: Draft) -> Accepted | str:
    """The message, or what is wrong with it. An accepted message uses quota for each of its recipients."""
    recipients = _recipients(draft.destination)
    if isinstance(recipients, str):
        return recipients
    missing = _missing(call.content, draft.data)
    if missing is None:
        return "Invalid template data."
    account.quota.take(len(recipients), call.now)
    number = account.take_number()
    return Accepted(
        number=number,
        message_id=f"{int(call.now * 1000):016x}-{call.id}-{number:06d}",
        recipients=recipients,
        content=call.content,
        data=draft.data,
        headers=draft.headers,
        tags=draft.tags,
        configuration_set=call.configuration_set,
        fate=_fate(account, call.content, recipients, missing),
        missing=missing,
        at=call.now,
    )


def _fate(account: Account, content: Content, recipients: tuple[str, ...], missing: str) -> Fate:
    """A message with several recipients shares the fate of the first; ours have one."""
    if missing:
        return Fate.NOT_RENDERED
    if EICAR in content.text or EICAR in content.html:
        return Fate.REJECTED
    return fate(recipients[0], account.suppressed)


def _recipients(destination: JsonObject) -> tuple[str, ...] | str:
    listed = [a for kind in ("ToAddresses", "CcAddresses", "BccAddresses") for a in destination.get(kind) or []]
    if not listed:
        return "Destination has no addresses."
    if len(listed) > MOST_DESTINATIONS:
        return "Recipient count exceeds 50."
    addresses = [bare(address) for address in listed]
    good = tuple(address for address in addresses if address)
    return good if len(good) == len(listed) else f"Invalid address: {listed[addresses.index(None)]!r}."


def _missing(content: Content, data: str) -> str | None:
    """The first variable without a value, "" if all are there, None if the data cannot be read."""
    if len(data) > MOST_DATA:
        return None
    try:
        values = merged(content.defaults, data)
    except ValueError:
        return None
    if content.holes <= values.keys():
        return ""
    return min(content.holes - values.keys())
