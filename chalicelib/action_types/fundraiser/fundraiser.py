"""A fundraising page: amounts to choose from, how often, and what is raised altogether.

Where the group's account takes money, people give; before that they pledge, and no money moves.
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from msgspec.structs import replace

from chalicelib import texts
from chalicelib.action_types.fundraiser import editing, pledges, sharing, suggest
from chalicelib.action_types.fundraiser.editing import Settings
from chalicelib.actions import consent_store
from chalicelib.actions.action_page import ActionPage, Ask
from chalicelib.actions.action_type import ActionType, AskBack, Choices, Onward, Refused, Words
from chalicelib.actions.find_page import PublicPage
from chalicelib.actions.store import Action
from chalicelib.actions.submission import Fields, Problem, Submission, last
from chalicelib.giving import accounts, ask, begin_split, countries, donors, give, money, recipients, saved, sums, terms
from chalicelib.giving.donation import Often
from chalicelib.giving.give import Wish
from chalicelib.giving.ladder import Limits
from chalicelib.giving.terms import Terms
from chalicelib.people.person import Person
from chalicelib.plain_text import clean


class Fundraiser(ActionType[Settings]):
    name = "fundraiser"
    words = Words(
        one="fundraising page",
        what="Gifts, once or recurring; pledges until an account takes money",
        action="gift",
        actions="gifts",
        actors="donors",
        act="give",
        did="Gave at",
    )
    settings = Settings
    aims = False
    columns = ("amount", "currency", "how_often")
    title_hint = "What the money is for: “A new roof for the library”"
    asks = {"name": Ask.REQUIRED, "zip_code": Ask.OPTIONAL}  # noqa: RUF012  (never written to)
    problem_words = editing.PROBLEMS

    def read_settings(self, fields: Mapping[str, str], before: Settings) -> Settings | list[Problem]:
        return editing.read(fields, before)

    def typed(self, own: Settings) -> dict[str, str]:
        return editing.typed(own)

    def editor_values(self, page: ActionPage) -> dict[str, Any]:
        return {
            "currencies": [(name, name) for name in money.CURRENCIES],
            "frequencies": list(Often),
            "can_share": recipients.can_share,
        }

    def takes_money(self, public: PublicPage) -> bool:
        return accounts.of(public.group).ready

    def asks_more(self, public: PublicPage) -> Mapping[str, Ask]:
        return terms.asks(_terms(public)) if self.takes_money(public) else {}

    def read_own(self, public: PublicPage, fields: Fields) -> Mapping[str, str] | list[Problem]:
        """Which amount, how often, and what the group has to ask of donors."""
        own = _read_amount(public, self.settings_of(public.page), fields)
        if not self.takes_money(public):
            return own
        shares = sharing.read_down(own.get("shares", "")) if isinstance(own, Mapping) else {}
        asked = terms.read_donor(_terms(public, shares), fields, countries.codes())
        if shares and isinstance(asked, list):
            asked = sharing.by_group(public, shares, asked, last(fields, "country").upper())
        if isinstance(own, list) or isinstance(asked, list):
            return [problem for read in (own, asked) if isinstance(read, list) for problem in read]
        return {**own, **asked, "again": last(fields, "again")[:32]}

    def accept(self, public: PublicPage, submission: Submission) -> Submission | Refused | AskBack | Onward:
        """A gift is recorded once it is paid."""
        if not self.takes_money(public):
            return submission
        own, asked, shares = submission.own, _terms(public), sharing.read_down(submission.own.get("shares", ""))
        if asked.statements:
            for group in shares or (public.group.id,):
                consent_store.keep(group, asked.version, asked.text)
        kept = {name: own[name] for name in ("amount", "currency", "often")}
        wish = Wish(
            int(own["amount"]), own["currency"], Often(own["often"]), terms.donor(submission), again=own["again"]
        )
        told = replace(submission, own=kept | {"paid": "1"})
        return begin_split.begin(public, told, wish, shares) if shares else give.begin(public, told, wish)

    def in_short(self, public: PublicPage, fields: Fields) -> Sequence[tuple[str, str]]:
        own, language = self.read_own(public, fields), public.page.language
        if isinstance(own, list):
            return ()
        amount = money.write(int(own["amount"]), own["currency"], language)
        often = texts.say(language, f"gift.often.{own['often']}")
        return [(texts.say(language, "fundraiser.amount"), f"{amount}, {often}")]

    def prefilled(self, public: PublicPage, query: Mapping[str, str]) -> Fields:
        own = self.settings_of(public.page)
        amount = ask.read(query, own.amounts, own.currency)
        return {"amount": [str(amount)]} if amount else {}

    def knows(self, public: PublicPage, person: Person) -> Mapping[str, str]:
        return saved.details(public.group, person.id) if self.takes_money(public) else {}

    def choices_for(self, public: PublicPage, person: Person) -> Mapping[str, Choices]:
        """Amounts of their own ladder. Of what they gave it tells no more than that."""
        own = self.settings_of(public.page)
        rungs = suggest.ladder_of(own, _limits(public, own), terms.of(public.group), person.gifts)
        return {"amount": suggest.shown(rungs, own.currency, public.page.language)} if rungs else {}

    def recorded(self, submission: Submission) -> None:
        if "paid" in submission.own:
            donors.remember(submission.group, submission.person)

    def counted(self, own: Mapping[str, str]) -> Mapping[str, int]:
        """Gifts are counted as they are paid."""
        return {} if "paid" in own else pledges.counted(own)

    def page_values(self, public: PublicPage) -> dict[str, Any]:
        own, language = self.settings_of(public.page), public.page.language
        gives = self.takes_money(public)
        raised = sums.of_page(public.page.id, own.currency).kept if gives else pledges.total(public.page, own)
        asked = _terms(public)
        return {
            "choices": partial(suggest.choices, own, _limits(public, own), language),
            "frequencies": (Often.ONCE,) if public.recipients else own.often,
            "gives": gives,
            "shares": sharing.shown(public),
            "recipients": sharing.named(public),
            # Stripe's page stands in no frame.
            "leads_out": gives,
            "pledged": money.write(raised, own.currency, language) if raised > 0 else "",
            "raised": max(raised, 0),
            "raise_goal": own.raise_goal,
            "raise_goal_shown": money.write(own.raise_goal, own.currency, language),
            "terms": asked,
            "countries": countries.names(language) if gives and asked.asks_country else (),
            "given_before": None,
            **({"button_name": "gift.button", "heading_name": "gift.heading"} if gives else {}),
        }

    def results(self, page: ActionPage) -> dict[str, Any]:
        own = self.settings_of(page)
        return pledges.results(page, own) | {"raised": sums.of_page(page.id, own.currency).written(own.currency)}

    def cells(self, page: ActionPage) -> Callable[[Action], Sequence[str]]:
        return lambda action: _cells(action.own)


def _read_amount(public: PublicPage, own: Settings, fields: Fields) -> Mapping[str, str] | list[Problem]:
    """Amounts that are not offered any more are fine within the limits."""
    chosen, other = last(fields, "amount"), clean(last(fields, "other"))
    typed = money.read(other, own.currency, public.page.language)
    is_chosen = chosen not in ("", "other")
    amount = suggest.from_button(chosen) if is_chosen else typed
    if last(fields, "recipients") != sharing.named(public):
        return [Problem("amount", "recipients_changed")]
    if is_chosen and other and typed != amount:
        return [Problem("amount", "amount_twice")]
    if public.recipients:
        wrong = (is_chosen or other) and amount is None
        return _read_shares(public, own, fields, -1 if wrong else amount)
    often = last(fields, "often") or own.often[0]
    least, most = _limits(public, own)
    if not (is_chosen or other):
        return [Problem("amount", "amount_missing")]
    if amount is None or not least <= amount <= most:
        return [_amount_wrong(public, own, least, most)]
    if often not in own.often:
        return [Problem("often", "often_wrong")]
    return {"amount": str(amount), "currency": own.currency, "often": str(often)}


def _read_shares(
    public: PublicPage, own: Settings, fields: Fields, total: int | None
) -> Mapping[str, str] | list[Problem]:
    """To several groups people give once: each part is a charge of its own, and none of them is repeated."""
    least, most = max(own.least, money.smallest(own.currency)), own.most or money.largest(own.currency)
    if total is not None and not least <= total <= most:
        return [_amount_wrong(public, own, least, most)]
    shares = sharing.read(public, total, own.currency, fields)
    if isinstance(shares, list):
        return shares
    amount = sum(shares.values())
    if not amount:
        return [Problem("amount", "amount_missing")]
    if not least <= amount <= most:
        return [_amount_wrong(public, own, least, most)]
    if last(fields, "often") not in ("", Often.ONCE):
        return [Problem("often", "often_wrong")]
    return {"amount": str(amount), "currency": own.currency, "often": "once", "shares": sharing.written_down(shares)}


def _amount_wrong(public: PublicPage, own: Settings, least: int, most: int) -> Problem:
    return Problem("amount", "amount_wrong", _limits_shown(least, most, own.currency, public.page.language))


def _terms(public: PublicPage, shares: Mapping[str, int] | None = None) -> Terms:
    """What its form asks of donors: all that any group asks; but only those that get something refuse a country."""
    if not public.recipients:
        return terms.of(public.group)
    groups = begin_split.groups_of(public)
    asked = terms.union([terms.of(group) for group in groups])
    getting = [terms.of(group) for group in groups if not shares or group.id in shares]
    return replace(asked, refused=tuple(country for each in getting for country in each.refused))


def _limits(public: PublicPage, own: Settings) -> Limits:
    """The page's, the group's and Stripe's, the narrowest of them. Stripe takes nothing below half a dollar or so."""
    of_group = terms.limits(terms.of(public.group), own.currency)
    tops = [top for top in (own.most, of_group.most, money.largest(own.currency)) if top]
    return Limits(max(own.least, of_group.least, money.smallest(own.currency)), min(tops))


def _limits_shown(least: int, most: int, currency: str, language: str) -> str:
    return " – ".join(money.write(each, currency, language) for each in (least, most))


def _cells(own: Mapping[str, str]) -> Sequence[str]:
    if "amount" not in own:
        return ("", "", "")
    return money.plain(int(own["amount"]), own["currency"]), own["currency"], own["often"]
