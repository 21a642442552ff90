"""What kind of file this is, told from its first bytes: how to read it as CSV, or in plain words why we cannot."""

import codecs
import re

from chalicelib.people.csv_file import Dialect

DELIMITERS = ",;\t|"

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SAVE_AS = "Open it, choose “Save as” and “CSV UTF-8”, and upload that."
_FOREIGN = (
    (b"\xd0\xcf\x11\xe0", f"This is an Excel workbook. {_SAVE_AS}"),
    (b"\x1f\x8b", "This file is compressed. Unpack it and upload the CSV file that is in it."),
    (b"7z\xbc\xaf", "This file is compressed. Unpack it and upload the CSV file that is in it."),
    (b"%PDF", "This is a PDF. Export your list as CSV from where you keep it, and upload that."),
    (b"{\\rtf", f"This is a text document. {_SAVE_AS}"),
)
_MARKUP = (b"<!doctype", b"<html", b"<table", b"<?xml")
_QUOTED = re.compile(r'"[^"]*"?')
_SAID = re.compile(r'\s*"?sep=([,;\t|])"?\s*?\r?\n', re.IGNORECASE)


def detect(head: bytes) -> Dialect | str:
    """How to read a file that begins so; or, in plain words, why we cannot."""
    if problem := _foreign(head):
        return problem
    encoding, start = _encoding(head)
    text = codecs.getincrementaldecoder(encoding)("replace").decode(head[start:])
    if not text.strip():
        return "The file is empty."
    if _is_binary(text):
        return "This is not a text file. Save your list as CSV and upload that."
    newline = "\n" if "\n" in text or "\r" not in text else "\r"
    if said := _SAID.match(text):  # Excel's own first line: sep=;
        return Dialect(encoding, said[1], start + len(said[0].encode(encoding)), 1, newline)
    return Dialect(encoding, _delimiter(text), start, 0, newline)


def _foreign(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _zip(head)
    for beginning, problem in _FOREIGN:
        if head.startswith(beginning):
            return problem
    if head.lstrip()[:9].lower().startswith(_MARKUP):
        return f"This is a web page, whatever its name says. {_SAVE_AS}"
    return ""


def _zip(head: bytes) -> str:
    if b"opendocument.spreadsheet" in head[:200]:
        return f"This is an OpenDocument spreadsheet. {_SAVE_AS}"
    if b"[Content_Types].xml" in head or b"xl/" in head:
        return f"This is an Excel workbook. {_SAVE_AS}"
    return "This is a zip file. Unpack it and upload the CSV file that is in it."


def _encoding(head: bytes) -> tuple[str, int]:
    """The encoding, and the length of the mark that says so."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding, len(mark)
    # Every other byte of mostly Latin text in UTF-16 is zero.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if head[first::2].count(0) > len(head) // 5 and not head[1 - first :: 2].count(0):
            return encoding, 0
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)  # the head may end within a letter
    except UnicodeDecodeError:
        return "cp1252", 0
    return "utf-8", 0


def _is_binary(text: str) -> bool:
    odd = sum(text.count(chr(code)) for code in range(32) if chr(code) not in "\t\n\r\f\x0b")
    return odd > len(text) / 100


def _delimiter(text: str) -> str:
    """The sign that parts the most lines into the same number of cells, more than one. Quoted text does not count."""
    lines = [line for line in _QUOTED.sub("", text).splitlines()[:50] if line.strip()]

    def fit(sign: str) -> tuple[int, int]:
        counts = [line.count(sign) for line in lines]
        usual = max(set(counts), key=counts.count, default=0)
        return (counts.count(usual) if usual else 0, usual)

    return max(DELIMITERS, key=fit)
