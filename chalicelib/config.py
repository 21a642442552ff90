"""Every environment variable, once. Set by `infra/functions.yml`; read when needed, so tests may change them."""

import os
from functools import cache

from chalicelib import wire

# What a parameter of Stripe's holds until whoever runs the installation has set it.
_UNSET = "none"


def stage() -> str:
    return os.environ.get("STAGE", "local")


def table_name(table: str) -> str:
    return f"{os.environ['TABLE_PREFIX']}-{table}"


def queue_name(queue: str) -> str:
    """The name that `app.py` subscribes a Lambda to, known when the app is packaged."""
    return f"muster-{stage()}-{queue}"


def queue_url(queue: str) -> str:
    return os.environ[f"{queue.upper()}_QUEUE"]


def files_bucket() -> str:
    return os.environ["FILES_BUCKET"]


def media_bucket() -> str:
    return os.environ["MEDIA_BUCKET"]


def function_arn(function: str) -> str:
    return os.environ[f"{function.upper()}_FUNCTION"]


def schedule_group() -> str:
    return os.environ["SCHEDULE_GROUP"]


def schedule_role() -> str:
    return os.environ["SCHEDULE_ROLE"]


def sends_trigger() -> str:
    """The id of the trigger that wakes `send_chunks`; known only to the planner and the sweeper."""
    return os.environ["SENDS_TRIGGER"]


def configuration_set() -> str:
    return os.environ["CONFIGURATION_SET"]


def events_topic() -> str:
    return os.environ["EVENTS_TOPIC"]


def mail_from() -> str:
    """The address that mail leaves from when a group has none of its own."""
    return os.environ["MAIL_FROM"]


def public_url() -> str:
    """Where visitors find this installation, without a slash at the end."""
    return _parameter("url").rstrip("/")


def secret() -> bytes:
    """The installation's key for signed links."""
    return bytes.fromhex(_parameter("secret"))


def stripe_key() -> str:
    """Stripe's secret key, `none` until whoever runs the installation has set it."""
    return _parameter("stripe-key")


def stripe_hook_secrets() -> list[str]:
    """What Stripe signs its events with: one for each of its endpoints, parted by spaces; none until they are set."""
    return [known for known in _parameter("stripe-hook-secret").split() if known != _UNSET]


def stripe_api() -> str:
    """Where Stripe answers."""
    return os.environ.get("STRIPE_API_BASE", "https://api.stripe.com")


@cache
def _parameter(name: str) -> str:
    path = f"{os.environ['PARAMETERS']}/{name}"
    reply = wire.call(wire.SSM, "GetParameter", {"Name": path, "WithDecryption": True})
    return str(reply["Parameter"]["Value"])


def forget_parameters() -> None:
    """Read the parameters again at their next use."""
    _parameter.cache_clear()
