"""A text breaks into lines that fit, in letters that the font has, set in the order in which they are read."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.lettering.face import BOX, face
from chalicelib.lettering.lines import lines, one_line
from chalicelib.lettering.order import drawn, joined, runs_right_to_left

PLAIN = face()
ANYTHING = st.text(st.characters(codec="utf-8"), max_size=80) | st.text(
    "aاלلمـ\u064e\u202e\u2067\u200d(👩 \n", max_size=40
)


@settings(deadline=None)  # the font is read at the first use
@given(ANYTHING, st.floats(3, 40), st.booleans())
def test_every_line_fits_and_every_letter_can_be_drawn(text, width, bold):
    ours = face(bold=bold)
    for line in [*lines(text, ours, width), one_line(text, ours, width)]:
        assert set(line) <= set(ours.widths)
        # Letters joined to their neighbours are a little wider or narrower than alone.
        assert ours.width(line) <= width + 0.01 or any(runs_right_to_left(letter) for letter in text)


@given(st.text("abc xyz", max_size=60), st.floats(1.5, 20))
def test_no_letter_is_lost_or_written_twice(text, width):
    assert "".join(lines(text, PLAIN, width)).replace(" ", "") == text.replace(" ", "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ｓave", "Save"),
        ("Ada 王 🎉", f"Ada {BOX} {BOX}"),
        ("a\u0301\u20e3", "á"),
        ("Ольга Nguyễn Ελένη", "Ольга Nguyễn Ελένη"),
        ("\u202egnp.exe\x00", "gnp.exe"),
    ],
)
def test_what_the_font_lacks_is_shown_by_what_is_like_it_or_as_a_box(text, expected):
    assert lines(text, PLAIN, 100) == [expected]


def test_what_the_font_lacks_can_be_asked():
    assert (PLAIN.lacks("José محمد דנה Ольга"), PLAIN.lacks("王")) == (False, True)


def test_a_word_that_is_too_long_is_broken_and_a_line_that_is_too_long_is_cut():
    assert lines("x" * 30, PLAIN, 6) == ["x" * 11, "x" * 11, "x" * 8]
    assert one_line("Save the library on the river", PLAIN, 8) == "Save the librar…"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("محمد", "\ufee3\ufea4\ufee4\ufeaa"),  # initial, medial, medial, final
        ("دار", "\ufea9\ufe8d\ufead"),  # none of them reaches on
        ("سلام", "\ufeb3\ufefc\ufee1"),  # lam and alef are one
        ("مَد", "\ufee3\u064e\ufeaa"),  # a mark does not part them
        ("ال", "\ufe8d\ufedd"),
        ("Ada", "Ada"),
    ],
)
def test_arabic_letters_are_joined(text, expected):
    assert joined(text) == expected


def test_right_to_left_is_set_from_the_right():
    assert drawn("דנה (כהן)", right_to_left=True) == "(ןהכ) הנד"
    assert drawn("Ada דנה", right_to_left=False) == "Ada הנד"
    assert drawn("Ada Lovelace", right_to_left=False) == "Ada Lovelace"
