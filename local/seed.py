"""The sample group, its organizer and a page of every type; and a group next door.

What is there stays as it is.

Run by `make run` with the product's environment: `python -m local.seed`.
"""

import re
import tomllib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

from chalicelib.action_types.event_campaign import offers
from chalicelib.action_types.letter import columns, upload
from chalicelib.action_types.letter import store as target_lists
from chalicelib.actions import picture, write_page
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage
from chalicelib.actions.draft import read_draft
from chalicelib.network import store as network
from chalicelib.network.group import Group
from local import seed_accounts

SAMPLE = Path(__file__).parent / "sample"
ORGANIZER = "organizer@demo.example"
GROUP = "demo"
# A group next door, that others may collect for.
NEIGHBOUR, ITS_ORGANIZER = "parks", "parks@demo.example"

_NAMED = re.compile(r"\{(?:(day|page|list) ([\w-]+)|(picture))\}")


class NotSeeded(Exception):
    """The product refused the sample: a bug in one of the two."""


def pages() -> list[dict[str, str]]:
    """What the sample's pages have typed into their editors, and their `slug`, `type` and `within`; see the file."""
    found: list[dict[str, str]] = tomllib.loads((SAMPLE / "pages.toml").read_text("utf-8"))["page"]
    return found


def main() -> None:
    group = _group()
    network.add_organizer(ORGANIZER, group.id)
    group = seed_accounts.connect(group, ORGANIZER)
    neighbour = _neighbour()
    network.add_organizer(ITS_ORGANIZER, neighbour.id)
    seed_accounts.connect(neighbour, ITS_ORGANIZER)
    for page in pages():
        if network.find_name(f"{GROUP}/{page['slug']}") is None:
            _publish(group, page)


def _group() -> Group:
    if target := network.find_name(GROUP):
        found = network.find_group(target.group)
    else:
        found = network.create_group(
            GROUP,
            "Friends of Riverside Library",
            accent="#1f6f5c",
            time_zone="America/New_York",
            postal_address="Friends of Riverside Library, 12 River Street, Riverside",
        )
    if found is None:
        raise NotSeeded(f"the name {GROUP} leads to no group")
    if found.logo:
        return found
    return network.change_group(found.id, logo=picture.publish(found.id, (SAMPLE / "logo.png").read_bytes()))


def _neighbour() -> Group:
    target = network.find_name(NEIGHBOUR)
    found = network.find_group(target.group) if target else network.create_group(NEIGHBOUR, "Riverside Parks")
    if found is None:
        raise NotSeeded(f"the name {NEIGHBOUR} leads to no group")
    return found


def _publish(group: Group, sample: Mapping[str, str]) -> None:
    typed = {_named(group, name): _named(group, text) for name, text in sample.items()}
    page = _begun(group, sample)
    draft = read_draft(page, typed)
    saved = draft if isinstance(draft, list) else write_page.save(group, page, draft, page.edited)
    published = saved if isinstance(saved, list) else write_page.publish(group, saved)
    if isinstance(published, list):
        raise NotSeeded(f"{sample['slug']} was refused: {published}")


def _begun(group: Group, sample: Mapping[str, str]) -> ActionPage:
    if "within" not in sample:
        return write_page.begin(group, sample["type"])
    campaign = actions.find_page(group.id, _page_id(sample["within"]))
    if campaign is None:
        raise NotSeeded(f"{sample['within']} is gone")
    return offers.begin(campaign, group.time_zone)


def _named(group: Group, text: str) -> str:
    """The text with what it names in braces."""

    def found(match: re.Match[str]) -> str:
        kind, name = match[1] or match[3], match[2]
        if kind == "day":
            return f"{datetime.now(UTC) + timedelta(days=int(name)):%Y-%m-%d}"
        if kind == "page":
            return _page_id(name)
        if kind == "list":
            return _target_list(group, name)
        return picture.publish(group.id, (SAMPLE / "library.jpg").read_bytes())

    return _NAMED.sub(found, text)


def _page_id(slug: str) -> str:
    target = network.find_name(f"{GROUP}/{slug}")
    if target is None:
        raise NotSeeded(f"there is no page {slug} yet")
    return target.page


def _target_list(group: Group, name: str) -> str:
    known = next((one for one in target_lists.lists_of(group.id) if one.name == name), None)
    return known.id if known else _uploaded(group, name)


def _uploaded(group: Group, name: str) -> str:
    content = (SAMPLE / f"{name}.csv").read_bytes()
    made = upload.begin(group.id, name)
    upload.keep(made, columns.TARGETS, content)
    seen = upload.look(made, columns.TARGETS)
    taken = seen if isinstance(seen, str) or seen is None else upload.take(made, columns.TARGETS, seen.meanings)
    if not isinstance(taken, target_lists.TargetList):
        raise NotSeeded(f"{name}.csv was refused: {taken}")
    return made.id


if __name__ == "__main__":
    main()
