"""Stylesheets, scripts, the icon and the note to search engines. All text: pictures come from S3."""

from chalice.app import Blueprint, Request, Response

from chalicelib.web import requests, responses, static
from chalicelib.web.public import errors

routes = Blueprint(__name__)

_ROBOTS = "User-agent: *\nDisallow: /console\nDisallow: /u/\nDisallow: /l/\n"
_DAY = "public, max-age=86400"


@routes.route("/static/{version}/{name}")
def serve_static(version: str, name: str) -> Response:
    file = requests.path_part(name)
    found = static.find(file)
    if found is None:
        return errors.missing(_request())
    response = responses.asset(*found)
    if static.url(file) != f"/static/{version}/{file}":
        # A page from before the last deployment asks for what it knew: serve what we have, but let nobody keep it.
        response.headers["Cache-Control"] = responses.NEVER
    return response


@routes.route("/favicon.ico")
def serve_icon() -> Response:
    found = static.find("favicon.svg")
    return _for_a_day(*found) if found else errors.missing(_request())


@routes.route("/robots.txt")
def serve_robots() -> Response:
    return _for_a_day(_ROBOTS, "text/plain")


def _for_a_day(text: str, media_type: str) -> Response:
    response = responses.asset(text, media_type)
    response.headers["Cache-Control"] = _DAY
    return response


def _request() -> Request:
    request: Request = routes.current_request
    return request
