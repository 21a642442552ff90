"""Groups that get a part of what another group's page collects: asked by its organizer, and each by its own yes.

Nobody collects for a group that has not agreed, and a group may leave at any time: so this is read at each access, and
once more before its part is charged.
"""

from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage
from chalicelib.giving import accounts, recipient_store
from chalicelib.giving.recipient_store import Recipient
from chalicelib.giving.stripe_gateway import OWN
from chalicelib.network import store as network
from chalicelib.network.group import Group

_LONGEST_NAME = 100


def can_share(group: Group) -> bool:
    """Whether it has an account of its own that takes money: a card can be taken to connected accounts only."""
    account = accounts.of(group)
    return account.ready and account.id != OWN


def of(group: Group, page: ActionPage) -> tuple[Group, ...]:
    """The other groups that what is given on this page may go to, now; most pages have none and cost nothing."""
    if not page.tandem or not can_share(group):
        return ()
    agreed = [recipient.group for recipient in recipient_store.of_page(page.id) if recipient.agreed]
    return tuple(other for other in network.find_groups(agreed) if can_share(other))


def takes(collector: str, page: str, group: str) -> Group | None:
    """The group, if it takes a part of what this page of the collector's collects, at this moment."""
    found = network.find_group(group, consistent=True)
    if found is None or not can_share(found):
        return None
    asked = recipient_store.find(page, group) if group != collector else None
    return found if group == collector or (asked and asked.agreed) else None


def ask(group: Group, page: ActionPage, name: str) -> str:
    """Ask the group of this public name; '' when it is asked, or why it cannot be."""
    slug = name.strip().strip("/").lower()
    target = network.find_name(slug) if 0 < len(slug) <= _LONGEST_NAME else None
    if target is None or target.page:
        return "unknown"
    if target.group == group.id:
        return "own"
    asked = {recipient.group for recipient in recipient_store.of_page(page.id, consistent=True)}
    if target.group not in asked and len(asked) >= recipient_store.MOST:
        return "too_many"
    if not page.tandem:
        actions.change_page(group.id, page.id, tandem=True)
    recipient_store.ask(page.id, target.group, group.id)
    return ""


def agree(group: Group, page: str, by: str) -> str:
    """Its own yes; '' when it counts, or why it does not."""
    if recipient_store.find(page, group.id) is None:
        return "gone"
    if not can_share(group):
        return "no_account"
    return "" if recipient_store.agree(page, group.id, by) else "gone"


def asked_of(group: Group) -> list[tuple[Recipient, Group, ActionPage]]:
    """What this group was asked for: by whom, and for which page."""
    found = []
    for recipient in recipient_store.of_group(group.id):
        collector, page = network.find_group(recipient.asked_by), actions.find_page(recipient.asked_by, recipient.page)
        if collector and page:
            found.append((recipient, collector, page))
    return found
