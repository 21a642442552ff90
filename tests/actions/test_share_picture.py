"""The picture of a shared link: readable whatever the title, the script and the colour; and none rather than a bad one."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from chalicelib.actions.share_picture import HEIGHT, WIDTH, drawn, size_of
from chalicelib.lettering.face import face

NAME, BLUE = "Friends of the Library", "#1d4ed8"


def pixels(content):
    image = Image.open(io.BytesIO(content))
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    return image.convert("RGB")


def light(colour):
    """WCAG's relative luminance."""
    shares = [share / 255 for share in colour]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    "title",
    ["Save the library", "Спасём библиотеку", "Σώστε τη βιβλιοθήκη", "أنقذوا المكتبة", "הצילו את הספרייה", "W" * 150],
)
def test_a_title_of_any_length_stands_within_the_margins(title):
    image = pixels(drawn(title, NAME, "#ffffff"))
    left, top, right, bottom = image.convert("L").point(lambda value: 255 if value < 128 else 0).getbbox()
    assert left >= 80
    assert top >= 80
    assert right <= WIDTH - 80
    assert bottom <= HEIGHT - 60


def test_a_longer_title_is_smaller():
    sizes = [size_of(title, face(bold=True)) for title in ("Save it", "Save the library " * 4, "Save the library " * 9)]
    assert sizes == sorted(sizes, reverse=True)
    assert len(set(sizes)) == 3


@pytest.mark.parametrize(
    "colour", ["#1d4ed8", "#facc15", "#ffffff", "#000000", "#777777", "#ff0000", "#00ff00", "nonsense"]
)
def test_letters_stand_out_from_everything_behind_them(colour):
    """At least 4.5 to 1, which WCAG asks even of small letters."""
    image = pixels(drawn("Save", "A", colour))
    ink = image.getpixel((WIDTH // 2 - 500, 100))  # within the bar above the title
    behind = [image.getpixel((x, y)) for x, y in ((5, 5), (WIDTH - 5, HEIGHT - 5), (WIDTH - 300, HEIGHT - 5))]
    for ground in behind:
        darker, lighter = sorted((light(ink), light(ground)))
        assert (lighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize("title", ["", "图书馆", "Save 图书馆"])
def test_rather_none_than_one_with_boxes(title):
    assert drawn(title, NAME, BLUE) == b""


def test_a_group_whose_name_cannot_be_drawn_stays_unnamed():
    assert drawn("Save", "图书馆", BLUE) == drawn("Save", "", BLUE) != drawn("Save", NAME, BLUE)


@settings(max_examples=25, deadline=None)
@given(
    st.text(st.characters(codec="utf-8"), max_size=150) | st.text("a אמل\u202e\u2067\n", max_size=150),
    st.text(max_size=80),
)
def test_no_title_and_no_name_break_it(title, name):
    content = drawn(title, name, BLUE)
    assert not content or pixels(content)
