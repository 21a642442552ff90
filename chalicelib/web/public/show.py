"""Showing a public page: in one language, in the colours of the group it belongs to."""

from typing import Any

from chalice.app import Request, Response

from chalicelib import texts
from chalicelib.network import accent
from chalicelib.network.group import Group
from chalicelib.web import requests, responses, templates
from chalicelib.web.public.embed_look import Look, opening_outside

# The address of these pages is a secret of one person: it goes nowhere, and search engines keep out.
PRIVATE = {"Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def show(
    language: str,
    template: str,
    *,
    group: Group | None = None,
    status: int = 200,
    cache: str = responses.NEVER,
    headers: dict[str, str] | None = None,
    embed: Look | None = None,
    forms_to: str = "",
    **values: Any,
) -> Response:
    """`embed`: how it looks within another website, where it may then stand; `forms_to` is that of `responses.page`."""
    colour = accent.usable(group.accent if group else accent.DEFAULT)
    style = f"--accent: {colour}; --on-accent: {accent.on_accent(colour)}"
    html = templates.render_in(language, template, group=group, style=style, embed=embed, **values)
    if embed:
        return responses.page(opening_outside(html), status=status, cache=cache, framed_by="*", **(headers or {}))
    return responses.page(html, status=status, cache=cache, forms_to=forms_to, **(headers or {}))


def language_of(request: Request) -> str:
    """What the visitor's browser asks for, as far as we speak it."""
    return texts.best_language(request.headers.get("accept-language", ""))


def public_name(path_parameter: str) -> str:
    """A public name as typed into an address, in the one spelling that we keep; '' when it cannot be one."""
    name = requests.path_part(path_parameter).strip().lower()
    return name if len(name) <= 100 and name.isascii() and name.replace("-", "").isalnum() else ""
