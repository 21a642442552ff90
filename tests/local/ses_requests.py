"""Requests as Muster's sender makes them, and an account to send them to."""

import itertools
import json
from typing import Any

from local.ses.account import Account
from local.ses.quota import Quota

JsonObject = dict[str, Any]

FROM = "Friends of the Library <muster@example.org>"


def an_account(rate: float = 1000, daily: float = -1) -> Account:
    ids = map(str, itertools.count(1))
    return Account(Quota(rate, daily), lambda: next(ids))


def single(to: str = "ada@example.org", **simple: Any) -> JsonObject:
    content = {"Subject": {"Data": "Thank you"}, "Body": {"Text": {"Data": "You signed."}}, **simple}
    return {
        "FromEmailAddress": FROM,
        "Destination": {"ToAddresses": [to]},
        "Content": {"Simple": content},
        "ConfigurationSetName": "muster-local",
    }


def bulk(*entries: JsonObject, subject: str = "Hello {{h1}}", defaults: str = "") -> JsonObject:
    template = {
        "TemplateContent": {"Subject": subject, "Html": "<p>{{h1}}</p>", "Text": "{{h1}}"},
        "TemplateData": defaults,
        "Headers": [{"Name": "List-Unsubscribe-Post", "Value": "List-Unsubscribe=One-Click"}],
    }
    return {
        "FromEmailAddress": FROM,
        "DefaultContent": {"Template": template},
        "DefaultEmailTags": [{"Name": "mailing", "Value": "m1"}],
        "BulkEmailEntries": list(entries),
        "ConfigurationSetName": "muster-local",
    }


def entry(to: str = "ada@example.org", headers: dict[str, str] | None = None, **values: str) -> JsonObject:
    given = {"List-Unsubscribe": "<http://127.0.0.1/u/1>"} if headers is None else headers
    return {
        "Destination": {"ToAddresses": [to]},
        "ReplacementEmailContent": {"ReplacementTemplate": {"ReplacementTemplateData": json.dumps(values)}},
        "ReplacementHeaders": [{"Name": name, "Value": value} for name, value in given.items()],
        "ReplacementTags": [{"Name": "recipient", "Value": "r1"}],
    }
