"""Where a ZIP code of the United States is: the middle of it, as the `zipcodes` library has it."""

import math
from functools import cache
from typing import NamedTuple

_EARTH_KM = 6371.0


class Place(NamedTuple):
    """In degrees, north and east."""

    latitude: float
    longitude: float


@cache
def place_of(zip_code: str) -> Place | None:
    """Of `02139` and of `02139-1234`; None where it is not known."""
    import zipcodes  # noqa: PLC0415  (a file of its own that most never need)

    five = zip_code[:5]
    if not (len(five) == 5 and five.isascii() and five.isdigit()):
        return None
    found = zipcodes.matching(five)  # type: ignore[no-untyped-call]
    return Place(float(found[0]["lat"]), float(found[0]["long"])) if found else None


def km_between(one: Place, other: Place) -> float:
    """Along the surface of the earth."""
    south, west, north, east = map(math.radians, (*one, *other))
    across = math.sin((north - south) / 2) ** 2
    along = math.cos(south) * math.cos(north) * math.sin((east - west) / 2) ** 2
    return 2 * _EARTH_KM * math.asin(math.sqrt(min(across + along, 1.0)))
