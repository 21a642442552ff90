"""The guard at the door of public forms: its own fields, and what a form is judged by (`chalicelib/guard/`)."""

from chalice.app import Request

from chalicelib import clock
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Answers, Fields, last
from chalicelib.guard import form_token
from chalicelib.guard import look as guard
from chalicelib.guard.risk import Risk
from chalicelib.web import requests

TOKEN, HONEYPOT = "form_token", "homepage"


def token_for(page: str, fields: Fields) -> str:
    """What `public/guard.html` puts into a form, be it new or sent back."""
    return form_token.kept(page, last(fields, TOKEN), clock.now())


def look(request: Request, public: PublicPage, answers: Answers, fields: Fields) -> Risk:
    """How risky this form is; it is counted, so ask once for each."""
    visit = guard.Visit(
        group=public.group.id,
        page=public.page.id,
        address=requests.client_address(request),
        email=answers.email,
        token=last(fields, TOKEN),
        honeypot=last(fields, HONEYPOT),
        particulars=(answers.name, answers.street, answers.city),
    )
    return guard.look(visit)
