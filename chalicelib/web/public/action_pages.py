"""Action pages of every type: the page, acting on it, and the thank-you page. All of it works without JavaScript."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalice.app import Blueprint, Request, Response

from chalicelib import action_types, config, log, texts
from chalicelib.actions import consent_store, find_page, recognise, take_action
from chalicelib.actions.action_page import Status, goal_now
from chalicelib.actions.action_type import AskBack, Onward, Refused
from chalicelib.actions.consent import Consent, offered, read_consent
from chalicelib.actions.draft import asked_of
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.recognise import Sender
from chalicelib.actions.submission import Fields, Problem, Submission, last, read_answers
from chalicelib.actions.take_action import Sent
from chalicelib.people.person import referrer_code
from chalicelib.web import requests, responses
from chalicelib.web.public import errors, guarding
from chalicelib.web.public.embed_look import look_of, path_of
from chalicelib.web.public.guarding import Doubt
from chalicelib.web.public.share import share_links
from chalicelib.web.public.show import public_name, show
from chalicelib.web.public.story import tell

routes = Blueprint(__name__)


@routes.route("/{group}/{slug}", methods=requests.READ)
def show_action_page(group: str, slug: str) -> Response:
    """The same for everyone, so that the edge may keep it; `?source=` and `?referrer=` travel on with the form.

    What a type fills in by other names in the address must be among those that `PageCache` (infra/front.yml) knows.
    """
    public = find(group, slug)
    if public is None:
        return errors.missing(_request())
    prefilled = action_types.of(public.page.type).prefilled(public, requests.query(_request()))
    return action_page(public, prefilled, cache=responses.PUBLIC)


@routes.route("/{group}/{slug}", methods=["POST"], content_types=[requests.FORM, requests.MULTIPART])
def take_action_there(group: str, slug: str) -> Response:
    public = find(group, slug, find_page.find_lately)
    if public is None:
        return errors.missing(_request())
    if not action_types.of(public.page.type).takes_submissions:
        return errors.error_page(_request(), 405, language=public.page.language, allow="GET, HEAD")
    if not action_types.of(public.page.type).takes(public.page):
        return action_page(public, status=409)
    try:
        fields = requests.form_lists(_request())
    except (requests.TooLong, requests.Malformed) as error:
        status = 413 if isinstance(error, requests.TooLong) else 400
        return errors.error_page(_request(), status, language=public.page.language)
    return _act(public, fields)


@routes.route("/{group}/{slug}/thanks")
def show_thanks(group: str, slug: str) -> Response:
    public = find(group, slug)
    return thanks(public, requests.query(_request()).get("code", "")) if public else errors.missing(_request())


def thanks(public: PublicPage, code: str, template: str = "public/thanks.html") -> Response:
    """What whoever acted sees, with links to share that carry their code. Where nobody can act, nobody is thanked."""
    page = public.page
    if not action_types.of(page.type).takes_submissions:
        return errors.missing(_request())
    message = page.share_text or texts.say(page.language, f"{page.type}.message", title=page.title)
    links = share_links(_address(public), code, page.share_title or page.title, message)
    told: dict[str, Any] = {"page": page, "links": links, "embed": look_of(_request()), "here": _path(public)}
    return show(page.language, template, group=public.group, cache=responses.PUBLIC, **told)


def action_page(
    public: PublicPage,
    fields: Fields | None = None,
    problems: Sequence[Problem] = (),
    *,
    refused: str = "",
    status: int = 200,
    cache: str = responses.NEVER,
    **how: Any,
) -> Response:
    """The page as the public sees it; `fields` and `problems` are those of a form that was sent back."""
    page, kind = public.page, action_types.of(public.page.type)
    shown = _shown(public, fields or {}) | {
        "problems": {problem.field: _in_words(problem, page.language) for problem in problems},
        "failed": status == 503,
        "refused": f"{page.type}.refused.{refused}" if refused else "",
    }
    template, values = f"{page.type}/page.html", shown | kind.page_values(public) | how
    # Browsers hold a form's redirect to the same rule as the form: without it they would stay where they are.
    onward = "https:" if page.thanks_url or kind.takes_money(public) else ""
    return show(
        page.language, template, group=public.group, status=status, cache=cache, embed=look_of(_request()),
        forms_to=onward, **values,
    )  # fmt: skip


def _shown(public: PublicPage, fields: Fields) -> dict[str, Any]:
    """What every page shows, whatever became of a form."""
    page, kind = public.page, action_types.of(public.page.type)
    return {
        "page": page,
        "own": kind.settings_of(page),
        "open": kind.takes(page),
        "asks": asked_of(public),
        "questions": kind.questions(page),
        "consent": consent_of(public),
        "questions_first": kind.is_about_questions,
        "story": tell(page.body),
        "taken": public.taken,
        "goal": goal_now(page, public.taken),
        "with_goal": kind.takes(page) and bool(page.goal or kind.aims),
        "fields": fields,
        "form_token": guarding.token_for(page.id, fields),
        "masked": "",
        "address": _address(public),
        "oembed": f"{config.public_url()}/oembed?{urlencode({'url': _address(public), 'format': 'json'})}",
        "picture": _media(page.picture),
        "share_picture": _media(page.share_picture),
    }


def _act(public: PublicPage, fields: Fields) -> Response:
    sender = _sender(public, fields)
    if sender is None:
        return action_page(public, fields, status=503)
    read = _read(public, sender.fields)
    if isinstance(read, list):
        return action_page(public, sender.shown, recognise.said(sender, read), status=422)
    page, accepted = public.page, _accept(public, read._replace(recognised=bool(sender.masked)), sender.fields)
    if accepted is None:
        return action_page(public, sender.shown, status=503)
    if isinstance(accepted, AskBack):
        status, how = 422 if accepted.problems else 200, {**accepted.values, "masked": sender.masked}
        return action_page(public, sender.shown, accepted.problems, status=status, **how)
    if isinstance(accepted, Doubt) and accepted.too_many:
        return action_page(public, sender.shown, refused="tries", status=429)
    if isinstance(accepted, Doubt):
        return guarding.answer(_request(), public, sender.shown, accepted, sender.masked)
    if isinstance(accepted, Refused):
        return action_page(public, sender.shown, refused=accepted.reason, status=409)
    if isinstance(accepted, Onward):
        return responses.see_other(accepted.url)
    if page.thanks_url and not look_of(_request()):
        return responses.see_other(page.thanks_url)
    code, there = referrer_code(accepted.person), action_types.of(page.type).thanks_at(accepted)
    return responses.see_other(f"{_path(public)}/{there}?code={code}")


def _sender(public: PublicPage, fields: Fields) -> Sender | None:
    """Whose form it is; None when that could not be looked up."""
    try:
        return recognise.sender(public, fields)
    except Exception as error:
        log.failure("sender not looked up", error, page=public.page.id)
        return None


def consent_of(public: PublicPage) -> Consent:
    return offered(public.page.language, (public.group, *public.sponsors), opt_in=public.page.opt_in)


def _read(public: PublicPage, fields: Fields) -> Sent | list[Problem]:
    """Everything that was sent, checked; or all that is wrong with it, in the order of the form."""
    page, kind = public.page, action_types.of(public.page.type)
    answers = read_answers(fields, asked_of(public), kind.questions(page))
    own, agreed = kind.read_own(public, fields), read_consent(fields, consent_of(public))
    if isinstance(answers, list) or isinstance(own, list) or isinstance(agreed, Problem):
        first, second = (each if isinstance(each, list) else [] for each in (own, answers))
        return [*first, *second, *([agreed] if isinstance(agreed, Problem) else [])]
    return Sent(answers, own, agreed)


def _accept(public: PublicPage, sent: Sent, fields: Fields) -> Submission | AskBack | Refused | Onward | Doubt | None:
    """Put it on the queue; None when it could not be, whatever the reason: then we may not say thank you."""
    try:
        more = action_types.of(public.page.type).complete(public, sent.answers, fields)
        if isinstance(more, AskBack | Refused):
            return more
        if doubted := guarding.doubt(_request(), public, sent.answers, fields):
            return doubted
        if sent.agreed and sent.agreed.version:
            consent_store.keep(public.group.id, sent.agreed.version, consent_of(public).text)
        came_by = _came_by(fields) | guarding.whence(_request(), public, sent.answers.email, fields)
        return take_action.accept_later(public, sent._replace(own={**sent.own, **more}), came_by)
    except Exception as error:
        log.failure("submission not accepted", error, page=public.page.id)
        return None


def _came_by(fields: Fields) -> dict[str, str]:
    query = requests.query(_request())
    codes = {name: query.get(name) or last(fields, name) for name in ("source", "referrer")}
    if look_of(_request()):
        return codes | {"source": codes["source"] or "embed", "website": _website(f"//{query.get('website', '')}")}
    return codes | {"website": _website(_request().headers.get("referer", ""))}


def _website(referer: str) -> str:
    """The host of the site that the form was sent from; '' when that is our own page."""
    try:
        host = urlsplit(referer).hostname or ""
    except ValueError:
        return ""
    return "" if host == urlsplit(config.public_url()).hostname else host


def _in_words(problem: Problem, language: str) -> str:
    name = f"problem.{problem.reason}"
    if problem.reason == "too_long":
        name += f".{problem.field}"
    return texts.say(language, name, about=problem.about)


def find(group: str, name: str, by: Callable[[str, str], PublicPage | None] = find_page.find) -> PublicPage | None:
    """The page for the public; None also for a draft."""
    names = public_name(group), public_name(name)
    public = by(*names) if all(names) else None
    return public if public and public.page.status != Status.DRAFT else None


def _path(public: PublicPage) -> str:
    return path_of(public.group.slug, public.page.slug, look_of(_request()))


def _address(public: PublicPage) -> str:
    return f"{config.public_url()}/{public.group.slug}/{public.page.slug}"


def _media(path: str) -> str:
    return f"{config.public_url()}/media/{path}" if path else ""


def _request() -> Request:
    request: Request = routes.current_request
    return request
