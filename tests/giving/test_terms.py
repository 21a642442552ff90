"""What a group asks of donors and how much it takes from them; and how an organizer's words about that are read."""

import pytest
from giving.gifts import DAY, NOW, at, gift
from hypothesis import given
from hypothesis import strategies as st
from msgspec import to_builtins
from msgspec.structs import replace

from chalicelib.giving import countries, terms
from chalicelib.giving.donation import Dispute, State
from chalicelib.giving.terms import Terms
from chalicelib.web.console import terms_form

POLITICAL = Terms(address=True, employer=True, statements=terms.US_POLITICAL, refused=("RU",), most_from_donor=330000)
TOLD = {
    "state": ["IL"],
    "employer": ["Self"],
    "occupation": ["Analyst"],
    "country": ["us"],
    "attested": [POLITICAL.version],
    "statement": ["0", "1", "2", "3"],
}


def read(asked=POLITICAL, **changed):
    return terms.read_donor(asked, TOLD | changed, countries.codes())


def test_what_is_asked_is_read():
    told = {"state": "IL", "employer": "Self", "occupation": "Analyst", "country": "US"}
    assert read() == told | {"attested": POLITICAL.version}


def test_who_asks_nothing_reads_nothing_whatever_is_sent():
    assert read(Terms()) == {}


@pytest.mark.parametrize(
    ("changed", "field", "problem"),
    [
        ({"state": []}, "state", "state_missing"),
        ({"employer": [" \u200b\n"]}, "employer", "employer_missing"),
        ({"occupation": ["x" * 121]}, "occupation", "too_long"),
        ({"country": [""]}, "country", "country_missing"),
        ({"country": ["XX"]}, "country", "country_missing"),
        ({"country": ["<b>"]}, "country", "country_missing"),
        ({"country": ["ru"]}, "country", "country_refused"),
        ({"country": ["US", "RU"]}, "country", "country_refused"),
        ({"statement": ["0", "1", "2"]}, "statements", "statements_missing"),
        ({"statement": ["0", "1", "2", "03"]}, "statements", "statements_missing"),
        ({"statement": ["0"] * 4}, "statements", "statements_missing"),
        ({"statement": []}, "statements", "statements_missing"),
        ({"attested": [""]}, "statements", "statements_changed"),
        ({"attested": [replace(POLITICAL, statements=("I agree",)).version]}, "statements", "statements_changed"),
    ],
)
def test_what_is_missing_or_wrong_is_said(changed, field, problem):
    assert [(each.field, each.reason) for each in read(**changed)] == [(field, problem)]


def test_statements_that_only_change_their_order_are_others():
    assert replace(POLITICAL, statements=POLITICAL.statements[::-1]).version != POLITICAL.version


@given(st.dictionaries(st.sampled_from(sorted(TOLD)), st.lists(st.text(max_size=200), max_size=3)))
def test_whatever_is_sent_is_read_or_said_to_be_wrong(sent):
    found = terms.read_donor(POLITICAL, TOLD | sent, countries.codes())
    if isinstance(found, dict) or not isinstance(found, list):
        assert found["country"] in countries.codes() - {"RU"}
        assert 0 < len(found["employer"]) <= 120


# How much


@pytest.mark.parametrize(
    ("given_", "room"),
    [
        ([], 330000),
        ([gift(amount=330000)], 0),
        ([gift(amount=400000)], 0),
        ([gift(amount=100000), gift(amount=100000)], 130000),
        ([gift(amount=100000, refunded=100000)], 330000),
        ([gift(amount=100000, refunded=40000)], 270000),
        ([gift(amount=100000, dispute=Dispute.OPEN)], 330000),
        ([gift(amount=100000, currency="EUR")], 330000),
        ([gift(amount=100000, given_at=at("2026-12-31T23:59:59"))], 330000),
        ([gift(amount=100000, given_at=at("2027-01-01"))], 230000),
        ([gift(amount=100000, state=State.PROCESSING, given_at=0)], 230000),
        ([gift(amount=100000, state=State.STARTED, given_at=0, until=NOW + 60)], 230000),
        ([gift(amount=100000, state=State.STARTED, given_at=0, until=NOW - 60)], 330000),
        ([gift(amount=100000, state=State.LEFT, given_at=0, until=NOW + 60)], 330000),
        ([gift(amount=100000, state=State.FAILED, given_at=0)], 330000),
        ([gift(amount=100000, state=State.PROMISED, given_at=0)], 330000),
    ],
)
def test_how_much_more_a_donor_may_give_this_year(given_, room):
    assert terms.room(POLITICAL, given_, NOW) == room


def test_a_cycle_of_two_years_counts_from_its_beginning():
    cycle = replace(POLITICAL, since="2025-11-06")
    assert terms.room(cycle, [gift(amount=100000, given_at=at("2025-11-06"))], NOW) == 230000
    assert terms.room(cycle, [gift(amount=100000, given_at=at("2025-11-05T23:59:59"))], NOW) == 330000
    assert terms.room(Terms(), [gift(amount=10**9)], NOW) is None


# The form

FORM = {
    "currency": "USD",
    "least": "5",
    "most": "3,300",
    "most_from_donor": "3,300",
    "address": "1",
    "statements": "I am a citizen.\n\n  These are my own funds. \r\n",
    "refused": "ru, KP,",
    "ladder": "100, 50%, 100",
    "since": "2026-01-01",
    "legal_name": "Friends of the Roof",
    "receipt": "EIN 12-3456789",
}


def test_an_organizers_words_are_read_and_shown_again():
    known = terms_form.read(FORM, Terms())
    assert (known.least, known.most, known.refused, known.ladder) == (500, 330000, ("RU", "KP"), (50, 100))
    assert known.statements == ("I am a citizen.", "These are my own funds.")
    assert (known.address, known.employer, known.donors_change) == (True, False, False)
    assert terms_form.read(terms_form.typed(known), Terms()) == known
    assert isinstance(to_builtins(known), dict)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("currency", "XXX"),
        ("currency", ""),
        ("least", "-5"),
        ("least", "five"),
        ("most", "4"),
        ("most", "9" * 12),
        ("most_from_donor", "1e9"),
        ("statements", "\n".join("abcdefghi")),
        ("statements", "x" * 501),
        ("refused", "RU, XX"),
        ("refused", "Russia"),
        ("refused", "R\u200bU"),
        ("ladder", "5"),
        ("ladder", "501"),
        ("ladder", "10,20,30,40,50"),
        ("ladder", "٥٠"),
        ("ladder", "-50"),
        ("ladder", "9" * 5000),
        ("since", "2026-13-01"),
        ("since", "yesterday"),
        ("since", "2026-01-01T00:00"),
        ("legal_name", "x" * 121),
        ("receipt", "x" * 1001),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(field, typed):
    found = terms_form.read(FORM | {field: typed}, Terms())
    assert isinstance(found, dict)
    assert list(found) == [field]


@given(st.dictionaries(st.sampled_from([*sorted(FORM), "employer", "donors_change"]), st.text(max_size=60)))
def test_whatever_is_typed_is_terms_or_a_problem(typed):
    found = terms_form.read(FORM | typed, Terms())
    if isinstance(found, Terms):
        assert terms.begins(found, NOW) <= NOW + 8000 * 366 * DAY
        assert terms_form.read(terms_form.typed(found), Terms()) == found
    else:
        assert found
