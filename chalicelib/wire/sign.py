"""Signature Version 4 of a POST with a body and no query: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html

botocore's own does the same; but to import it is to import a hundred modules, at every cold start.
"""

import hashlib
import hmac
import time
from collections.abc import Mapping
from functools import lru_cache

from chalicelib.aws import Credentials


def signed(
    headers: Mapping[str, str],
    path: str,
    body: bytes,
    *,
    credentials: Credentials,
    region: str,
    service: str,
    at: float,
) -> dict[str, str]:
    """The headers, of which one must be Host, with those that prove who asks. `at` in seconds since 1970."""
    moment = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(at))
    all_headers = dict(headers) | {"X-Amz-Date": moment}
    if credentials.token:
        all_headers["X-Amz-Security-Token"] = credentials.token
    lines = sorted((name.lower(), " ".join(value.split())) for name, value in all_headers.items())
    names = ";".join(name for name, _ in lines)
    told = "".join(f"{name}:{value}\n" for name, value in lines)
    request = f"POST\n{path}\n\n{told}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{moment[:8]}/{region}/{service}/aws4_request"
    text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{hashlib.sha256(request.encode()).hexdigest()}"
    signature = _hmac(_key(credentials.secret, moment[:8], region, service), text).hex()
    proof = f"Credential={credentials.key}/{scope}, SignedHeaders={names}, Signature={signature}"
    return all_headers | {"Authorization": f"AWS4-HMAC-SHA256 {proof}"}


@lru_cache(maxsize=8)
def _key(secret: str, day: str, region: str, service: str) -> bytes:
    key = f"AWS4{secret}".encode()
    for part in (day, region, service, "aws4_request"):
        key = _hmac(key, part)
    return key


def _hmac(key: bytes, text: str) -> bytes:
    return hmac.digest(key, text.encode(), "sha256")
