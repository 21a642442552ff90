"""A map of where the events are: dots over the outlines of the states, drawn by us, asked of nobody else.

`static/us-states.svg` shows the states with 20 units to a degree of latitude, and a degree of longitude as wide as it
is in the middle of the country.
"""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.action_types.event.listing_store import Listed
from chalicelib.people.zip_place import Place

WIDTH, HEIGHT = 1810, 1080

_UNITS, _SQUEEZE = 20, 0.78
_NORTH, _WEST = 72, -180
# The least that is shown: some states, so that one knows where one is looking.
_LEAST_WIDTH, _SHAPE = 360, 1.6
_MARGIN = 40


class Map(NamedTuple):
    """What of the drawing is seen (its left, top, width and height), and where the dots are, each with its event."""

    left: int
    top: int
    width: int
    height: int
    dots: Sequence[tuple[int, int, Listed]]


def map_of(rows: Sequence[Listed]) -> Map | None:
    """None where no place is known."""
    dots = [(*_at(row.at_place), row) for row in rows if row.at_place]
    if not dots:
        return None
    lefts, tops = [dot[0] for dot in dots], [dot[1] for dot in dots]
    across, down = max(lefts) - min(lefts) + 2 * _MARGIN, max(tops) - min(tops) + 2 * _MARGIN
    width = max(across, down * _SHAPE, _LEAST_WIDTH)
    height = width / _SHAPE
    left = (min(lefts) + max(lefts) - width) / 2
    top = (min(tops) + max(tops) - height) / 2
    return Map(round(left), round(top), round(width), round(height), dots)


def _at(place: Place) -> tuple[int, int]:
    longitude = place.longitude if place.longitude <= 0 else place.longitude - 360
    return round((longitude - _WEST) * _SQUEEZE * _UNITS), round((_NORTH - place.latitude) * _UNITS)
