"""Amounts as people write and read them, in whole minor units."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.giving import money


@pytest.mark.parametrize(
    ("typed", "currency", "amount"),
    [
        ("25", "USD", 2500),
        ("$25", "USD", 2500),
        ("25.5", "USD", 2550),
        ("25,50", "EUR", 2550),
        ("€ 1.000,50", "EUR", 100050),
        ("1,000.50", "USD", 100050),
        ("1,000", "USD", 100000),
        ("1.000.000", "EUR", 100000000),
        ("25,505", "EUR", 2550500),
        ("1 000", "SEK", 100000),
        ("1'000", "CHF", 100000),
        ("1000", "JPY", 1000),
        ("¥1,000", "JPY", 1000),
        ("1000.00", "JPY", 1000),
        ("0.05", "USD", 5),
        ("USD 25", "USD", 2500),
    ],
)
def test_what_is_an_amount(typed: str, currency: str, amount: int) -> None:
    assert money.read(typed, currency) == amount


@pytest.mark.parametrize(
    ("typed", "currency", "language", "amount"),
    [
        ("25.555", "USD", "en", None), ("1.000", "EUR", "en", None), ("1,000", "USD", "en", 100000),
        ("25,555", "MXN", "es", None), ("1.000", "EUR", "es", 100000), ("1.000,50", "EUR", "en", 100050),
        ("1.000", "CLP", "en", 1000), ("1,000", "JPY", "es", 1000), ("1,000.00", "USD", "en", 100000),
    ],
)  # fmt: skip
def test_what_may_be_a_thousand_times_more_or_less_is_no_amount(typed, currency, language, amount) -> None:
    assert money.read(typed, currency, language) == amount


@pytest.mark.parametrize(
    ("typed", "currency"),
    [("", "USD"), ("-5", "USD"), ("1e3", "USD"), ("five", "USD"), ("10.50", "JPY"), ("٢٥", "USD"),
     ("25 50.5.5", "USD"), ("9" * 13, "USD"), ("€25", "USD"), (".5", "USD"), ("0x10", "USD"), ("25%", "USD")],
)  # fmt: skip
def test_what_is_not(typed: str, currency: str) -> None:
    assert money.read(typed, currency) is None


@pytest.mark.parametrize(
    ("amount", "currency", "language", "shown"),
    [(2500, "USD", "en", "$25"), (2550, "USD", "en", "$25.50"), (100000, "USD", "en", "$1,000"),
     (100050, "EUR", "es", "€1.000,50"), (1000, "JPY", "en", "¥1,000"), (5, "USD", "en", "$0.05")],
)  # fmt: skip
def test_how_an_amount_is_written(amount: int, currency: str, language: str, shown: str) -> None:
    assert money.write(amount, currency, language) == shown


@given(st.integers(0, 10**11), st.sampled_from(sorted(money.CURRENCIES)), st.sampled_from(["en", "es"]))
def test_what_is_written_reads_as_the_same(amount: int, currency: str, language: str) -> None:
    assert money.read(money.write(amount, currency, language), currency) == amount


@given(st.text(max_size=30), st.sampled_from(sorted(money.CURRENCIES)))
def test_whatever_is_typed_is_an_amount_or_none(typed: str, currency: str) -> None:
    amount = money.read(typed, currency)
    assert amount is None or amount >= 0


@given(st.integers(0, 10**11), st.sampled_from(sorted(money.CURRENCIES)))
def test_what_a_spreadsheet_has_reads_as_the_same(amount: int, currency: str) -> None:
    plain = money.plain(amount, currency)
    assert money.read(plain, currency) == amount
    assert money.plain(-amount, currency) == (f"-{plain}" if amount else plain)


@pytest.mark.parametrize(
    ("amount", "currency", "shown"),
    [(-300, "USD", "-3"), (-5, "EUR", "-0.05"), (2550, "USD", "25.50"), (1000, "JPY", "1000"), (150, "XXX", "1.50")],
)
def test_how_a_spreadsheet_has_it(amount: int, currency: str, shown: str) -> None:
    assert money.plain(amount, currency) == shown


@given(st.integers(0, 10**11), st.sampled_from([name for name, told in money.CURRENCIES.items() if not told.places]))
def test_what_has_no_smaller_part_is_written_without_one(amount: int, currency: str) -> None:
    assert "." not in money.write(amount, currency) + money.plain(amount, currency)
