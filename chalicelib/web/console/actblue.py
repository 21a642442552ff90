"""Gifts through ActBlue: what to enter there, with which password, and what to do with what it tells."""

import re
from collections.abc import Mapping

from chalice.app import Blueprint, Response

from chalicelib import config
from chalicelib.giving.actblue import access
from chalicelib.giving.actblue.told import Kind
from chalicelib.plain_text import clean
from chalicelib.web import responses
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_HERE = "/console/giving/actblue"
_MOST_COMMITTEES = 50
_COMMITTEE = re.compile(r"[0-9]{1,12}|C[0-9]{5,9}")
_NAMES = {
    Kind.CONTRIBUTIONS: "ActBlue Default",
    Kind.REFUNDS: "ActBlue Default Refunds",
    Kind.CANCELLATIONS: "ActBlue Default Cancellations",
}


@screen(routes, _HERE)
def actblue(visit: Visit) -> Response:
    return _show(visit, _typed(visit))


@screen(routes, _HERE, methods=["POST"])
def save_actblue(visit: Visit) -> Response:
    fields = {"committees": "", "joins": ""} | visit.fields()
    parts = re.split(r"[\s,;]+", clean(fields["committees"]).upper())
    committees = tuple(dict.fromkeys(filter(None, parts)))
    if len(committees) > _MOST_COMMITTEES or not all(map(_COMMITTEE.fullmatch, committees)):
        problem = f"Write numbers like 12345 or C00401224, {_MOST_COMMITTEES} at most, or nothing"
        return _show(visit, fields, {"committees": problem}, status=422)
    access.choose(visit.group, committees, joins=bool(fields["joins"]))
    return responses.see_other(f"{_HERE}?done=actblue-saved")


@screen(routes, f"{_HERE}/password", methods=["POST"])
def renew_password(visit: Visit) -> Response:
    """Shown in this answer and never again: it is kept as a hash."""
    return _show(visit, _typed(visit), password=access.renew(visit.group))


@screen(routes, f"{_HERE}/off", methods=["POST"])
def switch_off_actblue(visit: Visit) -> Response:
    access.switch_off(visit.group)
    return responses.see_other(f"{_HERE}?done=actblue-off")


def _typed(visit: Visit) -> Mapping[str, str]:
    now = access.of(visit.group)
    return {"committees": ", ".join(now.committees), "joins": "1" if now.joins else ""}


def _show(
    visit: Visit,
    typed: Mapping[str, str],
    problems: Mapping[str, str] | None = None,
    *,
    password: str = "",
    status: int = 200,
) -> Response:
    return visit.show(
        "actblue.html",
        status=status,
        typed=typed,
        problems=problems or {},
        is_open=bool(password) or access.of(visit.group).is_open,
        addresses={_NAMES[kind]: f"{config.public_url()}/hooks/actblue/{visit.group.id}/{kind}" for kind in Kind},
        user=access.USER,
        password=password,
    )
