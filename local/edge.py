"""What CloudFront and API Gateway do to answers on their way, and how a TLS-only cookie survives plain http.

The product's cookies are `__Host-…; Secure`, which browsers keep only over https. Outside they are called `host-…`.
"""

import gzip
import re

from local.http11 import Request, Response
from local.upstream import CONNECTION_OWN

Headers = list[tuple[str, str]]

# Not the client's to say: the edge sets or drops them.
_FORWARDING = re.compile(r"x-forwarded-.*|forwarded|x-real-ip|via|cloudfront-.*|x-amz.*|x-apigateway-.*|host")
_SECURE = re.compile(r";\s*secure\s*(?=;|$)", re.IGNORECASE)
_OUTSIDE = re.compile(r"(^|;\s*)(host|secure)-")

# What CloudFront compresses of what we serve, and from which size to which; `infra/front.yml` says where.
_COMPRESSED = re.compile(
    r"text/(html|css|plain|xml|javascript|calendar)|image/svg\+xml|application/(json|javascript|manifest\+json)"
)
_BYTES = range(1000, 10_000_000)
_AS_IT_IS = re.compile(r"/console|/[ul]/|/oembed")


def compressed(request: Request, answer: Response) -> Response:
    """The answer as CloudFront hands it to a browser that takes gzip."""
    wanted = request.method == "GET" and "gzip" in request.header("accept-encoding")
    if not wanted or _AS_IT_IS.match(request.path):
        return answer
    if not isinstance(answer.body, bytes) or not _is_compressible(answer.body, answer.headers):
        return answer
    headers = [
        (name, f"W/{value}" if name.lower() == "etag" and not value.startswith("W/") else value)
        for name, value in answer.headers
        if name.lower() != "content-length"
    ]
    headers += [("Content-Encoding", "gzip"), ("Vary", "Accept-Encoding")]
    return answer._replace(headers=headers, body=gzip.compress(answer.body, 6, mtime=0))


def _is_compressible(body: bytes, headers: Headers) -> bool:
    known = {name.lower(): value for name, value in headers}
    return (
        len(body) in _BYTES
        and "content-encoding" not in known
        and bool(_COMPRESSED.match(known.get("content-type", "")))
    )


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
