"""Donate buttons to put into a mailing: one for each rung of a recipient's ladder, and one for another amount.

Each names the page's usual amount for whoever never gave, and leads to the page with just that ticked.
"""

from html import escape
from typing import NamedTuple

from chalicelib import action_types, config, texts
from chalicelib.action_types.fundraiser.editing import Settings
from chalicelib.actions import store as actions
from chalicelib.actions.action_page import ActionPage
from chalicelib.giving import money, terms
from chalicelib.mailings.merge import ASKS
from chalicelib.network.group import Group


class Buttons(NamedTuple):
    """Of one fundraising page; `html` is what is inserted."""

    title: str
    html: str


def of_group(group: Group) -> list[Buttons]:
    """For each fundraising page that takes gifts now."""
    pages = [page for page in actions.pages_of(group.id) if page.type == "fundraiser" and page.is_open]
    return [Buttons(page.title, _html(group, page)) for page in pages]


def _html(group: Group, page: ActionPage) -> str:
    own = action_types.of(page.type).settings_of(page)
    address = f"{config.public_url()}/{group.slug}/{page.slug}"
    other = texts.say(group.language, "fundraiser.other")
    return "".join([*_rungs(group, own, address), f'<p><a href="{address}">{escape(other)}</a></p>'])


def _rungs(group: Group, own: Settings, address: str) -> list[str]:
    usual = [money.write(amount, own.currency, group.language) for amount in own.amounts]
    names = ASKS[: len(terms.of(group).ladder)]
    return [
        f'<p><strong><a href="{address}?ask={number}">{{{{ {name} | default: "{shown}" }}}}</a></strong></p>'
        for number, (name, shown) in enumerate(zip(names, usual, strict=False), 1)
    ]
