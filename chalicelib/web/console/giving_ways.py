"""How donors came to give: by which page, mailing, source, website, and who brought them; the best of each."""

from collections import Counter
from collections.abc import Mapping
from typing import NamedTuple

from chalicelib.actions import store as actions
from chalicelib.giving import money, outside, sums
from chalicelib.giving.donation import WAYS
from chalicelib.giving.sums import Sum
from chalicelib.mailings import store as mailings
from chalicelib.mailings.links import is_mailings, mailing_of
from chalicelib.people import store as people

_MOST = 10


class Way(NamedTuple):
    """`about` leads to a screen, '' for none."""

    name: str
    about: str
    gifts: int
    kept: str


def ways(group: str, currency: str) -> Mapping[str, list[Way]]:
    """By kind: `page`, `mailing` (its variants together), `source`, `referrer` and `website`; `origin`: who else took
    gifts."""
    found: dict[str, dict[str, Counter[str]]] = {}
    for kind in (*WAYS, "origin"):
        for code, by_currency in sums.of_ways(group, kind).items():
            if currency in by_currency:
                _add(found, kind, code, by_currency[currency])
    return {
        kind: [_way(group, kind, code, total, currency) for code, total in _best(some)] for kind, some in found.items()
    }


def _add(found: dict[str, dict[str, Counter[str]]], kind: str, code: str, total: Sum) -> None:
    if kind == "source" and is_mailings(code):
        kind, code = "mailing", mailing_of(code)
    found.setdefault(kind, {}).setdefault(code, Counter()).update(gifts=total.gifts, kept=total.kept)


def _best(some: Mapping[str, Counter[str]]) -> list[tuple[str, Counter[str]]]:
    return sorted(some.items(), key=lambda way: way[1]["kept"], reverse=True)[:_MOST]


def _way(group: str, kind: str, code: str, total: Counter[str], currency: str) -> Way:
    name, about = _named(group, kind, code)
    return Way(name, about, total["gifts"], money.write(max(total["kept"], 0), currency))


def _named(group: str, kind: str, code: str) -> tuple[str, str]:
    """What stands behind a code, and its screen. Anybody can type a code: what is not there is shown as typed."""
    if kind == "page" and (page := actions.find_page(group, code)):
        return page.title, f"/console/actions/{code}"
    if kind == "mailing" and (mailing := mailings.find_mailing(group, code)):
        return mailing.subject, f"/console/mailings/{code}"
    if kind == "referrer" and (person := people.find_by_referrer_code(group, code)):
        return person.full_name or person.email, f"/console/people/{person.id}"
    return outside.NAMES.get(code, code) if kind == "origin" else code, ""
