"""Finding a public page by its address: the name first, then everything that the page shows, in one round trip."""

from typing import NamedTuple

from chalicelib import clock, counters, dynamo
from chalicelib.actions import store
from chalicelib.actions.action_page import ActionPage
from chalicelib.giving import recipients
from chalicelib.network import store as network
from chalicelib.network.group import Group

_LATELY_SECONDS = 5.0
_MOST_KEPT = 500


class PublicPage(NamedTuple):
    """An action page with its group, how many people have acted, and the groups whose lists can be joined too.

    `recipients`: other groups that get a part of what it collects; their lists are among those.
    """

    group: Group
    page: ActionPage
    taken: int
    sponsors: tuple[Group, ...] = ()
    recipients: tuple[Group, ...] = ()


_lately: dict[str, tuple[float, PublicPage]] = {}


def find(group_slug: str, slug: str) -> PublicPage | None:
    """The page at `/group/slug`, whatever its status; None when nothing was ever there."""
    target = network.find_name(f"{group_slug}/{slug}")
    return read(target.group, target.page) if target else None


def find_lately(group_slug: str, slug: str) -> PublicPage | None:
    """The same, as it was a few seconds ago at most: for forms in a spike, which need the page but not its count."""
    address, now = f"{group_slug}/{slug}", clock.now()
    if address in _lately and _lately[address][0] > now - _LATELY_SECONDS:
        return _lately[address][1]
    public = find(group_slug, slug)
    if public:
        if len(_lately) >= _MOST_KEPT:
            _lately.clear()
        _lately[address] = (now, public)
    return public


def read(group: str, page: str) -> PublicPage | None:
    groups, group_key = network.group_key(group)
    pages, page_key = store.page_key(group, page)
    counts, count_keys = counters.keys(f"page#{page}")
    found = dynamo.get_many({groups: [group_key], pages: [page_key], counts: count_keys})
    if not (found[groups] and found[pages]):
        return None
    taken = counters.total(found[counts]).get("actions", 0)
    owner, action_page = network.group_from(found[groups][0]), store.page_from(found[pages][0])
    others = recipients.of(owner, action_page)
    known = {other.id for other in others}
    sponsors = [sponsor for sponsor in _sponsors(action_page) if sponsor.id not in known]
    return PublicPage(owner, action_page, taken, (*sponsors, *others), others)


def _sponsors(page: ActionPage) -> tuple[Group, ...]:
    """In the order chosen; most pages have none, and cost no second round trip."""
    return network.find_groups(page.sponsors) if page.sponsors else ()
