"""The front page of this installation, and each group's page with what one can sign there."""

from chalice.app import Blueprint, Request, Response

from chalicelib import config
from chalicelib.actions import store as actions
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.web import requests, responses
from chalicelib.web.public import errors
from chalicelib.web.public.show import language_of, public_name, show

routes = Blueprint(__name__)


@routes.route("/", methods=requests.READ)
def show_home() -> Response:
    return show(language_of(routes.current_request), "public/home.html")


@routes.route("/{group}", methods=requests.READ)
def show_group(group: str) -> Response:
    request: Request = routes.current_request
    found = _find_group(public_name(group))
    if found is None:
        return errors.missing(request)
    open_pages = [page for page in actions.pages_of(found.id) if page.is_open]
    address = f"{config.public_url()}/{found.slug}"
    return show(
        found.language, "public/group.html", group=found, cache=responses.PUBLIC, pages=open_pages, address=address
    )


def _find_group(name: str) -> Group | None:
    target = network.find_name(name) if name else None
    return network.find_group(target.group) if target else None
