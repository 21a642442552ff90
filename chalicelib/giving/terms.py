"""What a group asks of donors, and how much it takes from them, because the law or its own rules say so. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256

import msgspec

from chalicelib.actions.action_page import Ask
from chalicelib.actions.submission import Fields, Problem, Submission, last
from chalicelib.giving.donation import Donation, Donor, State
from chalicelib.giving.ladder import Limits
from chalicelib.network.group import Group
from chalicelib.plain_text import clean

# What is said about the donor and kept with the donation alone.
OF_DONOR = ("state", "country", "employer", "occupation", "attested")
LONGEST = {"state": 60, "employer": 120, "occupation": 120}
ADDRESS = {"name": Ask.REQUIRED, "street": Ask.REQUIRED, "city": Ask.REQUIRED, "zip_code": Ask.REQUIRED}
# The statements that US political committees have donors agree to (11 CFR 110.20, 114.2, 115.2), to begin with.
US_POLITICAL = (
    "I am a United States citizen or a lawfully admitted permanent resident.",
    "This contribution is made from my own funds, and is not being made by a corporation, a labor organization or any"
    " other person.",
    "I am at least eighteen years old.",
    "I am not a federal contractor.",
)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """Amounts are in minor units of `currency`, 0 for no limit.

    `most_from_donor` counts from `since` (`2026-01-01`), or from the beginning of each year where that is empty.
    `statements` are ticked one by one; `refused` are countries, two letters each. `receipt`: what the law wants said on
    receipts, such as the tax number, and `legal_name` whose they are. `ladder`: what is suggested to whoever gave
    before, in percent of their highest gift. `donors_change`: whether donors may change and end their recurring
    donations by themselves.
    """

    currency: str = "USD"
    address: bool = False
    employer: bool = False
    statements: tuple[str, ...] = ()
    least: int = 0
    most: int = 0
    most_from_donor: int = 0
    since: str = ""
    refused: tuple[str, ...] = ()
    receipt: str = ""
    legal_name: str = ""
    ladder: tuple[int, ...] = (50, 100, 150, 200)
    donors_change: bool = True

    @property
    def version(self) -> str:
        """Of what is to be agreed to; '' for nothing."""
        return sha256(self.text.encode()).hexdigest()[:16] if self.statements else ""

    @property
    def text(self) -> str:
        return "\n".join(f"[x] {statement}" for statement in self.statements)

    @property
    def asks_country(self) -> bool:
        return self.address or bool(self.refused)


def of(group: Group) -> Terms:
    return msgspec.convert(group.giving, Terms)


def name_of(group: Group) -> str:
    """The name that gifts to it go by."""
    return of(group).legal_name or group.name


def union(several: Sequence[Terms]) -> Terms:
    """All that any of these asks of donors, for a form that serves them all. What is said on receipts is each one's."""
    first = several[0]
    return Terms(
        currency=first.currency,
        address=any(each.address for each in several),
        employer=any(each.employer for each in several),
        statements=tuple(dict.fromkeys(statement for each in several for statement in each.statements)),
        refused=tuple(sorted({country for each in several for country in each.refused})),
    )


def limits(terms: Terms, currency: str) -> Limits:
    """The group's, of one gift; none for another currency than theirs."""
    return Limits(terms.least, terms.most) if currency == terms.currency else Limits()


def asks(terms: Terms) -> Mapping[str, Ask]:
    return ADDRESS if terms.address else {}


def asked_of_donor(terms: Terms) -> list[str]:
    """What only donors are asked in words, by field."""
    return [*(["state"] if terms.address else []), *(["employer", "occupation"] if terms.employer else [])]


def read_donor(terms: Terms, fields: Fields, countries: Iterable[str]) -> Mapping[str, str] | list[Problem]:
    """What only donors are asked, checked. Whoever ticked other statements is asked again."""
    asked = asked_of_donor(terms)
    told = {name: clean(last(fields, name)) for name in asked}
    problems = [Problem(name, f"{name}_missing") for name in asked if not told[name]]
    problems += [Problem(name, "too_long") for name in asked if len(told[name]) > LONGEST[name]]
    if terms.asks_country:
        told["country"] = last(fields, "country").upper()
        problems += _country_problems(terms, told["country"], countries)
    if terms.statements:
        told["attested"] = last(fields, "attested")
        problems += _statement_problems(terms, fields, told["attested"])
    return problems or told


def donor(submission: Submission) -> Donor:
    """Who gives, or pays, as they said it now."""
    return Donor(
        email=submission.email,
        given_name=submission.given_name,
        family_name=submission.family_name,
        phone=submission.phone,
        street=submission.street,
        city=submission.city,
        zip_code=submission.zip_code,
        **{name: submission.own.get(name, "") for name in OF_DONOR},
    )


def begins(terms: Terms, now: float) -> float:
    """Since when (epoch seconds) what a donor gave counts towards `most_from_donor`."""
    day = terms.since or f"{datetime.fromtimestamp(now, UTC).year}-01-01"
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp()


def room(terms: Terms, given: Sequence[Donation], now: float) -> int | None:
    """How much more a donor may give, after what they gave and are giving; None: no limit."""
    return max(terms.most_from_donor - _counted(terms, given, now), 0) if terms.most_from_donor else None


def above(terms: Terms, given: Sequence[Donation], now: float) -> int:
    """How much more a donor gave than they may: recurring donations go on, whatever they come to."""
    return max(_counted(terms, given, now) - terms.most_from_donor, 0) if terms.most_from_donor else 0


def _counted(terms: Terms, given: Sequence[Donation], now: float) -> int:
    since = begins(terms, now)
    return sum(
        donation.kept if donation.is_given else donation.amount
        for donation in given
        if donation.currency == terms.currency and _counts(donation, since, now)
    )


def _counts(donation: Donation, since: float, now: float) -> bool:
    if donation.is_given:
        return donation.given_at >= since
    return donation.state == State.PROCESSING or (donation.state == State.STARTED and donation.until > now)


def _country_problems(terms: Terms, country: str, countries: Iterable[str]) -> list[Problem]:
    if not country:
        return [Problem("country", "country_missing")]
    if country not in countries:
        return [Problem("country", "country_missing")]
    return [Problem("country", "country_refused")] if country in terms.refused else []


def _statement_problems(terms: Terms, fields: Fields, seen: str) -> list[Problem]:
    if seen != terms.version:
        return [Problem("statements", "statements_changed")]
    ticked = set(fields.get("statement", ()))
    missing = [number for number in range(len(terms.statements)) if str(number) not in ticked]
    return [Problem("statements", "statements_missing")] if missing else []
