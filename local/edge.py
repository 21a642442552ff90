"""What CloudFront and API Gateway do to headers on the way in and out, and how a TLS-only cookie survives plain http.

The product's cookies are `__Host-…; Secure`, which browsers keep only over https. Outside they are called `host-…`.
"""

import re

from local.upstream import CONNECTION_OWN

Headers = list[tuple[str, str]]

# Not the client's to say: the edge sets or drops them.
_FORWARDING = re.compile(r"x-forwarded-.*|forwarded|x-real-ip|via|cloudfront-.*|x-amz.*|x-apigateway-.*|host")
_SECURE = re.compile(r";\s*secure\s*(?=;|$)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(^|;\s*)(host|secure)-")


def inward(headers: Headers, client: str) -> Headers:
    """The headers that the API sees of a request from `client`, an IP address."""
    dropped = CONNECTION_OWN | {"content-length", "expect"}
    kept = [(name, value) for name, value in headers if name not in dropped and not _FORWARDING.fullmatch(name)]
    renamed = [(name, _inside(value) if name == "cookie" else value) for name, value in kept]
    return [*renamed, ("X-Forwarded-For", client), ("X-Forwarded-Proto", "https"), ("X-Forwarded-Port", "443")]


def outward(headers: Headers) -> Headers:
    return [(name, plain_cookie(value) if name == "set-cookie" else value) for name, value in headers]


def plain_cookie(cookie: str) -> str:
    """A Set-Cookie value that browsers and scripts keep over http."""
    for prefix in ("Host", "Secure"):
        if cookie.startswith(f"__{prefix}-"):
            cookie = prefix.lower() + cookie.removeprefix(f"__{prefix}")
    return _SECURE.sub("", cookie)


def _inside(cookies: str) -> str:
    return _OUTSIDE.sub(lambda match: f"{match[1]}__{match[2].capitalize()}-", cookies)
