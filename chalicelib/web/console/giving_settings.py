"""Settings of giving: the account that gifts go to, and what donors are asked."""

from collections.abc import Mapping

import msgspec
from chalice.app import Blueprint, Response

from chalicelib import config, log
from chalicelib.giving import accounts, countries, money, terms
from chalicelib.giving.stripe_gateway import Later, Refused
from chalicelib.giving.stripe_gateway import accounts as gateway
from chalicelib.giving.terms import Terms
from chalicelib.network import store as network
from chalicelib.web import responses
from chalicelib.web.console import terms_form
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_HERE = "/console/giving/settings"


@screen(routes, _HERE)
def giving_settings(visit: Visit) -> Response:
    return _form(visit, terms_form.typed(terms.of(visit.group)), {})


@screen(routes, _HERE, methods=["POST"])
def save_terms(visit: Visit) -> Response:
    fields = visit.fields()
    read = terms_form.read(fields, terms.of(visit.group))
    if isinstance(read, dict):
        return _form(visit, dict.fromkeys(terms_form.typed(Terms()), "") | fields, read, status=422)
    network.change_group(visit.group.id, giving=msgspec.to_builtins(read))
    return responses.see_other(f"{_HERE}?done=terms-saved")


@screen(routes, "/console/giving/connect", methods=["POST"])
def connect_account(visit: Visit) -> Response:
    """Off to Stripe, which asks the group's treasurer whatever it must know."""
    here = f"{config.public_url()}/console/giving/connected"
    try:
        account = accounts.begin(visit.group, visit.session.email)
        return responses.see_other(gateway.link(account.id, here, here))
    except (Later, Refused) as error:
        log.failure("account not connected", error)
        return responses.see_other(f"{_HERE}?done=gift-not-changed")


@screen(routes, "/console/giving/connected")
def connected(visit: Visit) -> Response:
    """Back from Stripe. Looking changes nothing here: the button does, and so does Stripe's own event."""
    return responses.see_other(
        f"{_HERE}?done={'account-connected' if accounts.of(visit.group).ready else 'account-open'}"
    )


@screen(routes, "/console/giving/look", methods=["POST"])
def look_again(visit: Visit) -> Response:
    """Ask Stripe whether the account takes money by now."""
    try:
        account = accounts.settle(visit.group)
    except (Later, Refused) as error:
        log.failure("account not looked at", error)
        return responses.see_other(f"{_HERE}?done=gift-not-changed")
    return responses.see_other(f"{_HERE}?done={'account-connected' if account.ready else 'account-open'}")


@screen(routes, "/console/giving/disconnect", methods=["POST"])
def disconnect_account(visit: Visit) -> Response:
    accounts.disconnect(visit.group)
    return responses.see_other(f"{_HERE}?done=account-left")


def _form(visit: Visit, typed: Mapping[str, str], problems: Mapping[str, str], status: int = 200) -> Response:
    return visit.show(
        "giving_settings.html",
        status=status,
        typed=typed,
        problems=problems,
        account=accounts.of(visit.group),
        currencies=[(name, name) for name in money.CURRENCIES],
        countries=countries.names("en"),
        usual="\n".join(terms.US_POLITICAL),
    )
