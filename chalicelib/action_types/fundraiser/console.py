"""Who else gets a part of what a fundraising page collects: organizers ask other groups, and take them off again."""

from chalice.app import Blueprint, Response

from chalicelib.actions.action_page import ActionPage
from chalicelib.giving import recipient_store, recipients
from chalicelib.network import store as network
from chalicelib.web import responses
from chalicelib.web.console import actions
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_WRONG = {
    "unknown": "No group has this name here. It is the first part of its pages’ addresses",
    "own": "Your own group gets its part in any case",
    "too_many": f"{recipient_store.MOST} other groups at most",
}


@screen(routes, "/console/actions/{page}/recipients")
def show_recipients(visit: Visit, page: str) -> Response:
    found = _fundraiser(visit, page)
    return _show(visit, found) if found else visit.missing()


@screen(routes, "/console/actions/{page}/recipients", methods=["POST"])
def ask_recipient(visit: Visit, page: str) -> Response:
    """Nothing goes to the group before its own organizer has agreed."""
    found = _fundraiser(visit, page)
    if found is None or not recipients.can_share(visit.group):
        return visit.missing()
    name = visit.fields().get("name", "")
    wrong = recipients.ask(visit.group, found, name)
    if wrong:
        return _show(visit, found, {"name": _WRONG[wrong]}, name, status=422)
    return responses.see_other(f"/console/actions/{page}/recipients?done=recipient-asked")


@screen(routes, "/console/actions/{page}/recipients/{group}/remove", methods=["POST"])
def remove_recipient(visit: Visit, page: str, group: str) -> Response:
    found = _fundraiser(visit, page)
    if found is None or not (is_id(group) and recipient_store.remove(found.id, group)):
        return visit.missing()
    return responses.see_other(f"/console/actions/{page}/recipients?done=recipient-removed")


def _fundraiser(visit: Visit, page: str) -> ActionPage | None:
    found = actions.find(visit, page)
    return found if found and found.type == "fundraiser" else None


def _show(
    visit: Visit, page: ActionPage, problems: dict[str, str] | None = None, name: str = "", status: int = 200
) -> Response:
    asked = recipient_store.of_page(page.id, consistent=True)
    groups = {group.id: group for group in network.find_groups(recipient.group for recipient in asked)}
    return visit.show(
        "fundraiser/recipients.html",
        status=status,
        page=page,
        asked=[(recipient, groups[recipient.group]) for recipient in asked if recipient.group in groups],
        can_share=recipients.can_share,
        problems=problems or {},
        name=name,
        most=recipient_store.MOST,
    )
