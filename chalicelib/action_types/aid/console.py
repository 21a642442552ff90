"""Bringing people together: one button each, which can be taken back."""

from chalice.app import Blueprint, Response

from chalicelib.action_types.aid import store
from chalicelib.actions import store as actions_store
from chalicelib.web.console import actions
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)


@screen(routes, "/console/actions/{page}/match", methods=["POST"])
def match_people(visit: Visit, page: str) -> Response:
    """Bring somebody who needs help together with somebody who can give it: both have replied here."""
    found, (need, give) = actions.find(visit, page), _pair(visit)
    if found is None or need == give or not (is_id(need) and is_id(give)):
        return visit.missing()
    if len(actions_store.find_many(found.id, {need, give})) != 2:
        return visit.missing()
    return actions.back(found, "matched" if store.match(found.id, need, give) else "not-changed")


@screen(routes, "/console/actions/{page}/helped", methods=["POST"])
def have_helped(visit: Visit, page: str) -> Response:
    """They have been helped."""
    found, (need, give) = actions.find(visit, page), _pair(visit)
    if found is None or not is_id(need):
        return visit.missing()
    return actions.back(found, "helped" if store.finish(found.id, need, give) else "not-changed")


@screen(routes, "/console/actions/{page}/part", methods=["POST"])
def part_people(visit: Visit, page: str) -> Response:
    """They do not belong together after all."""
    found, (need, give) = actions.find(visit, page), _pair(visit)
    if found is None or not is_id(need):
        return visit.missing()
    return actions.back(found, "parted" if store.part(found.id, need, give) else "not-changed")


def _pair(visit: Visit) -> tuple[str, str]:
    """Who needs help and who gives it, as the screen showed them: by now it may be somebody else."""
    fields = visit.fields()
    return fields.get("need", ""), fields.get("give", "")
