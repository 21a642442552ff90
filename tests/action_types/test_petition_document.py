"""The printed petition holds every signer exactly once, whatever they are called, and no word about how to reach them."""

import io
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from chalicelib.action_types.petition.delivery import Part, Signature, parts_of
from chalicelib.action_types.petition.document import Petition, pdf

COUNCIL = Petition(
    language="en",
    group="Friends of the Library",
    title="Save the library",
    target="The city council",
    letter="Dear council,\n\nkeep it open.",
    day="2026-11-23",
    total=12_345,
    paper="Letter",
)
WHOLE = Part()
NAMES = st.text(st.characters(codec="utf-8"), max_size=120) | st.text("\u202e\u2066\u200fאمA😀\x00\n", max_size=120)


def pages(petition=COUNCIL, signatures=(), *, part=WHOLE, comments=False):
    reader = PdfReader(io.BytesIO(pdf(petition, part, signatures, comments=comments)))
    return [page.extract_text() for page in reader.pages]


def numbers(texts):
    """The signatures that are there, by their numbers."""
    return [int(number.replace(",", "")) for text in texts for number in re.findall(r"(?m)^([\d,]+)(?=\s|$)", text)]


def signers(count, **known):
    return [
        Signature(float(n), **({"name": f"Ada {n}x", "place": "Riverside", "comment": ""} | known))
        for n in range(count)
    ]


def test_it_begins_with_what_is_asked_of_whom():
    [first, second] = pages(signatures=signers(2))
    for words in (
        "Save the library",
        "To: The city council",
        "2 people have signed.",
        "2026-11-23",
        "keep it open.",
        "Page 1 of 2",
    ):
        assert words in first
    assert "Ada 0x" in second


def test_every_signer_is_there_exactly_once_on_numbered_pages():
    texts = pages(signatures=signers(1200, comment="Keep it open, for my children and theirs."), comments=True)
    everything = "\n".join(texts)
    assert [everything.count(f"Ada {n}x\n") + everything.count(f"Ada {n}x ") for n in range(1200)] == [1] * 1200
    assert all(f"Page {number} of {len(texts)}" in text for number, text in enumerate(texts, 1))
    assert all("Save the library" in text for text in texts)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.builds(Signature, st.just(0.0), NAMES, NAMES, NAMES), max_size=6), st.booleans())
def test_no_name_breaks_it_and_each_has_its_row(signatures, comments):
    wordless = [each._replace(place="", comment="") for each in signatures]
    texts = pages(signatures=wordless, comments=comments)
    pages(signatures=signatures, comments=comments)
    found = [n for n in numbers(texts[1:]) if n <= len(signatures)]
    assert set(range(1, len(signatures) + 1)) <= set(found)


@settings(max_examples=10, deadline=None)
@given(NAMES, NAMES, NAMES)
def test_no_words_of_the_petition_break_it(title, target, letter):
    assert pages(COUNCIL._replace(title=title, target=target, letter=letter, group=title), signers(1))


@pytest.mark.parametrize("name", ["José Núñez", "Ольга Иванова", "Nguyễn Thị Minh", "Ελένη"])
def test_names_are_written_in_their_own_letters(name):
    assert name in pages(signatures=signers(1, name=name))[1]


def test_a_box_is_explained_where_there_is_one():
    assert "□ stands for a letter" in pages(signatures=signers(1, name="王小明"))[1]
    assert "□" not in pages(signatures=signers(1))[1]


def test_whoever_gave_no_name_is_counted_too():
    assert "Name not given" in pages(signatures=signers(1, name=""))[1]


def test_a_comment_longer_than_a_page_goes_on_overleaf():
    texts = pages(signatures=signers(1, comment="open " * 1000), comments=True)
    assert "".join(texts).count("open") == 1000 + 1  # and once in the letter


def test_a_part_says_which_it_is_and_how_many_there_are():
    first = pages(signatures=signers(3), part=Part(2, 5))[0]
    assert "12,345 people have signed." in first
    assert "Part 2 of 5: 3" in first


def test_it_speaks_the_language_of_the_page():
    first = pages(COUNCIL._replace(language="es"), signers(1))[0]
    for words in ("Para: The city council", "1 persona", "Página 1 de 2"):
        assert words in first


@pytest.mark.parametrize(("count", "parts"), [(0, 1), (1, 1), (5000, 1), (5001, 2), (100_000, 20), (10**9, 4096)])
def test_how_many_parts(count, parts):
    assert parts_of(count) == parts
