"""A group's accent colour, and which text can be read on it."""

import re

DEFAULT = "#1d4ed8"

_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


def usable(accent: str) -> str:
    """The colour itself when it is `#rrggbb`, else the one that every group begins with."""
    return accent if _COLOUR.fullmatch(accent) else DEFAULT


def on_accent(accent: str) -> str:
    """Black or white, whichever stands out more on a `#rrggbb` colour (WCAG 2 contrast)."""
    light = luminance(accent)
    return "#000" if (light + 0.05) / 0.05 > 1.05 / (light + 0.05) else "#fff"


def luminance(colour: str) -> float:
    """Relative luminance of a `#rrggbb` colour, 0 black to 1 white (WCAG 2)."""
    red, green, blue = (_linear(int(colour[start : start + 2], 16) / 255) for start in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(share: float) -> float:
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4
