"""Asks that know the donor: what a mailing says of gifts, and its links that tick an amount on a fundraising page.

A link to a page of the group's with `ask=2` in its query asks for the second rung of each recipient's own ladder. What
stands in the email is the usual link of ours, in which nobody can change whose it is. On the way to the page `ask=2`
becomes the amount that the email said (`amount=7500USD`); the text part, whose links lead there at once, says it.
Of whoever never gave it stays `ask=2`: the second of the page's usual amounts, which the field's default names.

Whoever an email is forwarded to reads what stands in it: the amounts asked for, and past gifts where it says them.
"""

import re
from collections.abc import Callable, Collection, Mapping

from msgspec.structs import replace

from chalicelib.giving import ask, ladder, money, terms
from chalicelib.giving.terms import Terms
from chalicelib.mailings.chunk import Recipient
from chalicelib.mailings.merge import ASKS, OF_DONORS, Content
from chalicelib.network.group import Group
from chalicelib.people.person import Gifts, Person

FIELDS = frozenset((*OF_DONORS, *(f"{name}_link" for name in ASKS)))

Teller = Callable[[Person], Mapping[str, str]]


def teller(group: Group, used: Collection[str]) -> Teller:
    """Gives what each person's gifts make of those of the fields that are used; {} for whoever never gave."""
    wanted = FIELDS.intersection(used)
    if not wanted:
        return lambda person: {}
    asked, language = terms.of(group), group.language

    def tell(person: Person) -> Mapping[str, str]:
        return {name: words for name, words in told(person.gifts, asked, language).items() if name in wanted}

    return tell


def told(gifts: Gifts, asked: Terms, language: str) -> Mapping[str, str]:
    """By merge field, in the currency that they gave in; a rung that their ladder does not have is left out."""
    currency = gifts.currency
    if gifts.highest <= 0 or currency not in money.CURRENCIES:
        return {}
    fields = {"highest_gift": gifts.highest, "last_gift": gifts.last}
    rungs = dict(zip(ASKS, ladder.rungs(asked.ladder, gifts.highest, terms.limits(asked, currency)), strict=False))
    links = {f"{name}_link": ask.written(amount, currency) for name, amount in rungs.items()}
    return {name: money.write(amount, currency, language) for name, amount in (fields | rungs).items()} | links


def with_links(content: Content, home: str) -> Content:
    """The same words, where the text part's links ask for the recipient's own amounts."""
    return replace(content, text=_asking(home).sub(r'\1{{ ask_\2_link | default: "ask=\2" }}', content.text))


def led(words: str, home: str, recipient: Recipient) -> str:
    """An address, or HTML, whose links ask this recipient for their own amounts."""

    def own(link: re.Match[str]) -> str:
        return link[1] + recipient.told.get(f"ask_{link[2]}_link", f"ask={link[2]}")

    return _asking(home).sub(own, words)


def _asking(home: str) -> re.Pattern[str]:
    """`ask=2` in the query of a page of the group's, which lies below `home`; and what stands before it."""
    page = rf"""{re.escape(home)}/[A-Za-z0-9-]+\?(?:[^\s#"'<>]{{0,500}}?[&;])?"""
    return re.compile(rf"""({page})ask=([1-4])(?![^\s&#"'<>])""")
