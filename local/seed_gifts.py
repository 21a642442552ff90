"""The sample group's account at Stripe's double, and a few gifts that people gave it: made as visitors make them."""

import tomllib
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from chalicelib import config
from chalicelib.actions import find_page, take_action
from chalicelib.actions.action_type import Onward
from chalicelib.actions.consent import Agreed
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Answers
from chalicelib.actions.take_action import Sent
from chalicelib.giving import accounts, settle, store
from chalicelib.giving.stripe_gateway import accounts as stripe_accounts
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people.person import person_id

_CARD = "4242424242424242"


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


def give(group: Group, page: str, sample: Path) -> None:
    """Once: whoever starts it again finds the gifts that there are."""
    public = find_page.read(group.id, page)
    if public is None:
        raise NotGiven("the fundraising page is gone")
    for gift in tomllib.loads(sample.read_text("utf-8"))["gift"]:
        if not store.of_person(person_id(group.salt, gift["email"])):
            _give_one(public, gift)


def _give_one(public: PublicPage, gift: dict[str, str]) -> None:
    own = {"amount": gift["amount"], "currency": "USD", "often": gift["often"], "again": ""}
    sent = Sent(Answers(email=gift["email"], name=gift["name"]), own, Agreed("", (public.group.id,)))
    led = take_action.accept_later(public, sent, {"source": gift.get("source", ""), "referrer": "", "website": ""})
    if not isinstance(led, Onward):
        raise NotGiven(f"{gift['name']}: {led}")
    _post(urlsplit(led.url).path, {"number": _CARD})
    [donation] = store.of_person(person_id(public.group.salt, gift["email"]))
    settle.session(donation.account, donation.session)


def _post(path: str, fields: dict[str, str]) -> None:
    connection = HTTPConnection(urlsplit(config.stripe_api()).netloc, timeout=10)
    connection.request("POST", path, urlencode(fields))
    connection.getresponse().read()
