"""Text on a group's colour can always be read."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.network.accent import DEFAULT, luminance, on_accent, usable


@pytest.mark.parametrize(
    ("accent", "text"),
    [("#000000", "#fff"), ("#ffffff", "#000"), ("#ffd400", "#000"), ("#1d4ed8", "#fff"), ("#767676", "#000")],
)
def test_black_or_white(accent, text):
    assert on_accent(accent) == text


@given(st.integers(0, 0xFFFFFF))
def test_every_colour_reads_at_least_as_well_as_the_rules_ask(number):
    accent = f"#{number:06x}"
    light, text = luminance(accent), 0.0 if on_accent(accent) == "#000" else 1.0
    brighter, darker = max(light, text), min(light, text)
    assert (brighter + 0.05) / (darker + 0.05) >= 4.5


@pytest.mark.parametrize("accent", ["", "red", "#12345", "#1234567", '#000000"', "url(x)", "#00000g", "#000000\n"])
def test_what_is_no_colour_is_not_used(accent):
    assert usable(accent) == DEFAULT
