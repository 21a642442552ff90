"""Files that spreadsheets open without running anything."""

import csv
import io
import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib import clock
from chalicelib.web.console import spreadsheet

ROWS = st.lists(st.lists(st.text(st.characters(exclude_categories=["Cs"])), min_size=2, max_size=4), max_size=5)


def opened(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


@given(ROWS)
def test_what_went_in_comes_out_but_for_the_guard(rows: list[list[str]]) -> None:
    text = spreadsheet.text(["a", "b"], rows)
    assert text.startswith("\ufeffa,b\r\n")
    assert opened(text[1:])[1:] == [[spreadsheet.safe(cell) for cell in row] for row in rows]


@given(st.text())
def test_no_cell_begins_a_formula(cell: str) -> None:
    safe = spreadsheet.safe(cell)
    assert safe.lstrip(" \u00a0\u3000")[:1] not in set("=+-@\t\r\n\0＝＋－＠")
    assert safe in (cell, f"'{cell}")


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "\u3000＝1", "\0=1", "\n=1"])
def test_formulas_become_text(cell: str) -> None:
    assert spreadsheet.safe(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["", " ", "Ada", "O'Neill", "1-2", "a=b", "01234", "Núñez"])
def test_everything_else_stays(cell: str) -> None:
    assert spreadsheet.safe(cell) == cell


def test_a_file_that_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, 1.0, 21.0])
    monkeypatch.setattr(clock, "now", lambda: next(times))
    with pytest.raises(spreadsheet.TooMuch):
        spreadsheet.text(["a"], [["1"], ["2"], ["3"]])


def test_reading_that_takes_too_long_is_given_up_before_there_is_a_row(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    monkeypatch.setattr(clock, "now", lambda: now[0])

    def slow() -> Iterator[float]:
        while True:
            now[0] += 6
            yield now[0]

    def all_at_once() -> Iterator[list[float]]:
        yield sorted(spreadsheet.in_time(slow()))

    with pytest.raises(spreadsheet.TooMuch):
        spreadsheet.text(["a"], all_at_once())
    assert now[0] == 24


def test_a_moment_is_told_in_utc() -> None:
    assert spreadsheet.moment(0) == "1970-01-01 00:00:00"


def test_quotes_count_as_the_answer_carries_them() -> None:
    """Lambda sends JSON, in which every quote is two letters."""
    row = ['"' * 1000]
    written = spreadsheet.text(["comment"], [row] * 1200)
    assert len(json.dumps(written)) < 6_000_000
    with pytest.raises(spreadsheet.TooMuch):
        spreadsheet.text(["comment"], [row] * 1500)
