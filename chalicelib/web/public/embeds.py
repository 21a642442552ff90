"""Action pages of every type within other websites, as a frame that holds the form and its answer.

These pages alone may stand in a frame. That is safe as long as they know nobody: they set and read no cookie, and
recognise no one. Whoever looks at a frame that somebody else laid a picture over can only send what they type.
"""

from chalice.app import Blueprint, Request, Response

from chalicelib import action_types
from chalicelib.web import requests, responses, static
from chalicelib.web.public import action_pages, confirming, errors
from chalicelib.web.public.embed_look import DEFAULT, LOOKS

routes = Blueprint(__name__)

_FORMS = [requests.FORM, requests.MULTIPART]
# Other websites load it by one address for ever: what is mended in it reaches them within hours.
_HOUR = "public, max-age=3600, stale-while-revalidate=3600"


@routes.route("/embed/{group}/{slug}", methods=requests.READ)
def show_frame(group: str, slug: str) -> Response:
    return _page(group, slug, DEFAULT.name)


@routes.route("/embed/{group}/{slug}", methods=["POST"], content_types=_FORMS)
def take_action_in_frame(group: str, slug: str) -> Response:
    return _answer(group, slug, DEFAULT.name)


@routes.route("/embed/{group}/{slug}/{look}", methods=requests.READ)
def show_frame_as(group: str, slug: str, look: str) -> Response:
    return _page(group, slug, look)


@routes.route("/embed/{group}/{slug}/{look}", methods=["POST"], content_types=_FORMS)
def take_action_in_frame_as(group: str, slug: str, look: str) -> Response:
    return _answer(group, slug, look)


@routes.route("/embed/{group}/{slug}/{look}/{then}", methods=requests.READ)
def show_thanks_in_frame(group: str, slug: str, look: str, then: str) -> Response:
    """Where whoever acted is led: the type says by which name, and what is shown there; or to look at their email."""
    public = action_pages.find(group, slug) if look in LOOKS else None
    if public and then == "inbox":
        return confirming.inbox(public)
    template = action_types.of(public.page.type).thanks_templates.get(then) if public else None
    if public is None or template is None:
        return errors.missing(_request())
    return action_pages.thanks(public, requests.query(_request()).get("code", ""), template)


@routes.route("/embed.js", methods=requests.READ)
def serve_script() -> Response:
    """What other websites load: it puts frames in the places that are marked for them."""
    found = static.find("embed.js")
    if found is None:
        return errors.missing(_request())
    response = responses.asset(*found)
    anywhere = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
    response.headers.update(anywhere | {"Cache-Control": _HOUR})
    return response


def _page(group: str, slug: str, look: str) -> Response:
    """As it is for itself; `look_of` sees by the address that it stands in a frame."""
    shown: Response = action_pages.show_action_page(group, slug) if look in LOOKS else errors.missing(_request())
    return shown


def _answer(group: str, slug: str, look: str) -> Response:
    answer: Response = action_pages.take_action_there(group, slug) if look in LOOKS else errors.missing(_request())
    return answer


def _request() -> Request:
    request: Request = routes.current_request
    return request
