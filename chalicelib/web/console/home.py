"""Home: how the group grows, its latest pages and its latest mailings. Only counters are read, never the list."""

from chalice.app import Blueprint, Response

from chalicelib import clock, counters
from chalicelib.actions import signers
from chalicelib.actions import store as actions
from chalicelib.mailings import store as mailings
from chalicelib.web.console import charts
from chalicelib.web.console.door import Visit, screen

routes = Blueprint(__name__)

_LATEST = 5


@screen(routes, "/console")
def home(visit: Visit) -> Response:
    """The overview."""
    counted = f"group#{visit.group.id}"
    pages = actions.latest_pages(visit.group.id, _LATEST)
    new_people, taken = charts.daily(counted, clock.now(), "people", "actions")
    return visit.show(
        "home.html",
        totals=counters.read(counted),
        new_people=new_people,
        taken=taken,
        pages=pages,
        counts=signers.count(page.id for page in pages),
        mailings=mailings.mailings_of(visit.group.id, limit=_LATEST),
    )
