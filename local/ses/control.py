"""Everything about the account that is not sending: limits and plan, templates, identities, suppressed addresses."""

import math
from hashlib import sha256
from typing import Any

from local.ses.account import Account
from local.ses.addresses import bare
from local.ses.answer import Answer, Refused, already_exists, bad_request, not_found
from local.ses.compose import template_problem
from local.ses.events import ACCOUNT, COMMON, RARE

JsonObject = dict[str, Any]

PLANS = ("NONE", "ESSENTIALS", "PRO", "ENTERPRISE")
PAGE = 1000

_STREAM_ARN = f"arn:aws:firehose:us-east-1:{ACCOUNT}:deliverystream/local"
_TOPIC = {"SnsDestination": {"TopicArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:local"}}
_STREAM = {
    "KinesisFirehoseDestination": {
        "IamRoleArn": f"arn:aws:iam::{ACCOUNT}:role/local",
        "DeliveryStreamArn": _STREAM_ARN,
    }
}


def get_account(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    quota = account.quota
    return _done(
        {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": "HEALTHY",
            "ProductionAccessEnabled": True,
            "SendingEnabled": account.sending,
            "SendQuota": {
                "Max24HourSend": quota.daily,
                "MaxSendRate": quota.rate,
                "SentLast24Hours": quota.sent_last_day(now),
            },
            "SuppressionAttributes": {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]},
            "VdmAttributes": {"VdmEnabled": "DISABLED"},
            "PricingAttributes": {"CurrentPlan": account.plan, "NextPlan": account.plan},
        }
    )


def put_pricing_attributes(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    if body.get("Plan") not in PLANS:
        return bad_request(f"Plan is one of {', '.join(PLANS)}.")
    account.plan = body["Plan"]
    return _done()


def put_sending_attributes(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    account.sending = bool(body.get("SendingEnabled"))
    return _done()


def create_template(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    name = body.get("TemplateName") or ""
    if name in account.templates:
        return already_exists(f"Template {name} already exists.")
    return _store_template(account, name, body)


def update_template(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    name = body["name"]
    return _store_template(account, name, body) if name in account.templates else _no_template(name)


def get_template(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    found = account.templates.get(body["name"])
    return _done({"TemplateName": body["name"], "TemplateContent": found}) if found else _no_template(body["name"])


def list_templates(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    return _done({"TemplatesMetadata": [{"TemplateName": name} for name in account.templates]})


def delete_template(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    found = account.templates.pop(body["name"], None)
    return _done() if found else _no_template(body["name"])


def create_identity(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    """Verified at once: there is no DNS here to wait for."""
    name = (body.get("EmailIdentity") or "").lower()
    if name in account.identities:
        return already_exists(f"Email identity {name} already exists.")
    if "." not in name:
        return bad_request(f"Invalid email identity: {name!r}.")
    account.identities[name] = _new_identity(name, body.get("ConfigurationSetName"))
    shown = ("IdentityType", "VerifiedForSendingStatus", "DkimAttributes")
    return _done({key: account.identities[name][key] for key in shown})


def get_identity(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    found = account.identities.get(body["name"].lower())
    return _done(found) if found else _no_identity(body["name"])


def delete_identity(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    found = account.identities.pop(body["name"].lower(), None)
    return _done() if found else _no_identity(body["name"])


def list_identities(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    kinds = {name: identity["IdentityType"] for name, identity in account.identities.items()}
    shared = {"SendingEnabled": True, "VerificationStatus": "SUCCESS"}
    listed = [{"IdentityName": name, "IdentityType": kind, **shared} for name, kind in kinds.items()]
    return _done({"EmailIdentities": listed})


def put_identity_mail_from(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    if not (found := account.identities.get(body["name"].lower())):
        return _no_identity(body["name"])
    found["MailFromAttributes"] = {
        "MailFromDomain": body.get("MailFromDomain") or "",
        "MailFromDomainStatus": "SUCCESS",
        "BehaviorOnMxFailure": body.get("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE",
    }
    return _done()


def put_identity_configuration_set(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    if not (found := account.identities.get(body["name"].lower())):
        return _no_identity(body["name"])
    found["ConfigurationSetName"] = body.get("ConfigurationSetName")
    return _done()


def put_suppressed(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    address, reason = bare(body.get("EmailAddress") or ""), body.get("Reason")
    if not address or reason not in ("BOUNCE", "COMPLAINT"):
        return bad_request("EmailAddress and Reason (BOUNCE or COMPLAINT) are required.")
    key = address.lower()
    account.suppressed[key] = {"EmailAddress": key, "Reason": reason, "LastUpdateTime": math.floor(now)}
    return _done()


def get_suppressed(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    found = account.suppressed.get(body["name"].lower())
    return _done({"SuppressedDestination": found}) if found else _not_suppressed(body["name"])


def list_suppressed(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    start, size = int(body.get("NextToken") or 0), int(body.get("PageSize") or PAGE)
    listed = list(account.suppressed.values())
    more = {"NextToken": str(start + size)} if len(listed) > start + size else {}
    return _done({"SuppressedDestinationSummaries": listed[start : start + size], **more})


def delete_suppressed(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    found = account.suppressed.pop(body["name"].lower(), None)
    return _done() if found else _not_suppressed(body["name"])


def get_configuration_set(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    name = body["name"]
    if not account.knows_configuration_set(name):
        return not_found(f"Configuration set <{name}> does not exist.")
    return _done({"ConfigurationSetName": name, "SendingOptions": {"SendingEnabled": True}})


def get_event_destinations(account: Account, body: JsonObject, now: float) -> Answer | Refused:
    """The two ways that `events.py` knows, with what it tells over each."""
    if not account.knows_configuration_set(body["name"]):
        return not_found(f"Configuration set <{body['name']}> does not exist.")
    listed = [
        {"Name": name, "Enabled": True, "MatchingEventTypes": list(kinds), **way}
        for name, kinds, way in (("rare", RARE, _TOPIC), ("common", COMMON, _STREAM))
    ]
    return _done({"EventDestinations": listed})


def _done(body: JsonObject | None = None) -> Answer:
    return Answer(body or {}, [])


def _store_template(account: Account, name: str, body: JsonObject) -> Answer | Refused:
    content = body.get("TemplateContent") or {}
    parts = [content.get(part) or "" for part in ("Subject", "Html", "Text")]
    if problem := template_problem(parts, ""):
        return problem
    account.templates[name] = content
    return _done()


def _new_identity(name: str, configuration_set: str | None) -> JsonObject:
    tokens = [sha256(f"{word} {name}".encode()).hexdigest()[:32] for word in ("first", "second", "third")]
    return {
        "IdentityType": "EMAIL_ADDRESS" if "@" in name else "DOMAIN",
        "FeedbackForwardingStatus": True,
        "VerifiedForSendingStatus": True,
        "VerificationStatus": "SUCCESS",
        "DkimAttributes": {
            "SigningEnabled": True,
            "Status": "SUCCESS",
            "Tokens": tokens,
            "SigningAttributesOrigin": "AWS_SES",
            "CurrentSigningKeyLength": "RSA_2048_BIT",
        },
        "Policies": {},
        "ConfigurationSetName": configuration_set,
    }


def _no_template(name: str) -> Refused:
    return not_found(f"Template {name} does not exist.")


def _no_identity(name: str) -> Refused:
    return not_found(f"Email identity {name} does not exist.")


def _not_suppressed(address: str) -> Refused:
    return not_found(f"Email address {address} does not exist on your suppression list.")
