"""How an amount is parted: nothing is lost, nobody owes, and the order decides about the odd cents."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.giving import money, split
from chalicelib.giving.terms import Terms, union

AMOUNTS = st.integers(0, 10**13)


@given(AMOUNTS, st.integers(1, 50))
def test_equal_parts_lose_nothing_and_differ_by_one_unit_at_most(amount, number):
    parts = split.even(amount, number)
    assert (sum(parts), len(parts)) == (amount, number)
    assert min(parts) >= 0
    assert max(parts) - min(parts) <= 1
    assert parts == sorted(parts, reverse=True)


@given(AMOUNTS, st.lists(st.one_of(st.none(), st.integers(0, 10**12)), min_size=1, max_size=11))
def test_whatever_is_written_beside_some_the_parts_add_up_to_the_total_or_it_is_said(total, written):
    parts = split.parts(total, written)
    fixed = sum(amount or 0 for amount in written)
    if parts is None:
        assert fixed > total or (None not in written and fixed != total)
        return
    assert sum(parts) == total
    assert all(part == amount for part, amount in zip(parts, written, strict=True) if amount is not None)
    rest = [part for part, amount in zip(parts, written, strict=True) if amount is None]
    assert all(part >= 0 for part in rest)
    assert max(rest, default=0) - min(rest, default=0) <= 1


@given(st.lists(st.one_of(st.none(), st.integers(0, 10**12)), min_size=1, max_size=11))
def test_without_a_total_what_is_written_is_the_gift(written):
    assert split.parts(None, written) == [amount or 0 for amount in written]


@given(st.integers(1, 10**9), st.integers(1, 11), st.sampled_from(sorted(money.CURRENCIES)))
def test_parts_as_people_read_them_add_up_in_every_currency(amount, number, currency):
    read = [money.read(money.write(part, currency), currency) for part in split.even(amount, number)]
    assert sum(part or 0 for part in read) == amount


@pytest.mark.parametrize(
    ("total", "written", "parts"),
    [
        (10000, [None, None, None], [3334, 3333, 3333]),
        (100, [None] * 3, [34, 33, 33]),
        (2, [None] * 3, [1, 1, 0]),
        (10000, [5000, None, None], [5000, 2500, 2500]),
        (10000, [0, None, None], [0, 5000, 5000]),
        (10000, [10000, None, None], [10000, 0, 0]),
        (10000, [10001, None, None], None),
        (10000, [3000, 3000, 3000], None),
        (None, [3000, None, 20], [3000, 0, 20]),
    ],
)
def test_parts_by_example(total, written, parts):
    assert split.parts(total, written) == parts


def test_a_form_for_several_groups_asks_all_that_any_of_them_asks():
    asked = union(
        [
            Terms(statements=("I am an adult.",), refused=("RU",)),
            Terms(address=True, statements=("I am an adult.", "It is my own money."), refused=("KP", "RU")),
            Terms(employer=True, legal_name="Parks Inc."),
        ]
    )
    assert (asked.address, asked.employer) == (True, True)
    assert asked.statements == ("I am an adult.", "It is my own money.")
    assert asked.refused == ("KP", "RU")
