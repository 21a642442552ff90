"""The only module that imports Stripe's SDK: a quarter of a second, spent where money moves."""

from collections.abc import Callable, Mapping
from functools import cache
from operator import attrgetter
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import msgspec

from chalicelib import config

if TYPE_CHECKING:
    from stripe import StripeClient

# The account of the installation's own key; any other is one that a group has connected.
OWN = "own"
# Where whatever we make at Stripe says which donation it belongs to: `donation.label`, and a group's id on its account.
LABEL = "muster"

# A page waits for this within the 29 seconds that it has.
_PATIENCE_SECONDS = 8
_RETRIES = 2
# An event that was signed earlier may have been overheard, and is not taken.
_TOLERANCE_SECONDS = 300

Value = TypeVar("Value")


class Later(Exception):
    """Not done, or nobody knows. The same call with the same key may be made again.

    `spent`: Stripe answered with an error of its own, and gives that answer for a day to whoever comes with the key.
    """

    def __init__(self, why: str, *, spent: bool = False) -> None:
        super().__init__(why)
        self.spent = spent


class Refused(Exception):
    """Stripe will never do this; `code` is its word for why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def ask(
    kind: type[Value], method: str, *ids: str, account: str, params: Mapping[str, Any] | None = None, key: str = ""
) -> Value:
    """Make one call (`charges.list`) on an account, about the object of an id, and read the answer as `kind`.

    `key`: under which it is done once at most.
    """
    options = {
        **({"stripe_account": account} if account != OWN else {}),
        **({"idempotency_key": key} if key else {}),
    }
    reply = _try(lambda: attrgetter(method)(_client().v1)(*ids, dict(params or {}), options))
    return msgspec.convert(reply.to_dict(), kind)


def event_of(body: str, signature: str) -> dict[str, Any] | None:
    """What Stripe signed, not more than five minutes ago; None for what it did not."""
    if not any(_signed(body, signature, secret) for secret in config.stripe_hook_secrets()):
        return None
    try:
        return msgspec.json.decode(body, type=dict[str, Any])
    except ValueError:
        return None


def forget() -> None:
    """Ask for the key again at the next use."""
    _client.cache_clear()


@cache
def _client() -> "StripeClient":
    import stripe  # noqa: PLC0415

    return stripe.StripeClient(
        config.stripe_key(),
        base_addresses={"api": config.stripe_api()},
        max_network_retries=_RETRIES,
        http_client=http_client(),
    )


def _signed(body: str, signature: str, secret: str) -> bool:
    import stripe  # noqa: PLC0415

    try:
        return bool(stripe.WebhookSignature.verify_header(body, signature, secret, _TOLERANCE_SECONDS))
    except (stripe.SignatureVerificationError, ValueError):
        return False


def http_client() -> Any:
    import stripe  # noqa: PLC0415

    return stripe.RequestsClient(timeout=_PATIENCE_SECONDS)


def _try(do: Callable[[], Any]) -> Any:
    import stripe  # noqa: PLC0415

    try:
        return do()
    except stripe.StripeError as error:
        _raise(error, stripe)


def _raise(error: Any, stripe: Any) -> NoReturn:
    if isinstance(error, stripe.APIConnectionError | stripe.RateLimitError | stripe.APIError):
        spent = isinstance(error, stripe.APIError) and (error.http_status or 0) >= 500
        raise Later(type(error).__name__, spent=spent) from error
    if error.http_status == 409:  # the same key is being used this moment
        raise Later("key in use") from error
    if isinstance(error, stripe.CardError | stripe.InvalidRequestError | stripe.PermissionError):
        raise Refused(error.code or type(error).__name__) from error
    raise error
