"""Signed links: a payload anyone may read and nobody can forge, good for one purpose only.

A token is URL-safe base64 of `payload + first 16 bytes of HMAC-SHA256(secret, purpose + payload)`.
"""

import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable

from chalicelib import config

# The purpose of what CloudFront says with each request.
EDGE = "edge"
_SIGNATURE_BYTES = 16


def sign(purpose: str, payload: bytes) -> str:
    return signer(purpose)(payload)


def signer(purpose: str, secret: bytes | None = None) -> Callable[[bytes], str]:
    """`sign` for many payloads of one purpose, with the installation's secret or, where that is at hand, another."""
    secret, prefix = secret or config.secret(), purpose.encode() + b"\0"

    def sign_one(payload: bytes) -> str:
        signature = hmac.digest(secret, prefix + payload, "sha256")[:_SIGNATURE_BYTES]
        return urlsafe_b64encode(payload + signature).rstrip(b"=").decode()

    return sign_one


def read(purpose: str, token: str) -> bytes | None:
    """The payload, or None when the token was not made by us for this purpose."""
    try:
        signed = urlsafe_b64decode(token.encode("ascii") + b"=" * (-len(token) % 4))
    except ValueError:
        return None
    payload = signed[:-_SIGNATURE_BYTES]
    return payload if hmac.compare_digest(sign(purpose, payload), token) else None
