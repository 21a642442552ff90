"""Reading what a request wants said: its subject, parts, headers and template."""

from typing import Any

from local.ses.account import Account
from local.ses.answer import Refused, bad_request, not_found
from local.ses.content import Content, has_logic, holes, read_object
from local.ses.problems import headers_problem, pairs

JsonObject = dict[str, Any]


def single_content(account: Account, body: JsonObject) -> Content | Refused:
    given = body.get("Content") or {}
    if simple := given.get("Simple"):
        return _simple_content(body, simple)
    if template := given.get("Template"):
        return template_content(account, body, template)
    return bad_request("The local SES double takes Simple and Template content, not Raw.")


def _simple_content(body: JsonObject, simple: JsonObject) -> Content | Refused:
    parts = simple.get("Body") or {}
    html, text = (parts.get(kind, {}).get("Data", "") for kind in ("Html", "Text"))
    subject, headers = simple.get("Subject", {}).get("Data", ""), tuple(pairs(simple.get("Headers")))
    if "\r" in subject or "\n" in subject:
        return bad_request("Subject contains a line break.")
    if not html and not text:
        return bad_request("Body has neither Html nor Text.")
    content = Content(*_from(body), subject, html, text, headers, "", "", frozenset())
    return headers_problem(headers) or content


def template_content(account: Account, body: JsonObject, template: JsonObject | None) -> Content | Refused:
    if not template:
        return bad_request("Template is missing.")
    name = template.get("TemplateName") or template.get("TemplateArn", "").rpartition("/")[2]
    stored = account.templates.get(name) if name else template.get("TemplateContent")
    if stored is None:
        return not_found(f"Template {name} does not exist.")
    subject, html, text = parts = [stored.get(part) or "" for part in ("Subject", "Html", "Text")]
    defaults, headers = template.get("TemplateData") or "", tuple(pairs(template.get("Headers")))
    if problem := template_problem(parts, defaults) or headers_problem(headers):
        return problem
    return Content(*_from(body), subject, html, text, headers, defaults, name, holes(*parts))


def template_problem(parts: list[str], defaults: str) -> Refused | None:
    if has_logic(*parts):
        return bad_request("Only simple substitution: no {{#if}} or other logic in a template (the double has none).")
    try:
        read_object(defaults)
    except ValueError:
        return bad_request("Invalid template data.")
    return None


def _from(body: JsonObject) -> tuple[str, str]:
    return body.get("FromEmailAddress") or "", ", ".join(body.get("ReplyToAddresses") or [])
