"""API Gateway's own page for an address or method that no route has. The emulator answers that in JSON of its own."""

import json
from pathlib import Path
from typing import Any

from local.http11 import Response

_KIND = "MissingAuthenticationTokenException"  # what API Gateway calls it


def page_for_no_route(template: Path) -> Response:
    """As the deployed template words it."""
    api = json.loads(template.read_text())["Resources"]["RestAPI"]["Properties"]
    said: dict[str, Any] = api["GatewayResponses"]["MISSING_AUTHENTICATION_TOKEN"]
    headers = [(name, value.strip("'")) for name, value in said["ResponseParameters"]["Headers"].items()]
    return Response(int(said["StatusCode"]), headers, said["ResponseTemplates"]["text/html"].encode())


def has_no_route(answer: Response) -> bool:
    """True when the emulator found nothing behind an address."""
    return dict(answer.headers).get("x-amzn-errortype") == _KIND
