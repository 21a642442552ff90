"""Settings of the group: how it is called, how its mail is signed, and how its pages look."""

import re
from collections.abc import Mapping
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import config, texts, wall_time
from chalicelib.actions import picture
from chalicelib.network import store as network
from chalicelib.network.group import Group
from chalicelib.people.email_address import normalise
from chalicelib.plain_text import clean
from chalicelib.web import requests, responses
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_LONGEST = {"name": 80, "sender_name": 80, "postal_address": 300}
_ADDRESSES = ("sender_address", "reply_to")
# Every visitor of every page loads it.
_MOST_LOGO_BYTES = 100_000
_COLOUR = re.compile(r"#[0-9a-f]{6}")


@screen(routes, "/console/settings")
def settings(visit: Visit) -> Response:
    """The form."""
    return _form(visit, {name: getattr(visit.group, name) for name in visit.group.__struct_fields__}, {})


@screen(routes, "/console/settings", methods=["POST"], accepts=(requests.FORM, requests.MULTIPART))
def save_settings(visit: Visit) -> Response:
    """Save them all, or say what is wrong with which."""
    typed, problems = _with_logo(visit)
    problems |= _problems(typed, visit.group)
    if problems:
        return _form(visit, typed, problems, status=422)
    kept = typed | {name: normalise(typed[name]) or "" for name in _ADDRESSES}
    network.change_group(visit.group.id, **kept)
    return responses.see_other("/console/settings?done=settings-saved")


def _form(visit: Visit, typed: Mapping[str, Any], problems: Mapping[str, str], status: int = 200) -> Response:
    return visit.show(
        "settings.html",
        status=status,
        typed=typed,
        problems=problems,
        languages=texts.names().items(),
        zones=wall_time.zones(),
        mail_from=config.mail_from(),
        domains=visit.group.sender_domains,
        public_url=config.public_url(),
    )


def _with_logo(visit: Visit) -> tuple[dict[str, str], dict[str, str]]:
    """The form's fields, and what is wrong with a logo sent along; a good one is published and kept by its path."""
    fields, files = visit.form()
    typed, upload = _read(fields), files.get("upload")
    logo = fields.get("logo", "") or visit.group.logo
    typed["logo"] = logo if picture.is_ours(visit.group.id, logo) and not fields.get("no_logo") else ""
    if upload is None or not upload.content:
        return typed, {}
    if len(upload.content) > _MOST_LOGO_BYTES:
        return typed, {"logo": "Choose a logo of 100 kB at most: every visitor loads it"}
    try:
        return typed | {"logo": picture.publish(visit.group.id, upload.content)}, {}
    except ValueError:
        return typed, {"logo": "Choose a PNG, JPEG or WebP picture"}


def _read(fields: Mapping[str, str]) -> dict[str, str]:
    names = ("name", "sender_name", *_ADDRESSES, "language", "time_zone", "accent")
    typed = {name: clean(fields.get(name, "")) for name in names}
    typed["accent"] = typed["accent"].lower()
    return typed | {"postal_address": clean(fields.get("postal_address", ""), lines=True)}


def _problems(typed: Mapping[str, str], group: Group) -> dict[str, str]:
    problems = {} if typed["name"] else {"name": "Write the group's name"}
    for name, most in _LONGEST.items():
        if len(typed[name]) > most:
            problems[name] = f"Use {most} letters at most"
    for name in _ADDRESSES:
        if typed[name] and normalise(typed[name]) is None:
            problems[name] = "Write an email address, like ada@example.org"
    sender = normalise(typed["sender_address"])
    if sender and not group.may_send_from(sender):
        problems["sender_address"] = f"{sender.rpartition('@')[2]} is not set up for this group"
    if not _COLOUR.fullmatch(typed["accent"]):
        problems["accent"] = "Choose a colour, like #1d4ed8"
    if typed["language"] not in texts.languages():
        problems["language"] = "Choose a language"
    if typed["time_zone"] not in wall_time.zones():
        problems["time_zone"] = "Choose a time zone"
    return problems
