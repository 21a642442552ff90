"""Friendly pages for what goes wrong, in the visitor's language, and one line in the log for every request.

Chalice makes JSON of an exception before middleware sees it; so the middleware here rewrites that answer.
"""

import logging
from collections.abc import Callable

from chalice.app import Blueprint, Chalice, Request, Response

from chalicelib import log
from chalicelib.web import responses
from chalicelib.web.public.embed_look import look_of
from chalicelib.web.public.show import language_of, show

routes = Blueprint(__name__)

_KINDS = {400: "malformed", 403: "missing", 404: "missing", 405: "method", 413: "too_long", 415: "malformed"}


def mount(app: Chalice) -> None:
    app.register_middleware(friendly, "http")
    app.log.addFilter(_without_details)


def friendly(request: Request | None, get_response: Callable[[Request | None], Response]) -> Response:
    """Answer a person with a page where Chalice would answer with JSON."""
    response = get_response(request)
    if request is None:
        return response
    # The route, not the path: an address may hold somebody's token.
    log.line("request", method=request.method, route=request.path, status=response.status_code)
    if not _is_chalices_own(response) or _wants_json(request):
        return response
    return error_page(request, response.status_code, allow=str(response.headers.get("Allow", "")))


def error_page(request: Request, status: int, *, language: str = "", allow: str = "") -> Response:
    """What the visitor reads about a status; nothing of the error itself."""
    kind = _KINDS.get(status, "broken")
    text = f"error.{kind}.{'read' if request.method == 'GET' else 'send'}" if kind == "broken" else f"error.{kind}.text"
    spoken = language or language_of(request)
    headers = {"Allow": allow} if allow else {}
    return show(
        spoken, "public/error.html", status=status, headers=headers, embed=look_of(request),
        title=f"error.{kind}.title", text=text,
    )  # fmt: skip


def refused(language: str, why: str) -> Response:
    """What was asked for cannot be had. `why` names a text, and `<why>_text` says more."""
    return show(language, "public/error.html", status=409, title=why, text=f"{why}_text")


def missing(request: Request, language: str = "") -> Response:
    return error_page(request, 404, language=language)


def bad_link(request: Request) -> Response:
    """For a signed link that we did not make, or that was changed on its way."""
    return show(language_of(request), "public/error.html", status=404, title="error.link.title", text="error.link.text")


@routes.route("/{group}/{slug}/{rest}")
def show_missing(group: str, slug: str, rest: str) -> Response:
    request: Request = routes.current_request
    return missing(request)


def _is_chalices_own(response: Response) -> bool:
    return response.status_code >= 400 and isinstance(response.body, dict) and "Code" in response.body


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    return "application/json" in accepted and responses.HTML.partition(";")[0] not in accepted


def _without_details(record: logging.LogRecord) -> bool:
    """Chalice logs whole tracebacks, and an error's text may quote what a person sent: keep kind and place only."""
    error = record.exc_info[1] if record.exc_info else None
    if error is None:
        return True
    log.failure("request", error)
    return False
