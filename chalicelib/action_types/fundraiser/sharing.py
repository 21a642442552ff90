"""How much of a gift goes to each of several groups, as the form says it."""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.submission import Fields, Problem, last
from chalicelib.giving import money, split, terms
from chalicelib.giving.begin_split import groups_of
from chalicelib.giving.ladder import Limits
from chalicelib.network.group import Group
from chalicelib.plain_text import clean


def field_of(group: Group) -> str:
    return f"share-{group.slug}"


def read(public: PublicPage, total: int | None, currency: str, fields: Fields) -> dict[str, int] | list[Problem]:
    """By the id of each group, what it gets. `total`: what was chosen altogether, None for nothing.

    Whatever is left of the total goes in equal parts to those beside whom nothing was written.
    """
    groups = groups_of(public)
    texts = {group.id: clean(last(fields, field_of(group))) for group in groups}
    read_one = partial(money.read, currency=currency, language=public.page.language)
    written = {known_as: read_one(text) if text else None for known_as, text in texts.items()}
    if wrong := [group for group in groups if texts[group.id] and written[group.id] is None]:
        return [_problem(public, group, currency) for group in wrong]
    amounts = split.parts(total, list(written.values()))
    if amounts is None:
        return [Problem("shares", "shares_differ", _apart(written.values(), total or 0, currency, public))]
    shares = dict(zip(written, amounts, strict=True))
    wrong = [group for group in groups if not _is_fine(group, shares[group.id], currency)]
    return [_problem(public, group, currency) for group in wrong] or shares


def by_group(public: PublicPage, shares: Mapping[str, int], problems: Iterable[Problem], country: str) -> list[Problem]:
    """The same problems; a country that is refused is said beside each group that would get something from it."""
    found = []
    for problem in problems:
        refusing = [group for group in groups_of(public) if group.id in shares and country in terms.of(group).refused]
        apart = [Problem(field_of(group), "share_country", terms.name_of(group)) for group in refusing]
        found += apart if problem.reason == "country_refused" else [problem]
    return found


def named(public: PublicPage) -> str:
    """Whom a form names: whoever saw others is asked again. '' where a gift has one recipient."""
    return " ".join(group.slug for group in public.recipients)


def written_down(shares: Mapping[str, int]) -> str:
    return " ".join(f"{group}={amount}" for group, amount in shares.items() if amount)


def read_down(text: str) -> dict[str, int]:
    parts = (part.partition("=") for part in text.split())
    return {group: int(amount) for group, _, amount in parts}


def shown(public: PublicPage) -> Sequence[tuple[str, str]]:
    """The field of each group, and its name."""
    return [(field_of(group), terms.name_of(group)) for group in groups_of(public)] if public.recipients else ()


def _is_fine(group: Group, amount: int, currency: str) -> bool:
    least, most = _limits(group, currency)
    return amount == 0 or least <= amount <= most


def _limits(group: Group, currency: str) -> Limits:
    """What one part may be, by the group's own terms and by Stripe's."""
    of_group, most = terms.limits(terms.of(group), currency), money.largest(currency)
    return Limits(max(of_group.least, money.smallest(currency)), min(of_group.most or most, most))


def _problem(public: PublicPage, group: Group, currency: str) -> Problem:
    least, most = (money.write(limit, currency, public.page.language) for limit in _limits(group, currency))
    return Problem(field_of(group), "share_wrong", f"{terms.name_of(group)}: {least} – {most}")


def _apart(written: Iterable[int | None], total: int, currency: str, public: PublicPage) -> str:
    summed = sum(amount or 0 for amount in written)
    language = public.page.language
    return f"{money.write(summed, currency, language)} ≠ {money.write(total, currency, language)}"
