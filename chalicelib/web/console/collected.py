"""Pages of other groups that collect for this one: it agrees, or leaves, whenever it likes."""

from chalice.app import Blueprint, Response

from chalicelib.giving import recipient_store, recipients
from chalicelib.web import responses
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.requests import is_id

routes = Blueprint(__name__)

_HERE = "/console/giving/collected"


@screen(routes, _HERE)
def collected(visit: Visit) -> Response:
    return visit.show(
        "collected.html", asked=recipients.asked_of(visit.group), can_share=recipients.can_share(visit.group)
    )


@screen(routes, "/console/giving/collected/{page}/agree", methods=["POST"])
def agree_to_collect(visit: Visit, page: str) -> Response:
    """For the group of this visit, and no other."""
    wrong = recipients.agree(visit.group, page, visit.session.email) if is_id(page) else "gone"
    if wrong == "gone":
        return visit.missing()
    return responses.see_other(f"{_HERE}?done={'collect-no-account' if wrong else 'collect-agreed'}")


@screen(routes, "/console/giving/collected/{page}/leave", methods=["POST"])
def leave_collecting(visit: Visit, page: str) -> Response:
    """Or decline: nothing on that page goes to the group of this visit."""
    if not (is_id(page) and recipient_store.remove(page, visit.group.id)):
        return visit.missing()
    return responses.see_other(f"{_HERE}?done=collect-left")
