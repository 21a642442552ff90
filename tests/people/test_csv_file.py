"""Every row that can be read is read, a broken one costs only itself, and reading may go on from behind any row."""

import csv
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.people.csv_file import LONGEST_RECORD, MOST_COLUMNS, Dialect, Record, records

ENCODINGS = ["utf-8", "cp1252", "utf-16-le", "utf-16-be"]
_TEXT = st.text(st.characters(codec="cp1252", exclude_categories=("Cc", "Cs")), max_size=12)
_CELL = st.one_of(_TEXT, st.sampled_from(['a "quoted" word', "one\ntwo", "x,y;z", '"', "", "ਅĀ".encode().decode()]))


def read(content: bytes, dialect: Dialect | None = None, block: int = 7, **where: int) -> list[Record]:
    blocks = (content[start : start + block] for start in range(0, len(content), block))
    return list(records(blocks, dialect or Dialect("utf-8", ","), **where))


def cells(content: bytes, dialect: Dialect | None = None) -> list[list[str]]:
    return [record.cells for record in read(content, dialect)]


def problems(content: bytes) -> list[tuple[int, str]]:
    return [(record.line, record.problem) for record in read(content, block=1 << 20) if record.problem]


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("a,b\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d\r\n", [["a", "b"], ["c", "d"]]),
        ("\n\na,b\n\n,,\n  ,\nc,d\n", [["a", "b"], ["c", "d"]]),
        ('a,"b\nc",d\n', [["a", "b\nc", "d"]]),
        ('a,"b ""c"" d"\n', [["a", 'b "c" d']]),
        ('a,5" pipe\nb,c\n', [["a", '5" pipe'], ["b", "c"]]),
        ('Ada "the Countess" L,x\n', [['Ada "the Countess" L', "x"]]),
        ("a\nb,c,d\n\ne,f\n", [["a"], ["b", "c", "d"], ["e", "f"]]),
        (" a , b \n", [["a", "b"]]),
        ("a,b,\n", [["a", "b", ""]]),
        ("a,b\r\r\nc,d\r\r\n", [["a", "b"], ["c", "d"]]),
    ],
)
def test_rows_are_read_as_people_write_them(text: str, rows: list[list[str]]) -> None:
    assert cells(text.encode()) == rows


def test_old_mac_files_are_read() -> None:
    assert cells(b"a,b\rc,d\r", Dialect("utf-8", ",", newline="\r")) == [["a", "b"], ["c", "d"]]


def test_a_file_that_turns_latin_far_below_keeps_its_letters() -> None:
    content = b"a\n" * 5000 + "José\n".encode("cp1252") + "Núñez\n".encode()
    assert cells(content)[-2:] == [["José"], ["Núñez"]]


def test_a_letter_of_utf_16_that_looks_like_a_line_end_is_none() -> None:
    text = "\u0a41\u0100,b\nc,d\n"
    assert cells(text.encode("utf-16-le"), Dialect("utf-16-le", ",")) == [["\u0a41\u0100", "b"], ["c", "d"]]


@pytest.mark.parametrize(
    ("broken", "problem"),
    [
        (b'"never closed,x', "A quote in this row is not closed."),
        (b"a\0b,c", "There is something in this row that is not text."),
        (b"," * MOST_COLUMNS, "This row has more than 200 columns."),
        (b"," * 1_000_000, "This row is too long."),
        (b"x" * (LONGEST_RECORD + 1), "This row is too long."),
        (b'"' + b"x" * 10_000_000, "This row is too long."),
        (b"a\rb,c", "This row cannot be read."),
    ],
)
def test_a_broken_row_costs_only_itself(broken: bytes, problem: str) -> None:
    content = b"first,row\n" + broken + b"\nlast,row\n" + b"more,rows\n" * 20_000
    assert problems(content) == [(2, problem)]
    found = [record for record in read(content, block=1 << 20) if not record.problem]
    assert len(found) == 20_002
    assert (found[1].cells, found[1].line) == (["last", "row"], 3)
    assert found[-1].end == len(content)


def test_an_open_quote_at_the_end_is_a_broken_row() -> None:
    assert problems(b'a,b\nc,"d\ne,f') == [(2, "A quote in this row is not closed.")]
    assert cells(b'a,b\nc,"d\ne,f')[-1] == ["e", "f"]


def test_quotes_beyond_any_sense_end_soon() -> None:
    assert len(read(b'""\n"\n' * 20_000 + b'x"\n' * 20_000, block=1 << 20)) > 1


def test_lines_are_counted_as_an_editor_counts_them() -> None:
    found = read(b'a\n\n"b\nb"\nc\n')
    assert [(record.line, record.last_line) for record in found] == [(1, 1), (3, 4), (5, 5)]


@given(
    st.lists(st.lists(_CELL, min_size=1, max_size=5), max_size=8),
    st.sampled_from(",;\t|"),
    st.sampled_from(ENCODINGS),
    st.integers(1, 40),
)
def test_what_was_written_is_read_and_reading_goes_on_anywhere(
    rows: list[list[str]], delimiter: str, encoding: str, block: int
) -> None:
    encoding = "utf-8" if encoding == "cp1252" and any("ਅ" in cell for row in rows for cell in row) else encoding
    file = io.StringIO()
    csv.writer(file, delimiter=delimiter).writerows(rows)
    content, dialect = file.getvalue().encode(encoding), Dialect(encoding, delimiter)
    found = read(content, dialect, block)
    assert [record.cells for record in found] == [
        [c.strip() for c in row] for row in rows if any(c.strip() for c in row)
    ]
    for number, record in enumerate(found):
        rest = read(content[record.end :], dialect, block, offset=record.end, line=record.last_line)
        assert rest == found[number + 1 :]


@given(st.binary(max_size=300), st.sampled_from(ENCODINGS))
def test_no_bytes_make_it_fail_or_stand_still(content: bytes, encoding: str) -> None:
    ends = [record.end for record in read(content, Dialect(encoding, ","))]
    assert ends == sorted(set(ends))
    assert not ends or ends[-1] <= len(content)


@pytest.mark.parametrize("line", [b"ada@example.org,Ada Lovelace,02139\n" * 3, b"x" * 1000, b'"' + b"x" * 99 + b"\n"])
def test_memory_stays_flat(line: bytes) -> None:
    block = line * (32 * 1024 // len(line))

    def blocks() -> Iterator[bytes]:
        for _ in range(60):
            yield block

    tracemalloc.start()
    for _ in records(blocks(), Dialect("utf-8", ",")):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1024 * 1024
