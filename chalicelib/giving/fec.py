"""Gifts as Schedule A of the US Federal Election Commission lists them: itemised receipts, format 8.4.

Tickets are among them: all that is paid to attend a political event is a contribution (11 CFR 100.53).
"""

from collections.abc import Iterable, Iterator

from chalicelib import wall_time
from chalicelib.giving import fec_words, outside
from chalicelib.giving.donation import Donation

COLUMNS = (
    *("FORM TYPE", "FILER COMMITTEE ID NUMBER", "TRANSACTION ID", "BACK REFERENCE TRAN ID NUMBER"),
    *("BACK REFERENCE SCHED NAME", "ENTITY TYPE", "CONTRIBUTOR ORGANIZATION NAME", "CONTRIBUTOR LAST NAME"),
    *("CONTRIBUTOR FIRST NAME", "CONTRIBUTOR MIDDLE NAME", "CONTRIBUTOR PREFIX", "CONTRIBUTOR SUFFIX"),
    *("CONTRIBUTOR STREET 1", "CONTRIBUTOR STREET 2", "CONTRIBUTOR CITY", "CONTRIBUTOR STATE", "CONTRIBUTOR ZIP"),
    *("ELECTION CODE", "ELECTION OTHER DESCRIPTION", "CONTRIBUTION DATE", "CONTRIBUTION AMOUNT"),
    *("CONTRIBUTION AGGREGATE", "CONTRIBUTION PURPOSE DESCRIP", "CONTRIBUTOR EMPLOYER", "CONTRIBUTOR OCCUPATION"),
    *("DONOR COMMITTEE FEC ID", "DONOR COMMITTEE NAME", "DONOR CANDIDATE FEC ID", "DONOR CANDIDATE LAST NAME"),
    *("DONOR CANDIDATE FIRST NAME", "DONOR CANDIDATE MIDDLE NAME", "DONOR CANDIDATE PREFIX", "DONOR CANDIDATE SUFFIX"),
    *("DONOR CANDIDATE OFFICE", "DONOR CANDIDATE STATE", "DONOR CANDIDATE DISTRICT"),
    *("CONDUIT NAME", "CONDUIT STREET1", "CONDUIT STREET2", "CONDUIT CITY", "CONDUIT STATE", "CONDUIT ZIP"),
    *("MEMO CODE", "MEMO TEXT/DESCRIPTION", "REFERENCE CODE"),
)

# Receipts from individuals, as most committees file them. Whoever files another line changes the column.
_LINE = "SA11AI"
_INDIVIDUAL = "IND"
_LONGEST_ID = 20
# What stands as their purpose (11 CFR 110.6).
_EARMARKED = {outside.ACTBLUE: "Earmarked through ActBlue"}
# Nothing of other committees, candidates and conduits, and no memo.
_NOTHING = ("",) * 20


def rows(given: Iterable[Donation], zone: str, since: float = 0) -> Iterator[tuple[str, ...]]:
    """A row for each gift since then that is still there, by date; the aggregate is what its donor has given in that
    year so far.

    Gifts through ActBlue say so, as receipts through a conduit must; the memo entry of the conduit itself is left to
    whoever files. Past gifts that were uploaded count in aggregates and have no row: they were filed from where they
    were taken, and a file of them seldom has addresses.

    `given`: all gifts from the beginning of the year in which `since` is. Amounts are in dollars with cents; a gift
    that went back in part counts with what is left. What donors wrote stands in the letters and lengths that the format
    has.
    """
    aggregates: dict[tuple[str, str], int] = {}
    for gift in sorted(given, key=lambda gift: gift.given_at):
        if gift.kept <= 0:
            continue
        date = wall_time.written(gift.given_at, zone)[:10]
        donor_and_year = gift.person, date[:4]
        aggregates[donor_and_year] = aggregates.get(donor_and_year, 0) + gift.kept
        if gift.origin == outside.UPLOAD or gift.given_at < since:
            continue
        yield _row(gift, date.replace("-", ""), aggregates[donor_and_year])


def _row(gift: Donation, date: str, aggregate: int) -> tuple[str, ...]:
    donor = gift.donor
    return (
        *(_LINE, "", gift.id[-_LONGEST_ID:].upper(), "", "", _INDIVIDUAL, ""),
        *(fec_words.text(donor.family_name, 30), fec_words.text(donor.given_name, 20), "", "", ""),
        *(*fec_words.street(donor.street), fec_words.text(donor.city, 30)),
        *(fec_words.state(donor.state, donor.country), fec_words.zip_code(donor.zip_code), "", "", date),
        *(_dollars(gift.kept), _dollars(aggregate), _EARMARKED.get(gift.origin, "")),
        *(fec_words.text(donor.employer, 38), fec_words.text(donor.occupation, 38), *_NOTHING),
    )


def _dollars(amount: int) -> str:
    return f"{amount // 100}.{amount % 100:02}"
