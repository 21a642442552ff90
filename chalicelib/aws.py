"""The one place that knows endpoints, region and credentials, all from the environment; and that makes clients.

botocore takes 80 ms to import, so it is imported by what needs it: not by a page, a signature or a chunk.
"""

import os
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from botocore.session import Session


class Credentials(NamedTuple):
    """`token` belongs to temporary ones; otherwise it is empty."""

    key: str
    secret: str
    token: str


@cache
def client(service: str) -> Any:
    from botocore.config import Config  # noqa: PLC0415

    # Our own requests are built by our own code, so botocore need not check their shapes again.
    config = Config(parameter_validation=False, connect_timeout=3, read_timeout=20, retries={"mode": "standard"})
    if service == "s3":
        # What a browser uploads goes to the bucket's own region, signed as every region wants it: left to itself
        # botocore signs forms for the old regions by Signature Version 2, and addresses those for the others to a
        # redirect that our Content-Security-Policy forbids.
        config = config.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))
    return session().create_client(service, config=config)


@cache
def session() -> "Session":
    from botocore.session import get_session  # noqa: PLC0415

    return get_session()


@cache
def endpoint(service: str, host: str) -> str:
    """Where a service answers: what the environment says to every AWS SDK, else the region's own."""
    told = os.environ.get(f"AWS_ENDPOINT_URL_{service.upper()}") or os.environ.get("AWS_ENDPOINT_URL")
    suffix = "amazonaws.com.cn" if region().startswith("cn-") else "amazonaws.com"
    return (told or f"https://{host}.{region()}.{suffix}").rstrip("/")


@cache
def region() -> str:
    told = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    return told or str(session().get_config_variable("region"))


def credentials() -> Credentials:
    """What to sign with now: a Lambda finds it in its environment, an operator's machine where botocore looks."""
    key, secret = os.environ.get("AWS_ACCESS_KEY_ID"), os.environ.get("AWS_SECRET_ACCESS_KEY")
    if key and secret:
        return Credentials(key, secret, os.environ.get("AWS_SESSION_TOKEN", ""))
    return _found_by_botocore()


def forget() -> None:
    """Ask the environment again at the next use: it has changed."""
    for known in (client, session, endpoint, region):
        known.cache_clear()


def _found_by_botocore() -> Credentials:
    """Temporary ones are renewed in time: the session remembers them, and is asked at each use."""
    from botocore.exceptions import NoCredentialsError  # noqa: PLC0415

    found = session().get_credentials()
    if found is None:
        raise NoCredentialsError
    now: Any = found.get_frozen_credentials()
    return Credentials(now.access_key, now.secret_key, now.token or "")
