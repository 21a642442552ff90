"""The one place that knows endpoints, region and credentials, all from the environment; and that makes clients."""

from functools import cache
from typing import Any

from botocore.config import Config
from botocore.configprovider import ConfiguredEndpointProvider
from botocore.credentials import ReadOnlyCredentials
from botocore.exceptions import NoCredentialsError
from botocore.session import Session, get_session

# Our own rows and messages are built by our own code, so botocore need not check their shapes again.
_LEAN = Config(parameter_validation=False, connect_timeout=3, read_timeout=20, retries={"mode": "standard"})

# What a browser uploads goes to the bucket's own region, signed as every region wants it: left to itself botocore signs
# forms for the old regions by Signature Version 2, and addresses those for the others to a redirect that our
# Content-Security-Policy forbids.
_S3 = _LEAN.merge(Config(signature_version="s3v4", s3={"addressing_style": "virtual"}))

_CONFIGS = {"s3": _S3}


@cache
def session() -> Session:
    return get_session()


@cache
def client(service: str) -> Any:
    return session().create_client(service, config=_CONFIGS.get(service, _LEAN))


@cache
def endpoint(service: str, host: str) -> str:
    """Where a service answers: what the environment says to every AWS SDK, else the region's own."""
    aws = session()
    told = ConfiguredEndpointProvider(aws.full_config, aws.get_scoped_config(), service).provide()
    suffix = "amazonaws.com.cn" if region().startswith("cn-") else "amazonaws.com"
    return (told or f"https://{host}.{region()}.{suffix}").rstrip("/")


@cache
def region() -> str:
    return str(session().get_config_variable("region"))


def credentials() -> ReadOnlyCredentials:
    """What to sign with now; temporary ones are renewed before they end."""
    found = _credentials()
    if found is None:
        raise NoCredentialsError
    frozen: ReadOnlyCredentials = found.get_frozen_credentials()
    return frozen


@cache
def _credentials() -> Any:
    return session().get_credentials()


def forget() -> None:
    """Ask the environment again at the next use: it has changed."""
    for known in (client, session, endpoint, region, _credentials):
        known.cache_clear()
