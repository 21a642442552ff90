"""The wire: SES v2 operations by method and path, JSON in and out, errors as the SDKs expect them."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, unquote

import msgspec

from local.http11 import Request, Response
from local.ses import control
from local.ses.accept import send_bulk_email, send_email
from local.ses.account import Account
from local.ses.answer import Answer, Refused, bad_request

JsonObject = dict[str, Any]
Operation = Callable[[Account, JsonObject, float], Answer | Refused]

_NAME = r"(?P<name>[^/]+)"
OPERATIONS: list[tuple[str, str, Operation]] = [
    ("POST", "outbound-bulk-emails", send_bulk_email),
    ("POST", "outbound-emails", send_email),
    ("GET", "account", control.get_account),
    ("PUT", "account/pricing-attributes", control.put_pricing_attributes),
    ("PUT", "account/sending", control.put_sending_attributes),
    ("POST", "templates", control.create_template),
    ("GET", "templates", control.list_templates),
    ("GET", f"templates/{_NAME}", control.get_template),
    ("PUT", f"templates/{_NAME}", control.update_template),
    ("DELETE", f"templates/{_NAME}", control.delete_template),
    ("POST", "identities", control.create_identity),
    ("POST", "list-identities", control.list_identities),
    ("GET", f"identities/{_NAME}", control.get_identity),
    ("DELETE", f"identities/{_NAME}", control.delete_identity),
    ("PUT", f"identities/{_NAME}/mail-from", control.put_identity_mail_from),
    ("PUT", f"identities/{_NAME}/configuration-set", control.put_identity_configuration_set),
    ("PUT", "suppression/addresses", control.put_suppressed),
    ("GET", "suppression/addresses", control.list_suppressed),
    ("GET", f"suppression/addresses/{_NAME}", control.get_suppressed),
    ("DELETE", f"suppression/addresses/{_NAME}", control.delete_suppressed),
    ("GET", f"configuration-sets/{_NAME}", control.get_configuration_set),
    ("GET", f"configuration-sets/{_NAME}/event-destinations", control.get_event_destinations),
]
_ROUTES = [(method, re.compile(f"/v2/email/{path}/?"), operation) for method, path, operation in OPERATIONS]


def perform(account: Account, request: Request, now: float) -> Answer | Refused:
    """Path and query parameters join the body under the names `name` and as they are."""
    try:
        body = msgspec.json.decode(request.body) if request.body else {}
    except (msgspec.DecodeError, UnicodeDecodeError):
        return bad_request("The body is not JSON.")
    for method, path, operation in _ROUTES:
        if method == request.method and (match := path.fullmatch(request.path)):
            given = {key: unquote(value) for key, value in match.groupdict().items()}
            asked = {key: values[0] for key, values in parse_qs(request.query).items()}
            return operation(account, {**body, **asked, **given}, now)
    return Refused(404, "UnknownOperationException", f"The local SES double has no {request.method} {request.path}.")


def written(answer: Answer | Refused) -> Response:
    if isinstance(answer, Refused):
        headers = [("Content-Type", "application/json"), ("x-amzn-ErrorType", answer.kind)]
        return Response(answer.status, headers, msgspec.json.encode({"message": answer.message}))
    return Response(200, [("Content-Type", "application/json")], msgspec.json.encode(answer.body))
