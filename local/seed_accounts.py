"""The account of a sample group at Stripe's double."""

from http.client import HTTPConnection
from urllib.parse import urlencode, urlsplit

from chalicelib import config
from chalicelib.giving import accounts
from chalicelib.giving.stripe_gateway import accounts as stripe_accounts
from chalicelib.network import store as network
from chalicelib.network.group import Group


class NotGiven(Exception):
    """The product or the double of Stripe refused the sample: a bug in one of the two."""


def connect(group: Group, email: str) -> Group:
    """An account at Stripe's double, whose owner has told it everything; the group as it is then."""
    if accounts.of(group).ready:
        return group
    made = accounts.begin(group, email)
    _post(urlsplit(stripe_accounts.link(made.id, config.public_url(), config.public_url())).path, {})
    found = network.find_group(group.id, consistent=True)
    if found is None or not accounts.settle(found).ready:
        raise NotGiven("Stripe's double has not connected the sample group")
    return network.find_group(group.id, consistent=True) or found


def _post(path: str, fields: dict[str, str]) -> None:
    connection = HTTPConnection(urlsplit(config.stripe_api()).netloc, timeout=10)
    connection.request("POST", path, urlencode(fields))
    connection.getresponse().read()
