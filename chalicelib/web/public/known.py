"""The small request that makes a page know its visitor, apart from the page, which is the same for everyone.

It changes nothing. It is a POST because the token must never stand in an address, where logs and caches would keep it.
"""

import msgspec
from chalice.app import Blueprint, Request, Response

from chalicelib.actions import find_page, recognise
from chalicelib.actions.submission import last
from chalicelib.web import requests, responses
from chalicelib.web.public.action_pages import find

routes = Blueprint(__name__)

_LONGEST = 1024


@routes.route("/{group}/{slug}/known", methods=["POST"], content_types=[requests.FORM])
def tell_who(group: str, slug: str) -> Response:
    """Masked data of whom a token names; `{}` for any token that is no good here, whatever the reason."""
    return responses.json(msgspec.json.encode(_told(group, slug)).decode())


def _told(group: str, slug: str) -> dict[str, object]:
    request: Request = routes.current_request
    try:
        token = last(requests.form_lists(request, _LONGEST), recognise.FIELD)
    except (requests.TooLong, requests.Malformed):
        return {}
    if requests.from_elsewhere(request) or not token:
        return {}
    public = find(group, slug, find_page.find_lately)
    return recognise.tell(public, token) if public else {}
