"""Accounts that groups connect to the platform, and the page on which their owners tell Stripe who they are."""

from typing import TYPE_CHECKING

from local.stripe.account import Account, Thing
from local.stripe.forms import Params
from local.stripe.problems import missing
from local.stripe.shapes import whole

if TYPE_CHECKING:
    from local.stripe.world import World

_PLATFORM = "acct_platform"


def create(world: "World", account: Account, params: Params) -> Thing:
    made = account.make(
        "account",
        "acct_",
        charges_enabled=False,
        payouts_enabled=False,
        details_submitted=False,
        country=params.get("country", "US"),
        default_currency="usd",
        email=params.get("email"),
        metadata=params.get("metadata", {}),
        type=params.get("type", "none"),
    )
    world.add_account(made["id"])
    return made


def platform(world: "World", account: Account, params: Params) -> Thing:
    ready = {"charges_enabled": True, "payouts_enabled": True, "details_submitted": True}
    return whole("account", id=account.id or _PLATFORM, country="US", default_currency="usd", metadata={}, **ready)


def find(world: "World", account: Account, params: Params, known_as: str) -> Thing:
    return world.accounts[""].find("account", known_as)


def link(world: "World", account: Account, params: Params) -> Thing:
    known = account.find("account", params["account"])
    path = world.new_id("link_")
    account.things.setdefault("links", {})[path] = {
        "account": known["id"],
        "return_url": params["return_url"],
        "refresh_url": params["refresh_url"],
    }
    at = account.now()
    url = f"{world.public_url}/_local/stripe/connect/{path}"
    return whole("account_link", created=at, expires_at=at + 300, url=url)


def finish(world: "World", path: str) -> str:
    """Its owner has told Stripe everything; where they go then."""
    links = world.accounts[""].things.get("links", {})
    if path not in links:
        raise missing("account link", path)
    known = world.accounts[""].find("account", links[path]["account"])
    known |= {"charges_enabled": True, "payouts_enabled": True, "details_submitted": True}
    world.accounts[known["id"]].tell("account.updated", known)
    return str(links[path]["return_url"])
