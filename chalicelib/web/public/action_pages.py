"""Petitions: the page, signing it, and the thank-you page. All of it works without JavaScript."""

from collections.abc import Callable, Mapping, Sequence
from urllib.parse import urlsplit

from chalice.app import Blueprint, Request, Response

from chalicelib import config, log
from chalicelib.actions import find_page, take_action
from chalicelib.actions.action_page import Status, goal_now
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Answers, Problem, Submission, read_answers
from chalicelib.people.person import referrer_code
from chalicelib.web import requests, responses
from chalicelib.web.public import errors
from chalicelib.web.public.share import share_links
from chalicelib.web.public.show import public_name, show
from chalicelib.web.public.story import tell

routes = Blueprint(__name__)


@routes.route("/{group}/{slug}", methods=requests.READ)
def show_action_page(group: str, slug: str) -> Response:
    """The same for everyone, so that the edge may keep it; `?source=` and `?referrer=` travel on with the form."""
    public = _find(group, slug)
    return petition_page(public, cache=responses.PUBLIC) if public else errors.missing(_request())


@routes.route("/{group}/{slug}", methods=["POST"], content_types=[requests.FORM, requests.MULTIPART])
def sign_action_page(group: str, slug: str) -> Response:
    public = _find(group, slug, find_page.find_lately)
    if public is None:
        return errors.missing(_request())
    if not public.page.is_open:
        return petition_page(public, status=409)
    try:
        fields = requests.form_fields(_request())
    except (requests.TooLong, requests.Malformed) as error:
        status = 413 if isinstance(error, requests.TooLong) else 400
        return errors.error_page(_request(), status, language=public.page.language)
    return _sign(public, fields)


@routes.route("/{group}/{slug}/thanks")
def show_thanks(group: str, slug: str) -> Response:
    public = _find(group, slug)
    if public is None:
        return errors.missing(_request())
    page, code = public.page, requests.query(_request()).get("code", "")
    links = share_links(_address(public), code, page.title, page.language)
    return show(page.language, "thanks.html", group=public.group, cache=responses.PUBLIC, page=page, links=links)


def petition_page(
    public: PublicPage,
    fields: Mapping[str, str] | None = None,
    problems: Sequence[Problem] = (),
    *,
    status: int = 200,
    cache: str = responses.NEVER,
) -> Response:
    """The page as the public sees it; `fields` and `problems` are those of a form that was sent back."""
    page = public.page
    return show(
        page.language,
        "petition.html",
        group=public.group,
        status=status,
        cache=cache,
        page=page,
        story=tell(page.body),
        taken=public.taken,
        goal=goal_now(page, public.taken),
        fields=fields or {},
        problems={problem.field: _text_name(problem) for problem in problems},
        failed=status == 503,
        address=_address(public),
        picture=f"{config.public_url()}/media/{page.picture}" if page.picture else "",
    )


def _sign(public: PublicPage, fields: Mapping[str, str]) -> Response:
    answers = read_answers(fields)
    if isinstance(answers, list):
        return petition_page(public, fields, answers, status=422)
    submission = _accept(public, answers, fields)
    if submission is None:
        return petition_page(public, fields, status=503)
    code = referrer_code(submission.person)
    return responses.see_other(f"/{public.group.slug}/{public.page.slug}/thanks?code={code}")


def _accept(public: PublicPage, answers: Answers, fields: Mapping[str, str]) -> Submission | None:
    """Put it on the queue; None when it could not be, whatever the reason: then we may not say thank you."""
    try:
        return take_action.accept_later(public, answers, _came_by(fields))
    except Exception as error:
        log.failure("submission not accepted", error, page=public.page.id)
        return None


def _came_by(fields: Mapping[str, str]) -> dict[str, str]:
    query = requests.query(_request())
    codes = {name: query.get(name) or fields.get(name, "") for name in ("source", "referrer")}
    return codes | {"website": _website(_request().headers.get("referer", ""))}


def _website(referer: str) -> str:
    """The host of the site that the form was sent from; '' when that is our own page."""
    try:
        host = urlsplit(referer).hostname or ""
    except ValueError:
        return ""
    return "" if host == urlsplit(config.public_url()).hostname else host


def _text_name(problem: Problem) -> str:
    return f"problem.{problem.reason}" + (f".{problem.field}" if problem.reason == "too_long" else "")


def _find(group: str, name: str, find: Callable[[str, str], PublicPage | None] = find_page.find) -> PublicPage | None:
    """The page for the public; None also for a draft."""
    names = public_name(group), public_name(name)
    public = find(*names) if all(names) else None
    return public if public and public.page.status != Status.DRAFT else None


def _address(public: PublicPage) -> str:
    return f"{config.public_url()}/{public.group.slug}/{public.page.slug}"


def _request() -> Request:
    request: Request = routes.current_request
    return request
