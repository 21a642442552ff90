"""The one place that makes AWS clients; endpoint, region and credentials come from the environment."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.session import Session, get_session

# Our own rows and messages are built by our own code, so botocore need not check their shapes again.
_LEAN = Config(parameter_validation=False, connect_timeout=3, read_timeout=20, retries={"mode": "standard"})

# SES has no idempotency token: a repeated call is a repeated email. So one try; its events then settle what happened.
_ONCE = Config(parameter_validation=False, connect_timeout=3, read_timeout=60, retries={"total_max_attempts": 1})

# What a browser uploads goes to the bucket's own region, signed as every region wants it: left to itself botocore signs
# forms for the old regions by Signature Version 2, and addresses those for the others to a redirect that our
# Content-Security-Policy forbids.
_S3 = _LEAN.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))

_CONFIGS = {"sesv2": _ONCE, "s3": _S3}


@cache
def session() -> Session:
    return get_session()


@cache
def client(service: str) -> Any:
    return session().create_client(service, config=_CONFIGS.get(service, _LEAN))


def forget() -> None:
    """Make every client anew at its next use: the environment has changed."""
    client.cache_clear()
    session.cache_clear()
