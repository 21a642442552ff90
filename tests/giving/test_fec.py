"""What the FEC is told: columns of Schedule A, format 8.4, and who has given how much in a year."""

import re

import pytest
from giving.gifts import DAY, at, gift
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.giving import fec, fec_words
from chalicelib.giving.donation import Donor
from chalicelib.web.console import spreadsheet

# Names of the columns of Schedule A in format 8.4, as open readers of filings have them.
SCHEDULE_A = [
    "form_type",
    "filer_committee_id_number",
    "transaction_id",
    "back_reference_tran_id_number",
    "back_reference_sched_name",
    "entity_type",
    "contributor_organization_name",
    "contributor_last_name",
    "contributor_first_name",
    "contributor_middle_name",
    "contributor_prefix",
    "contributor_suffix",
    "contributor_street_1",
    "contributor_street_2",
    "contributor_city",
    "contributor_state",
    "contributor_zip",
    "election_code",
    "election_other_description",
    "contribution_date",
    "contribution_amount",
    "contribution_aggregate",
    "contribution_purpose_descrip",
    "contributor_employer",
    "contributor_occupation",
    "donor_committee_fec_id",
    "donor_committee_name",
    "donor_candidate_fec_id",
    "donor_candidate_last_name",
    "donor_candidate_first_name",
    "donor_candidate_middle_name",
    "donor_candidate_prefix",
    "donor_candidate_suffix",
    "donor_candidate_office",
    "donor_candidate_state",
    "donor_candidate_district",
    "conduit_name",
    "conduit_street1",
    "conduit_street2",
    "conduit_city",
    "conduit_state",
    "conduit_zip",
    "memo_code",
    "memo_text/description",
    "reference_code",
]


def test_the_columns_are_those_of_schedule_a_in_their_order():
    assert [name.lower().replace(" ", "_") for name in fec.COLUMNS] == SCHEDULE_A
    assert all(len(row) == len(fec.COLUMNS) for row in fec.rows([gift()], "UTC"))


def told_to_the_fec(*given_, zone="America/New_York"):
    names = ("TRANSACTION ID", "CONTRIBUTION DATE", "CONTRIBUTION AMOUNT", "CONTRIBUTION AGGREGATE")
    rows = [dict(zip(fec.COLUMNS, row, strict=True)) for row in fec.rows(given_, zone)]
    return [tuple(row[name] for name in names) for row in rows]


def test_a_gift_is_told_with_everything_that_is_known():
    donor = Donor(
        email="ada@example.org", given_name="Ada", family_name="Lovelace", street="1 Main St", city="Springfield",
        state="IL", zip_code="62701", employer="Self", occupation="Analyst",
    )  # fmt: skip
    [row] = fec.rows([gift(donor=donor, amount=123456, id="f" * 32)], "UTC")
    told = {name: cell for name, cell in zip(fec.COLUMNS, row, strict=True) if cell}
    assert told == {
        "FORM TYPE": "SA11AI",
        "TRANSACTION ID": "F" * 20,
        "ENTITY TYPE": "IND",
        "CONTRIBUTOR LAST NAME": "Lovelace",
        "CONTRIBUTOR FIRST NAME": "Ada",
        "CONTRIBUTOR STREET 1": "1 Main St",
        "CONTRIBUTOR CITY": "Springfield",
        "CONTRIBUTOR STATE": "IL",
        "CONTRIBUTOR ZIP": "62701",
        "CONTRIBUTION DATE": "20270115",
        "CONTRIBUTION AMOUNT": "1234.56",
        "CONTRIBUTION AGGREGATE": "1234.56",
        "CONTRIBUTOR EMPLOYER": "Self",
        "CONTRIBUTOR OCCUPATION": "Analyst",
    }


def test_the_aggregate_is_what_a_donor_gave_in_that_year_so_far_by_the_groups_clock():
    new_year = at("2028-01-01T03:00:00")  # still 2027 in New York
    told = told_to_the_fec(
        gift(id="3" * 32, given_at=new_year + 2 * DAY, amount=700),
        gift(id="1" * 32, given_at=new_year - 9 * DAY, amount=5000),
        gift(id="2" * 32, given_at=new_year, amount=105, refunded=100),
        gift(id="4" * 32, given_at=new_year, person="e" * 32, amount=1),
        gift(id="5" * 32, given_at=new_year, refunded=2500),
    )
    assert told == [
        ("1" * 20, "20271222", "50.00", "50.00"),
        ("2" * 20, "20271231", "0.05", "50.05"),
        ("4" * 20, "20271231", "0.01", "0.01"),
        ("3" * 20, "20280102", "7.00", "7.00"),
    ]


# Words

LONGEST = {
    "CONTRIBUTOR LAST NAME": 30,
    "CONTRIBUTOR FIRST NAME": 20,
    "CONTRIBUTOR STREET 1": 34,
    "CONTRIBUTOR STREET 2": 34,
    "CONTRIBUTOR CITY": 30,
    "CONTRIBUTOR STATE": 2,
    "CONTRIBUTOR ZIP": 9,
    "CONTRIBUTOR EMPLOYER": 38,
    "CONTRIBUTOR OCCUPATION": 38,
}

typed = st.text(max_size=150) | st.text(alphabet="=+-@ \t\"'’ßŁÅçéñ中aZ9./", max_size=80)


@given(st.lists(typed, min_size=8, max_size=8), st.sampled_from(["", "US", "PR", "CA", "DE"]))
def test_whatever_donors_wrote_the_format_takes_it(words, country):
    names = ("family_name", "given_name", "street", "city", "state", "zip_code", "employer", "occupation")
    [row] = fec.rows([gift(donor=Donor(email="a@b.c", country=country, **dict(zip(names, words, strict=True))))], "UTC")
    told = dict(zip(fec.COLUMNS, row, strict=True))
    for name, longest in LONGEST.items():
        assert re.fullmatch(rf"[ !#-~]{{0,{longest}}}", told[name]), name
        assert told[name] == told[name].strip() == spreadsheet.safe(told[name])
    assert told["CONTRIBUTOR STATE"] in ("", "ZZ", "PR") or country in ("", "US")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("Łukasz Sørensen-Groß", "Lukasz Sorensen-Gross"),
        ("Nuñez", "Nunez"),
        ("O’Brien", "O'Brien"),
        ("O´Brien", "O'Brien"),
        ('Ann "Nan" Lee', "Ann 'Nan' Lee"),
        ("  Ada\tLove\nlace ", "Ada Love lace"),
        ("Ａｄａ", "Ada"),
        ("李小龍", ""),
        ("Zoë 李", "Zoe"),
        ("=2+3", "2+3"),
        ("@Home, Inc.", "Home, Inc."),
        ("Jos\u00e9", "Jose"),
        ("Jose\u0301", "Jose"),
        ("A" * 40, "A" * 30),
        ("Wolfeschlegelsteinhausenberger Jr", "Wolfeschlegelsteinhausenberger"),
        ("x" * 29 + " y", "x" * 29),
        ("\u202eadA", "adA"),
        ("", ""),
    ],
)
def test_words_in_the_letters_that_the_format_has(typed, told):
    assert fec_words.text(typed, 30) == told


@pytest.mark.parametrize(
    ("typed", "country", "told"),
    [
        *((typed, "US", "NY") for typed in ("NY", "ny", " N.Y. ", "New York", "NEW  YORK", "new york.", "ｎｙ")),
        *((typed, "US", "DC") for typed in ("DC", "D.C.", "Washington, D.C.", "District of Columbia")),
        ("Washington", "US", "WA"),
        ("West Virginia", "", "WV"),
        ("Massachusetts", "", "MA"),
        ("AE", "US", "AE"),
        ("Puerto Rico", "US", "PR"),
        ("San Juan", "PR", "PR"),
        ("U.S. Virgin Islands", "US", "VI"),
        ("Ontario", "CA", "ZZ"),
        ("CA", "CA", "ZZ"),
        ("", "DE", "ZZ"),
        ("Bayern", "", ""),
        ("Springfield", "US", ""),
        ("XX", "US", ""),
        ("ZZ", "US", ""),
        ("", "", ""),
        ("Nеw York", "US", ""),
    ],
)
def test_states_have_two_letters(typed, country, told):
    assert fec_words.state(typed, country) == told


def test_every_state_is_known_by_its_name_and_its_letters():
    assert len(set(fec_words._CODES.values())) == 50 + 1 + 5 + 3
    assert all(fec_words.state(code, "US") == code for code in fec_words._CODES.values())


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("62701", "62701"),
        ("62701-1234", "627011234"),
        ("62701 – 1234", "627011234"),
        ("SW1A 1AA", "SW1A1AA"),
        ("6270112345678", "627011234"),
        ("", ""),
    ],
)
def test_zip_codes_have_no_hyphen(typed, told):
    assert fec_words.zip_code(typed) == told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("1 Main St", ("1 Main St", "")),
        ("1600 Pennsylvania Avenue Northwest, Apartment 12", ("1600 Pennsylvania Avenue", "Northwest, Apartment 12")),
        ("x" * 100, ("x" * 34, "x" * 34)),
        ("5½ Elm St", ("5 1/2 Elm St", "")),
        ("", ("", "")),
    ],
)
def test_a_long_street_goes_on_on_the_second_line(typed, told):
    assert fec_words.street(typed) == told
