"""Reading what a browser sent: path parameters, cookies, form fields and uploaded files."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

from chalice.app import Request

from chalicelib import signing

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data"
LONGEST_FORM = 64 * 1024

# Programs that check a link ask for the headers alone; API Gateway has no such method unless a route names it.
READ = ["GET", "HEAD"]

# The header that CloudFront adds (`infra/front.yml`).
EDGE_KEY = "x-muster-edge"

_ID = re.compile(r"[0-9a-f]{32}")


class Upload(NamedTuple):
    """A file out of a multipart form."""

    filename: str
    media_type: str
    content: bytes


class TooLong(Exception):
    """The body is larger than any form of ours."""


class Malformed(Exception):
    """The body is not a form."""


def path_part(text: str) -> str:
    """A path parameter as a person wrote it: Chalice leaves it URL-encoded."""
    return unquote(text)


def is_id(text: str) -> bool:
    """True for what may be an id of ours: 32 hex digits, and short enough to ask DynamoDB for."""
    return bool(_ID.fullmatch(text))


def form_fields(request: Request, longest: int = LONGEST_FORM) -> dict[str, str]:
    """The form's fields, the last of each name. Raises TooLong and Malformed."""
    fields, _ = _form(request, longest)
    return dict(fields)


def form_lists(request: Request, longest: int = LONGEST_FORM) -> dict[str, list[str]]:
    """The form's fields with every value of each name, as checkboxes send them. Raises TooLong and Malformed."""
    lists: dict[str, list[str]] = {}
    for name, value in _form(request, longest)[0]:
        lists.setdefault(name, []).append(value)
    return lists


def form_with_files(request: Request, longest: int) -> tuple[dict[str, str], dict[str, Upload]]:
    """The fields and the files of a multipart form of at most `longest` bytes."""
    fields, files = _form(request, longest)
    return dict(fields), files


def query(request: Request) -> Mapping[str, str]:
    return dict(request.query_params or {})


def cookies(request: Request) -> Mapping[str, str]:
    """By name. The library's parser stops at the first cookie it dislikes, which may be one of a neighbouring site."""
    pairs = (cookie.partition("=") for cookie in request.headers.get("cookie", "").split(";"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def from_elsewhere(request: Request) -> bool:
    """True when a browser says that another site made it send this request."""
    return request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none")


def from_here(request: Request) -> bool:
    """True when a browser says that a page of ours made it send this request; older ones do not say."""
    return bool(request.headers.get("sec-fetch-site", "") == "same-origin")


def client_address(request: Request) -> str:
    """The IP address of whoever sent this, '' when nobody says.

    CloudFront appends the address that it was called from to X-Forwarded-For, API Gateway then CloudFront's; so the
    last but one is the visitor's, whatever stood there before. The last is who called API Gateway itself, and so the
    visitor's where CloudFront's key is missing: whoever goes behind its back cannot name an address of their choice.
    """
    passed = [each.strip() for each in request.headers.get("x-forwarded-for", "").split(",") if each.strip()]
    if passed:
        by_the_edge = signing.read(signing.EDGE, request.headers.get(EDGE_KEY, "")) is not None
        return str(passed[-2:][0] if by_the_edge else passed[-1])
    return str((request.context.get("identity") or {}).get("sourceIp") or "")


def _form(request: Request, longest: int) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    kind = request.headers.get("content-type", "")
    body = _body(request, longest)
    if kind.startswith(MULTIPART):
        return _multipart(kind, body)
    return _pairs(body), {}


def _body(request: Request, longest: int) -> bytes:
    body: Any = request.raw_body
    if len(body) > longest:
        raise TooLong
    return body if isinstance(body, bytes) else str(body).encode()


def _pairs(body: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(body.decode("utf-8"), keep_blank_values=True, max_num_fields=500)
    except ValueError as error:
        raise Malformed from error


def _multipart(kind: str, body: bytes) -> tuple[list[tuple[str, str]], dict[str, Upload]]:
    from email.parser import BytesParser  # noqa: PLC0415  (8 ms with its policy, needed for few forms)
    from email.policy import HTTP  # noqa: PLC0415

    try:
        message = BytesParser(policy=HTTP).parsebytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    except RecursionError as error:  # a form within a form, a thousand times
        raise Malformed from error
    if not message.is_multipart():
        raise Malformed
    fields: list[tuple[str, str]] = []
    files = {}
    for part in message.iter_parts():
        name = str(part.get_param("name", "", header="content-disposition"))
        content: Any = part.get_payload(decode=True) or b""
        if (filename := part.get_filename()) is None:
            fields.append((name, content.decode("utf-8", "replace")))
        else:
            files[name] = Upload(str(filename), part.get_content_type(), content)
    return fields, files
