"""Links in mailings: they lead through us, so that the group learns which of them are followed.

Following one changes nothing about anybody: it is counted as a page view is. So a GET may do it, and a scanner's too.
"""

from chalice.app import Blueprint, Request, Response

from chalicelib.mailings import clicks, follow_link, introduce
from chalicelib.web import requests, responses
from chalicelib.web.public import errors
from chalicelib.web.public.show import PRIVATE

routes = Blueprint(__name__)


@routes.route("/l/{token}", methods=requests.READ)
def follow(token: str) -> Response:
    """On to where the frozen mailing says; the link itself names no address."""
    request: Request = routes.current_request
    given = clicks.read(requests.path_part(token))
    address = follow_link.address_of(*given) if given else None
    if given is None or address is None:
        return errors.bad_link(request)
    if request.method == "GET":  # whoever asks for the headers alone is looking the link over
        follow_link.tell(*given)
        address = introduce.introduced(given[0], address)
    return responses.found(address, **PRIVATE)
