"""Writing again to those behind a number: who was refused, or of whom nobody knows."""

from chalice.app import Blueprint, Response

from chalicelib.mailings import retry
from chalicelib.web.console.door import Visit, screen
from chalicelib.web.console.mailings import at_home, back, find, front

routes = Blueprint(__name__)

_TOO_LATE = "It is on its way already, or somebody did this before you. Nothing was done twice."
_NOT_SURE = "Nobody was written to: say first that some may get it twice."


@screen(routes, "/console/mailings/{mailing}/retry", methods=["POST"])
def retry_mailing(visit: Visit, mailing: str) -> Response:
    """Write to them again, once for each time that the list was looked at."""
    found = find(visit, mailing)
    if found is None:
        return visit.missing()
    if found.can_be_edited():
        return at_home(found)
    fields = visit.fields()
    end, tries = fields.get("end", ""), fields.get("tries", "")
    if end == "unknown" and fields.get("sure") != "yes":
        return front(visit, found, refused=_NOT_SURE, status=422)
    seen = int(tries) if tries.isascii() and tries.isdecimal() and len(tries) < 9 else -1
    begun = retry.begin(visit.group.id, found.id, end, seen)
    return (
        back(begun, "retrying") if begun else front(visit, find(visit, mailing) or found, refused=_TOO_LATE, status=409)
    )
