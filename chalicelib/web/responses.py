"""What routes answer with. Every page carries the same protections; a page says itself how long it may be cached."""

from typing import Any
from urllib.parse import quote

import msgspec
from chalice.app import Response

HTML = "text/html; charset=utf-8"

Headers = dict[str, str | list[str]]

_PROTECTED: Headers = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}

# Everything comes from this site; styles are in the page, so that it arrives in one piece.
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: https:; "
    "connect-src 'self'; font-src 'self'; frame-src 'self'; form-action 'self'{forms}; base-uri 'none'; "
    "frame-ancestors {framed_by}"
)

# What an address may hold beside letters and digits; a header takes nothing else.
_IN_ADDRESSES = "%/:?#[]@!$&'()*+,;=-._~"

NEVER = "no-store"
PUBLIC = "public, max-age=0, s-maxage=10, stale-while-revalidate=60"
FOREVER = "public, max-age=31536000, immutable"


def page(
    html: str,
    *,
    status: int = 200,
    cache: str = NEVER,
    forms_to: str = "",
    framed_by: str = "'none'",
    **headers: Any,
) -> Response:
    """An HTML page. `forms_to`: another origin that its forms may send to; `framed_by`: who may show it in a frame."""
    policy = _POLICY.format(forms=f" {forms_to}" if forms_to else "", framed_by=framed_by)
    own = {"Content-Type": HTML, "Cache-Control": cache, "Content-Security-Policy": policy}
    return Response(html, status_code=status, headers=_PROTECTED | own | headers)


def see_other(location: str, **headers: Any) -> Response:
    """After a POST: go and look there."""
    return Response("", status_code=303, headers=_PROTECTED | {"Location": location, "Cache-Control": NEVER} | headers)


def found(location: str, **headers: Any) -> Response:
    """What was asked for is elsewhere, be it on another site."""
    there = quote(location, safe=_IN_ADDRESSES)
    return Response("", status_code=302, headers=_PROTECTED | {"Location": there, "Cache-Control": NEVER} | headers)


def part(status: int, **headers: Any) -> Response:
    """For a script that asked for part of a page: nothing to show, its headers say what to do."""
    return Response("", status_code=status, headers=_PROTECTED | {"Cache-Control": NEVER} | headers)


def json(text: str) -> Response:
    """For a script of ours that asked a question; the answer is for this visitor alone."""
    own: Headers = {"Content-Type": "application/json", "Cache-Control": NEVER, "X-Robots-Tag": "noindex"}
    return Response(text, status_code=200, headers=_PROTECTED | own)


def download(content: str | bytes, filename: str, media_type: str) -> Response:
    disposition: Headers = {
        "Content-Disposition": f'attachment; filename="{filename}"',
        "Content-Type": media_type,
        "Cache-Control": NEVER,
    }
    return Response(content, status_code=200, headers=_PROTECTED | disposition)


def data(values: dict[str, Any], *, status: int = 200) -> Response:
    """JSON for programs of any website; there is nothing in it that only some may know."""
    own: Headers = {"Content-Type": "application/json", "Cache-Control": NEVER, "Access-Control-Allow-Origin": "*"}
    return Response(msgspec.json.encode(values).decode(), status_code=status, headers=_PROTECTED | own)


def asset(content: str | bytes, media_type: str) -> Response:
    """A static file whose address changes with its content."""
    return Response(content, headers=_PROTECTED | {"Content-Type": media_type, "Cache-Control": FOREVER})


def set_cookie(name: str, value: str, seconds: int) -> str:
    return f"__Host-{name}={value}; Path=/; Max-Age={seconds}; Secure; HttpOnly; SameSite=Lax"


def drop_cookie(name: str) -> str:
    return f"__Host-{name}=; Path=/; Max-Age=0; Secure; HttpOnly; SameSite=Lax"
