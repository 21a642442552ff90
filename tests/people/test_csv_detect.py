"""Whatever people upload, we know how to read it, or say in plain words what it is instead."""

import pytest

from chalicelib.people.csv_detect import detect
from chalicelib.people.csv_file import Dialect

ROWS = "Email,Name\njosé@example.org,José Núñez\n"


@pytest.mark.parametrize(
    ("head", "encoding", "start"),
    [
        (ROWS.encode(), "utf-8", 0),
        (ROWS.encode("utf-8-sig"), "utf-8", 3),
        (ROWS.encode("cp1252"), "cp1252", 0),
        (ROWS.encode("utf-16"), "utf-16-le", 2),
        (b"\xfe\xff" + ROWS.encode("utf-16-be"), "utf-16-be", 2),
        (ROWS.encode("utf-16-le"), "utf-16-le", 0),
        (ROWS.encode("utf-16-be"), "utf-16-be", 0),
        (ROWS.encode()[:13], "utf-8", 0),
        (b"email\nada@example.org\n", "utf-8", 0),
    ],
)
def test_the_encoding_is_found(head: bytes, encoding: str, start: int) -> None:
    found = detect(head)
    assert isinstance(found, Dialect)
    assert (found.encoding, found.start) == (encoding, start)


def test_a_head_may_end_within_a_letter() -> None:
    head = ("email,name\n" + "ada@example.org,é" * 100).encode()[:-1]
    assert detect(head) == Dialect("utf-8", ",")


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("email,name\na@x.org,Ada\n", ","),
        ("email;name\na@x.org;Lovelace, Ada\nb@x.org;Babbage, Charles\n", ";"),
        ("email\tname\na@x.org\tLovelace, Ada\n", "\t"),
        ("email|name\na@x.org|Ada; countess\n", "|"),
        ('name,email\n"Lovelace; Ada; Countess","a@x.org"\n', ","),
        ('email,note\na@x.org,"one;\ntwo;\nthree;"\n', ","),
        ("email\na@x.org\n", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert detect(text.encode()) == Dialect("utf-8", delimiter)


def test_excels_own_first_line_is_believed_and_left_out() -> None:
    assert detect(b"sep=;\r\nemail;name,first\r\n") == Dialect("utf-8", ";", 7, 1)


def test_lines_of_an_old_mac_end_in_cr() -> None:
    assert detect(b"email,name\ra@x.org,Ada\r") == Dialect("utf-8", ",", newline="\r")


@pytest.mark.parametrize(
    ("head", "word"),
    [
        (b"", "empty"),
        (b" \r\n\r\n", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"PK\x03\x04....[Content_Types].xml", "Excel workbook"),
        (b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "OpenDocument"),
        (b"PK\x03\x04people.csv", "zip file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "Excel workbook"),
        (b"\x1f\x8b\x08", "compressed"),
        (b"%PDF-1.7", "PDF"),
        (b"{\\rtf1\\ansi", "text document"),
        (b"\n<!DOCTYPE html><table>", "web page"),
        (b"<html><body><table>", "web page"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x02\0", "not a text file"),
        (bytes(range(256)) * 4, "not a text file"),
    ],
)
def test_what_is_no_csv_is_called_by_its_name(head: bytes, word: str) -> None:
    found = detect(head)
    assert isinstance(found, str)
    assert word in found


def test_one_stray_byte_does_not_make_a_list_a_binary_file() -> None:
    assert isinstance(detect(b"email,name\n" + b"ada@example.org,Ada\n" * 100 + b"\0\n"), Dialect)
